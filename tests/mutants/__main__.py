"""Plants faults one at a time, runs the tests of each line, and prints which faults no test noticed.

    python -m tests.mutants                                every area, a sample of each
    python -m tests.mutants --area statistics --count 200  one area, many faults
    python -m tests.mutants service/writes/trust/keys.py   every fault of some modules

Each run of the same code plants the same faults. `equivalent.csv` lists those that survive on purpose, with the reason.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.coverage_map import CoverageMap, read_or_make
from tests.mutants.operators import Mutant, mutants
from tests.mutants.workplace import Outcome, Workplace, workplace

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".mutants"
AREAS = {
    "statistics": ("service/statistics", "service/computed"),
    "writes": ("service/writes",),
    "reads": ("service/reads",),
    "identity": ("service/identity", "service/viewer.py"),
    "graphql": ("service/graphql", "service/answers"),
    "events": ("service/events",),
    "briefing": ("service/briefing",),
    "migrations": ("service/migrations",),
}
LEAST_NOTICED = 0.85
WORKERS = 2


@dataclass(frozen=True)
class Score:
    """The faults of one area, and what the tests said about each."""

    area: str
    outcomes: Mapping[Mutant, Outcome]

    def with_outcome(self, outcome: Outcome) -> list[Mutant]:
        """The faults with one outcome, in the order of their lines."""
        return sorted((mutant for mutant, each in self.outcomes.items() if each is outcome), key=str)

    @property
    def noticed(self) -> int:
        """How many faults a test noticed, or waited for too long."""
        return len(self.outcomes) - len(self.with_outcome(Outcome.SURVIVED))

    @property
    def share(self) -> float:
        """The share of faults that were noticed; 1 when there were none."""
        return self.noticed / len(self.outcomes) if self.outcomes else 1.0


def accepted() -> set[tuple[str, str, str]]:
    """The faults that survive on purpose: path, text before and text after."""
    with (Path(__file__).parent / "equivalent.csv").open(encoding="utf-8", newline="") as file:
        return {(row["path"], row["before"], row["after"]) for row in csv.DictReader(file)}


def modules(places: Sequence[str]) -> Iterator[Path]:
    """The modules of files and folders."""
    for place in places:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        yield from (each.relative_to(ROOT) for each in found)


def sample(places: Sequence[str], count: int | None) -> list[Mutant]:
    """The faults to plant in some modules: all, or so many, always the same."""
    known = accepted()
    every = [mutant for path in modules(places) for mutant in mutants(path, ROOT)]
    wanted = [each for each in every if (str(each.path), each.before, each.after) not in known]
    return sorted(wanted, key=lambda mutant: mutant.rank)[:count]


def score(area: str, planted: Sequence[Mutant], tests: CoverageMap, workplaces: "Queue[Workplace]") -> Score:
    """Plant each fault and run its tests."""

    def outcome(mutant: Mutant) -> Outcome:
        covering = tests.tests(mutant.path, mutant.line)
        if not covering:
            return Outcome.SURVIVED
        place = workplaces.get()
        try:
            return place.outcome(mutant, covering)
        finally:
            workplaces.put(place)

    with ThreadPoolExecutor(WORKERS) as pool:
        return Score(area, dict(zip(planted, pool.map(outcome, planted), strict=True)))


def report(each: Score) -> None:
    """Print the survivors of an area, the faults that were only waited for, and its score."""
    for outcome in (Outcome.SURVIVED, Outcome.TIMED_OUT):
        for mutant in each.with_outcome(outcome):
            print(f"  {outcome.value:9} {mutant}")
    print(f"{each.area}: {each.noticed} of {len(each.outcomes)} faults noticed ({each.share:.0%})", flush=True)


def main() -> int:
    """Plant, run and report; 1 when an area notices fewer than it should."""
    parser = argparse.ArgumentParser(description="Plant faults, and print those that no test notices.")
    parser.add_argument("modules", nargs="*", help="plant every fault of these files or folders")
    parser.add_argument("--area", action="append", choices=sorted(AREAS), help="only this area [every area]")
    parser.add_argument("--count", type=int, default=40, help="how many faults of each area [40]")
    options = parser.parse_args()
    tests = read_or_make(KEPT, ROOT)
    jobs: dict[str, tuple[Sequence[str], int | None]] = {
        name: (AREAS[name], options.count) for name in options.area or AREAS
    }
    if options.modules:
        jobs = {"modules": (options.modules, None)}
    workplaces: Queue[Workplace] = Queue()
    scores = []
    with ExitStack() as stack:
        for _ in range(WORKERS):
            workplaces.put(stack.enter_context(workplace(ROOT)))
        for name, (places, count) in jobs.items():
            scores.append(score(name, sample(places, count), tests, workplaces))
            report(scores[-1])
    planted, noticed = sum(len(each.outcomes) for each in scores), sum(each.noticed for each in scores)
    print(f"In all: {noticed} of {planted} faults noticed ({noticed / max(planted, 1):.0%}).")
    return int(any(each.share < LEAST_NOTICED for each in scores))


if __name__ == "__main__":
    sys.exit(main())
