"""The service over databases of different sizes, in turns: whether it takes longer where there are more figures."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from tests.performance.cores import postmaster, spent
from tests.performance.database import sandbox
from tests.performance.load import Latencies
from tests.performance.peers import COLD
from tests.performance.report import Section, at_most, number, table
from tests.performance.rounds import SECONDS_TO_WARM, Effort, run
from tests.performance.servers import Server, served
from tests.performance.shapes import SHAPES, Shape

MOST_TIMES = 1.5


@dataclass(frozen=True)
class Sized:
    """A service over a database of a size, in millions of figures; the processes of both."""

    millions: float
    server: Server
    postmaster: int


@dataclass(frozen=True)
class Turn:
    """The latencies of a turn, and the core-milliseconds of each answer."""

    latencies: Latencies
    core_milliseconds: float


@contextmanager
def _sized(millions: float) -> Iterator[Sized]:
    with sandbox(millions) as url, served(COLD, url) as server:
        yield Sized(millions, server, postmaster(url))


def growth(smallest: Sized, millions: Sequence[float], effort: Effort) -> Section:
    """Latencies and work for each answer, over the smallest size and each of some others; they differ in practices."""
    with ExitStack() as stack:
        sizes = [smallest, *(stack.enter_context(_sized(each)) for each in millions)]
        for size in sizes:
            for shape in SHAPES:
                run(size.server, COLD, shape, effort.connections, SECONDS_TO_WARM)
        turns: dict[tuple[Shape, Sized], list[Turn]] = {}
        for _ in range(effort.rounds):
            for shape in SHAPES:
                for size in sizes:
                    turns.setdefault((shape, size), []).append(_turn(size, shape, effort))
    late = {turn: median(each.latencies.at(99) for each in found) for turn, found in turns.items()}
    lines = table(
        ("shape", *(f"{size.millions:g} million" for size in sizes)),
        ((shape.key, *(_cell(turns[shape, size]) for size in sizes)) for shape in SHAPES),
    )
    goals = [
        at_most(
            f"{shape.key}: 99 % at {size.millions:g} million ≤ {MOST_TIMES:g} × that at {smallest.millions:g}",
            late[shape, size] / late[shape, smallest],
            MOST_TIMES,
        )
        for shape in SHAPES
        for size in sizes[1:]
    ]
    about = "Milliseconds of half of the answers and of 99 % of them. In brackets: core-milliseconds for each answer."
    return Section(f"Growth, {effort.connections} connections, nothing kept", [about, "", *lines], goals)


def _turn(size: Sized, shape: Shape, effort: Effort) -> Turn:
    before = spent(size.server.process, size.postmaster)
    found = run(size.server, COLD, shape, effort.connections, effort.seconds)
    work = spent(size.server.process, size.postmaster) - before
    return Turn(found, 1000 * work.both / max(found.answered, 1))


def _cell(turns: Sequence[Turn]) -> str:
    middle, late = (median(each.latencies.at(percent) for each in turns) for percent in (50, 99))
    return f"{number(middle)} / {number(late)} ({median(each.core_milliseconds for each in turns):.2f})"
