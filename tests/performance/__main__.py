"""`python -m tests.performance` measures the service and its peers; `… profile a` shows where its time goes."""

import sys
from collections.abc import Container, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from tests.performance import report
from tests.performance.computed import COMPUTED, computed
from tests.performance.cores import postmaster
from tests.performance.database import SMALLEST, sandbox
from tests.performance.day import working_day
from tests.performance.first import first_sights
from tests.performance.goals import of_rates
from tests.performance.growth import Sized, growth
from tests.performance.peers import COLD, OF_PYTHON, PEERS
from tests.performance.profiling import profile
from tests.performance.publishing import while_publishing
from tests.performance.report import Found, Section
from tests.performance.results import RESULTS, SIZES, results
from tests.performance.rounds import Effort, compared, disqualified, measurements
from tests.performance.servers import Servers, all_served, serve
from tests.performance.shapes import SHAPES
from tests.performance.writing import publications_of_ten

PARTS = {
    "rates": "answers a second",
    "first": "the first and the thousandth time",
    "computed": "what Python computes",
    "publications": "readers during publications",
    "ten": "the publication of 10 figures",
    "day": "a working day",
    "growth": "growth",
}
_BY_KEY = {shape.key: shape for shape in SHAPES + COMPUTED}


@click.group(invoke_without_command=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="How often each has its turn.")
@click.option("--seconds", type=click.FloatRange(0.1), default=2.0, show_default=True, help="How long each turn is.")
@click.option("--connections", type=click.IntRange(1), default=8, show_default=True, help="How many ask at once.")
@click.option(
    "--others",
    type=click.IntRange(1),
    multiple=True,
    default=(1, 64),
    show_default=True,
    help="At how many connections the service and its rivals are measured as well.",
)
@click.option(
    "--figures",
    type=click.FloatRange(SMALLEST),
    multiple=True,
    default=(SMALLEST,),
    show_default=True,
    help="Millions of figures. With more than one size, growth is measured from the first to the others.",
)
@click.option(
    "--part", "parts", type=click.Choice(list(PARTS)), multiple=True, default=tuple(PARTS), help="What is measured."
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Where to write all rates.")
@click.option("--write", is_flag=True, help="Write the findings into RESULTS.md.")
@click.pass_context
def main(
    context: click.Context,
    rounds: int,
    seconds: float,
    connections: int,
    others: tuple[int, ...],
    figures: tuple[float, ...],
    parts: tuple[str, ...],
    file: Path | None,
    write: bool,
) -> None:
    """Measure the service, its rivals, stock Strawberry and bare handlers side by side, over the sandbox."""
    if context.invoked_subcommand is not None:
        return
    effort = Effort(rounds, seconds, connections, others)
    sections: list[Section] = []
    done: set[str] = set()
    for part, section in benchmark(effort, figures, parts, file):
        print("\n".join(["", f"## {section.title}", "", *section.lines, "", *report.goals(section.goals)]), flush=True)
        sections.append(section)
        done.add(part)
        if write:
            RESULTS.write_text("\n".join(results(sections, _command(), left_out(done, figures))) + "\n")


def _command() -> str:
    return f'make benchmark ARGS="{" ".join(sys.argv[1:])}"'


def left_out(done: Container[str], figures: tuple[float, ...]) -> list[str]:
    """What a run has not measured that has done these parts, or was stopped after them."""
    sizes = [size for size in SIZES if size not in figures[: None if "growth" in done else 1]]
    return [
        *(words for part, words in PARTS.items() if part not in done),
        *(f"{size:g} million figures" for size in sizes),
    ]


def benchmark(
    effort: Effort, figures: tuple[float, ...], parts: tuple[str, ...], file: Path | None
) -> Iterator[tuple[str, Section]]:
    """Measure each part in its turn, by its name. What changes figures comes after what compares answers."""
    with sandbox(figures[0]) as url, all_served(PEERS, url) as servers:
        if "rates" in parts:
            yield from (("rates", section) for section in _rates(url, servers, effort, file))
        if "first" in parts:
            yield "first", first_sights(servers, effort)
        if "computed" in parts:
            yield "computed", computed(servers[COLD.name], effort)
        if "publications" in parts:
            yield "publications", while_publishing(url, servers, effort)
        if "ten" in parts:
            yield "ten", publications_of_ten(url, servers, effort)
        if "day" in parts:
            yield "day", working_day(url, servers)
        if "growth" in parts and len(figures) > 1:
            smallest = Sized(figures[0], servers[COLD.name], postmaster(url))
            yield "growth", growth(smallest, figures[1:], effort)


def _rates(url: str, servers: Servers, effort: Effort, file: Path | None) -> Iterator[Section]:
    comparisons = [compared(servers, shape) for shape in SHAPES]
    yield Section("Shapes", list(report.answers(comparisons)))
    found = Found(measurements(servers, postmaster(url), effort, disqualified(comparisons)))
    if file is not None:
        file.write_bytes(orjson.dumps([asdict(each) for each in found.all], option=orjson.OPT_INDENT_2))
    title = f"Answers a second, {effort.rounds} rounds of {effort.seconds:g} s for each"
    yield Section(title, list(report.tables(found)), list(of_rates(found, effort.connections)))


@main.command("profile")
@click.argument("key", type=click.Choice(list(_BY_KEY)))
@click.option("--requests", type=click.IntRange(1), default=1_000, show_default=True, help="How many are profiled.")
def profile_command(key: str, requests: int) -> None:
    """Show where the service's own time goes for one shape."""
    with sandbox() as url:
        profile(url, _BY_KEY[key], requests)


@main.command("serve", hidden=True)
@click.argument("name", type=click.Choice([peer.name for peer in OF_PYTHON]))
def serve_command(name: str) -> None:
    """Serve one peer over the database of the environment: what the benchmark starts."""
    serve(next(peer for peer in PEERS if peer.name == name))


if __name__ == "__main__":
    main()
