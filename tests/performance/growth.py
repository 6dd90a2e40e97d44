"""The service over databases of different sizes, in turns: whether it takes longer where there are more figures.

The targets that an import leaves to be judged are judged first. Meanwhile somebody reads: that has a table of its own.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

import asyncpg

from service.database import asyncpg_url
from tests.performance.cores import postmaster, spent
from tests.performance.database import sandbox
from tests.performance.load import Latencies
from tests.performance.peers import COLD
from tests.performance.report import Section, at_most, number, table
from tests.performance.rounds import SECONDS_TO_WARM, Effort, length, run
from tests.performance.servers import Server, served
from tests.performance.shapes import SHAPES, TRIVIAL, Shape

MOST_TIMES = 1.5
# Without a method, judging has not started.
_WAITING = "SELECT EXISTS (SELECT FROM unjudged_target) OR EXISTS (SELECT FROM judging WHERE method = '')"
_SECONDS_TO_JUDGE, _PAUSE = 600, 0.5


@dataclass(frozen=True)
class Sized:
    """A service over a database of a size, in millions of figures; the processes of both.

    `first` are the latencies of what needs no database, for the seconds after it started.
    """

    millions: float
    server: Server
    postmaster: int
    first: Latencies | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Turn:
    """The latencies of a turn, and the core-milliseconds of each answer."""

    latencies: Latencies
    core_milliseconds: float


@contextmanager
def _sized(millions: float, effort: Effort) -> Iterator[Sized]:
    with sandbox(millions) as url, served(COLD, url) as server:
        # Its first answer comes when it has started.
        length(server, COLD, TRIVIAL)
        first = run(server, COLD, TRIVIAL, effort.connections, effort.rounds * effort.seconds)
        asyncio.run(_all_judged(url))
        yield Sized(millions, server, postmaster(url), first)


async def _all_judged(url: str) -> None:
    """Wait until no target waits to be judged. Refusals: TimeoutError."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        async with asyncio.timeout(_SECONDS_TO_JUDGE):
            while True:
                if not await connection.fetchval(_WAITING):
                    return
                await asyncio.sleep(_PAUSE)
    finally:
        await connection.close()


def growth(smallest: Sized, millions: Sequence[float], effort: Effort) -> Section:
    """Latencies and work for each answer, over the smallest size and each of some others; they differ in practices."""
    with ExitStack() as stack:
        sizes = [smallest, *(stack.enter_context(_sized(each, effort)) for each in millions)]
        lengths = {(shape, size): length(size.server, COLD, shape) for shape in SHAPES for size in sizes}
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
        ((shape.key, *(_cell(turns[shape, size], lengths[shape, size]) for size in sizes)) for shape in SHAPES),
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
    about = [
        "Milliseconds of half of the answers and of 99 % of them. In brackets: core-milliseconds for each answer, and",
        "its bytes. More figures mean more practices: b looks for its own among them, c brings more of them, and d",
        "counts more.",
        "",
    ]
    while_judging = [
        "",
        "`{ __typename }` in the first seconds after the start, in which targets of the import are judged:",
        "",
        *table(
            ("figures", "half, ms", "99 %, ms"),
            (
                (f"{size.millions:g} million", number(size.first.at(50)), number(size.first.at(99)))
                for size in sizes
                if size.first is not None
            ),
        ),
    ]
    title = f"Growth, {effort.connections} connections, nothing kept"
    return Section(title, [*about, *lines, *while_judging], goals)


def _turn(size: Sized, shape: Shape, effort: Effort) -> Turn:
    before = spent(size.server.process, size.postmaster)
    found = run(size.server, COLD, shape, effort.connections, effort.seconds)
    work = spent(size.server.process, size.postmaster) - before
    return Turn(found, 1000 * work.both / max(found.answered, 1))


def _cell(turns: Sequence[Turn], length: int) -> str:
    middle, late = (median(each.latencies.at(percent) for each in turns) for percent in (50, 99))
    work = median(each.core_milliseconds for each in turns)
    return f"{number(middle)} / {number(late)} ({work:.2f}; {length:,})"
