"""Readers while figures are published, one publication a second, and without, in turns.

The service and the publisher share one process, so what its readers lose is what the publication takes as well. The
figures go to PostGraphile by a function of the database.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import httpx

from schema.enumerations import Role
from tests.performance.load import HOST, Latencies
from tests.performance.peers import COLD, POSTGRAPHILE, WARM, Peer
from tests.performance.report import Section, at_most, number, table
from tests.performance.rounds import SECONDS_TO_WARM, Effort, run
from tests.performance.servers import Server, Servers
from tests.performance.shapes import PRACTICE, Shape
from tests.service.graphql.api_keys import key_at

# The claims: how many percent fewer answers readers get, and how many milliseconds longer the last of them waits.
MOST_LOST, MOST_LONGER = 20, 100

STATUSES = Shape(
    "n",
    "the targets of a practice with their status",
    '{ practice(code: "G82117") { targets(includeSynthetic: true) { status value } } }',
)
_UPDATE = """
    mutation Update($input: UpdateQuarterlyFiguresInput!) {
      updateQuarterlyFigures(input: $input) { created updated problems { code severity } }
    }
"""
_PUBLISH = """
    mutation Publish($input: PublishInput!) { publish(input: $input) { result } }
"""
_READERS = ((STATUSES, COLD), (STATUSES, WARM), (PRACTICE, COLD), (PRACTICE, WARM), (PRACTICE, POSTGRAPHILE))
METRIC, QUARTER = "call_back_percent", "2024-25-Q4"
# One publication, with a value of its own.
Publish = Callable[[float], None]


def while_publishing(url: str, servers: Servers, effort: Effort) -> Section:
    """Rates and longest waits of readers, and what is asked of those who read statuses."""
    key = asyncio.run(key_at(url, "Benchmark", Role.APPROVER))
    with client(servers[COLD.name], key) as asking:
        # The rivals' function revises figures that are there.
        publication(asking, ["QKS"], 50)
    turns: dict[tuple[Shape, Peer], list[tuple[Latencies, Latencies]]] = {reader: [] for reader in _READERS}
    for shape, peer in _READERS:
        run(servers[peer.name], peer, shape, effort.connections, SECONDS_TO_WARM)
    for _ in range(effort.rounds):
        for shape, peer in _READERS:
            turns[shape, peer].append(_turn(servers[peer.name], peer, shape, key, effort))
    goals = []
    for peer in (COLD, WARM):
        lost = median(_lost(turn) for turn in turns[STATUSES, peer])
        longer = median(_longer(turn) for turn in turns[STATUSES, peer])
        goals += [
            at_most(f"{peer.name}: readers of statuses lose ≤ {MOST_LOST} % during publications", lost, MOST_LOST, "%"),
            at_most(f"{peer.name}: the last of them waits ≤ {MOST_LONGER} ms longer", longer, MOST_LONGER, "ms"),
        ]
    head = ("what is read", "by", "answers/s", "during publications", "99 % ms", "during", "longest ms", "during")
    return Section(
        f"Readers during one publication a second, {effort.connections} connections",
        list(table(head, (_line(shape, peer, found) for (shape, peer), found in turns.items()))),
        goals,
    )


def _lost(turn: tuple[Latencies, Latencies]) -> float:
    quiet, busy = turn
    return 100 * (1 - busy.rate / quiet.rate)


def _longer(turn: tuple[Latencies, Latencies]) -> float:
    quiet, busy = turn
    return busy.milliseconds[-1] - quiet.milliseconds[-1]


def _line(shape: Shape, peer: Peer, turns: list[tuple[Latencies, Latencies]]) -> list[str]:
    columns: list[Callable[[Latencies], float]] = [
        lambda each: each.rate,
        lambda each: each.at(99),
        lambda each: each.milliseconds[-1],
    ]
    cells = [number(median(column(turn[busy]) for turn in turns)) for column in columns for busy in (0, 1)]
    return [shape.rows, peer.name, *cells]


def _turn(server: Server, peer: Peer, shape: Shape, key: str, effort: Effort) -> tuple[Latencies, Latencies]:
    """The latencies of a turn without publications, and of one with them, to the peer that is read from."""
    quiet = run(server, peer, shape, effort.connections, effort.seconds)
    with _publishing(server, peer, key):
        busy = run(server, peer, shape, effort.connections, effort.seconds)
    return quiet, busy


_VALUES = itertools.count()


@contextmanager
def _publishing(server: Server, peer: Peer, key: str) -> Iterator[None]:
    """For the block: one figure a second is published, another one each time."""
    ended = threading.Event()
    with client(server, key) as asking:
        publish = rival_publication if peer is POSTGRAPHILE else publication
        thread = threading.Thread(target=_publish, args=(lambda value: publish(asking, ["QKS"], value), ended))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _publish(publish: Publish, ended: threading.Event) -> None:
    while not ended.is_set():
        began = time.perf_counter()
        publish(60 + next(_VALUES) % 20)
        ended.wait(max(0.0, 1 - (time.perf_counter() - began)))


def client(server: Server, key: str) -> httpx.Client:
    """A client of a peer, with a key that the service knows."""
    return httpx.Client(base_url=f"http://{HOST}:{server.port}", headers={"Authorization": f"Bearer {key}"}, timeout=60)


def publication(asking: httpx.Client, organisations: list[str], value: float, metric: str = METRIC) -> None:
    """Publish a value for each organisation, by the service. Refusals: ValueError, where it does not."""
    figures = [
        {"metric": metric, "organisation": each, "value": value, "reason": "Measured."} for each in organisations
    ]
    given = {"quarter": QUARTER, "organisation": "QKS", "figures": figures}
    outcome = _answered(asking, _UPDATE, {"input": given})["updateQuarterlyFigures"]
    if outcome["created"] + outcome["updated"] != len(organisations):
        raise ValueError(f"not all was published: {outcome}")


def rival_publication(asking: httpx.Client, organisations: list[str], value: float, metric: str = METRIC) -> None:
    """Publish a value for each organisation that has a figure, by PostGraphile."""
    given = {
        "metric": metric,
        "period": QUARTER,
        "organisations": organisations,
        "newValues": [value] * len(organisations),
    }
    if _answered(asking, _PUBLISH, {"input": given})["publish"]["result"] != len(organisations):
        raise ValueError("not all was published")


def _answered(asking: httpx.Client, query: str, variables: dict[str, Any]) -> Any:
    answer = asking.post("/graphql", json={"query": query, "variables": variables}).json()
    if not answer.get("data") or answer.get("errors"):
        raise ValueError(f"nothing was published: {answer}")
    return answer["data"]
