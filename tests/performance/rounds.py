"""Rounds of measurements: in each, every peer has its turn at every shape, so that a noisy moment falls on all."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from tests.performance.answers import difference, is_same
from tests.performance.cores import spent
from tests.performance.load import HOST, Latencies, Load, latencies
from tests.performance.peers import COLD, PEERS, Peer
from tests.performance.servers import Server, Servers
from tests.performance.shapes import SHAPES, Shape

# No measurement needs more to be steady.
MOST_REQUESTS = 100_000
SECONDS_TO_WARM = 1.0


@dataclass(frozen=True)
class Effort:
    """How much is measured. All peers are measured at `connections`, the service and its rivals at the others too."""

    rounds: int
    seconds: float
    connections: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """One peer at one shape in one round; latencies in milliseconds, work in core-seconds."""

    round: int
    connections: int
    shape: str
    peer: str
    requests: int
    unanswered: int
    rate: float
    median: float
    percentile_99: float
    server_seconds: float
    postgres_seconds: float
    share_worked: float

    @property
    def per_core_second(self) -> float:
        """Answers for each second that a core worked, for the server or for PostgreSQL."""
        return self.requests / max(self.server_seconds + self.postgres_seconds, 1e-9)


@dataclass(frozen=True)
class Comparison:
    """A shape's answers: how long ours is, in bytes, and what is wrong with those of each peer."""

    shape: Shape
    length: int
    wrong: dict[str, str]


def compared(servers: Servers, shape: Shape, peers: tuple[Peer, ...] = PEERS) -> Comparison:
    """The answers of all peers to a shape, next to ours. Refusals: ValueError, where ours is an error."""
    answers = {peer.name: _answer(servers[peer.name], peer, shape) for peer in peers}
    ours = answers[COLD.name].json()
    if "errors" in ours:
        raise ValueError(f"shape {shape.key}: the service refuses it: {ours['errors']}")
    wrong = {
        name: difference(ours, answer.json())
        for name, answer in answers.items()
        if not is_same(ours, answer.json(), is_ordered=shape.is_ordered)
    }
    return Comparison(shape, len(answers[COLD.name].content), wrong)


def length(server: Server, peer: Peer, shape: Shape) -> int:
    """How long the answer of a peer is, in bytes."""
    return len(_answer(server, peer, shape).content)


def _answer(server: Server, peer: Peer, shape: Shape) -> httpx.Response:
    address = f"http://{HOST}:{server.port}{peer.path(shape)}"
    headers = {"content-type": "application/json"}
    return httpx.post(address, content=peer.body(shape), headers=headers, timeout=60)


# Who gave another answer to which shape, and is not measured there.
Disqualified = frozenset[tuple[str, str]]


def disqualified(comparisons: list[Comparison]) -> Disqualified:
    """The peers and shapes whose answers differ from ours."""
    return frozenset((name, each.shape.key) for each in comparisons for name in each.wrong)


def measurements(
    servers: Servers, postmaster: int, effort: Effort, out: Disqualified, peers: tuple[Peer, ...] = PEERS
) -> Iterator[Measurement]:
    """All measurements, in the order in which they are made; each peer begins as often as the others."""
    for shape in SHAPES:
        for peer in _taking_part(peers, shape, out):
            run(servers[peer.name], peer, shape, effort.connections, SECONDS_TO_WARM)
    for number in range(effort.rounds):
        first = number % len(peers)
        for connections in (effort.connections, *effort.others):
            turn = tuple(each for each in peers[first:] + peers[:first] if _is_at(each, connections, effort))
            for shape in SHAPES:
                for peer in _taking_part(turn, shape, out):
                    yield _measured(servers[peer.name], postmaster, peer, shape, (number + 1, connections, effort))


def _is_at(peer: Peer, connections: int, effort: Effort) -> bool:
    return peer.is_rival or connections == effort.connections


def _taking_part(peers: tuple[Peer, ...], shape: Shape, out: Disqualified) -> Iterator[Peer]:
    return (peer for peer in peers if (peer.name, shape.key) not in out)


def _measured(server: Server, postmaster: int, peer: Peer, shape: Shape, turn: tuple[int, int, Effort]) -> Measurement:
    number, connections, effort = turn
    before = spent(server.process, postmaster)
    found = run(server, peer, shape, connections, effort.seconds)
    work = spent(server.process, postmaster) - before
    return Measurement(
        number,
        connections,
        shape.key,
        peer.name,
        found.answered,
        found.unanswered,
        found.rate,
        found.at(50),
        found.at(99),
        work.server,
        work.postgres,
        found.share_worked,
    )


def run(server: Server, peer: Peer, shape: Shape, connections: int, seconds: float) -> Latencies:
    """The latencies of one turn."""
    body = peer.body(shape).decode()
    return latencies(Load(server.port, peer.path(shape), body, connections, seconds, MOST_REQUESTS))
