"""Rounds of measurements: in each, every peer has its turn at every shape, so that a noisy moment falls on all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from tests.performance.load import HOST, Latencies, Load, latencies
from tests.performance.peers import OURS, PEERS, Peer
from tests.performance.shapes import SHAPES, Shape

# No measurement needs more to be steady.
MOST_REQUESTS = 20_000
SECONDS_TO_WARM = 1.0


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: int
    seconds: float
    connections: int


@dataclass(frozen=True)
class Measurement:
    """One peer at one shape in one round; latencies in milliseconds."""

    round: int
    shape: int
    peer: str
    requests: int
    rate: float
    median: float
    percentile_95: float


def compared(ports: Mapping[str, int], shape: Shape) -> int:
    """The size in bytes of our answer to a shape, once all peers give the same data. Refusals: ValueError."""
    answers = {peer.name: _answer(ports[peer.name], peer, shape) for peer in PEERS}
    ours = answers[OURS.name].json()
    different = [name for name, answer in answers.items() if answer.json() != ours]
    if different or "errors" in ours:
        raise ValueError(
            f"shape {shape.number}: {', '.join(different) or 'every peer'} gives other data than was asked"
        )
    return len(answers[OURS.name].content)


def _answer(port: int, peer: Peer, shape: Shape) -> httpx.Response:
    address = f"http://{HOST}:{port}{peer.path(shape)}"
    headers = {"content-type": "application/json"}
    return httpx.post(address, content=shape.body, headers=headers, timeout=30).raise_for_status()


def measurements(ports: Mapping[str, int], effort: Effort) -> Iterator[Measurement]:
    """All measurements, in the order in which they are made; each peer begins as often as the others."""
    for shape in SHAPES:
        for peer in PEERS:
            _measured(ports, peer, shape, effort.connections, SECONDS_TO_WARM)
    for number in range(effort.rounds):
        first = number % len(PEERS)
        for shape in SHAPES:
            for peer in PEERS[first:] + PEERS[:first]:
                found = _measured(ports, peer, shape, effort.connections, effort.seconds)
                yield Measurement(
                    number + 1,
                    shape.number,
                    peer.name,
                    len(found.milliseconds),
                    found.rate,
                    found.at(50),
                    found.at(95),
                )


def _measured(ports: Mapping[str, int], peer: Peer, shape: Shape, connections: int, seconds: float) -> Latencies:
    body = shape.body.decode()
    return latencies(Load(ports[peer.name], peer.path(shape), body, connections, seconds, MOST_REQUESTS))
