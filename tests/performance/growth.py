"""The service over databases of different sizes, in turns: whether it takes longer where there are more figures."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median

from tests.performance.database import sandbox
from tests.performance.load import Latencies
from tests.performance.peers import COLD
from tests.performance.report import Section, at_most, number, table
from tests.performance.rounds import SECONDS_TO_WARM, Effort, run
from tests.performance.servers import Server, served
from tests.performance.shapes import SHAPES

MOST_TIMES = 1.5


@contextmanager
def _server(millions: float) -> Iterator[Server]:
    with sandbox(millions) as url, served(COLD, url) as server:
        yield server


def growth(smallest: Server, millions: Sequence[float], effort: Effort) -> Section:
    """Half of the answers and 99 % of them, for each size, over the smallest and others; they differ in practices."""
    with ExitStack() as stack:
        servers = [smallest, *(stack.enter_context(_server(each)) for each in millions[1:])]
        for server in servers:
            for shape in SHAPES:
                run(server, COLD, shape, effort.connections, SECONDS_TO_WARM)
        turns: dict[tuple[str, int], list[Latencies]] = {}
        for _ in range(effort.rounds):
            for shape in SHAPES:
                for at, server in enumerate(servers):
                    found = run(server, COLD, shape, effort.connections, effort.seconds)
                    turns.setdefault((shape.key, at), []).append(found)
    late = {turn: median(each.at(99) for each in found) for turn, found in turns.items()}
    middle = {turn: median(each.at(50) for each in found) for turn, found in turns.items()}
    sizes = range(len(servers))
    lines = table(
        ("shape", *(f"{each:g} million, 50 % / 99 % ms" for each in millions)),
        (
            (shape.key, *(f"{number(middle[shape.key, at])} / {number(late[shape.key, at])}" for at in sizes))
            for shape in SHAPES
        ),
    )
    goals = [
        at_most(
            f"{shape.key}: 99 % at {millions[at]:g} million ≤ {MOST_TIMES:g} × that at {millions[0]:g}",
            late[shape.key, at] / late[shape.key, 0],
            MOST_TIMES,
        )
        for shape in SHAPES
        for at in sizes[1:]
    ]
    return Section(f"Growth, {effort.connections} connections, nothing kept", list(lines), goals)
