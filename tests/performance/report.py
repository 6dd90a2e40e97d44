"""Measurements become a table, and the two claims in words."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.performance.peers import BARE, KEPT, OURS, PEERS, STOCK, Peer
from tests.performance.rounds import Measurement
from tests.performance.shapes import SHAPES, WIDEST, Shape

# What was asked of the service: at the widest shape, so many times stock; at each, this share of the bare handler.
TIMES_STOCK = 20.0
SHARE_OF_BARE = 0.7


def table(found: Sequence[Measurement]) -> Iterator[str]:
    """The lines of the table: for each shape and peer the medians over the rounds, rates with their extremes."""
    for shape in SHAPES:
        yield f"{shape.number}. {shape.rows}"
        yield f"   {'':6} {'requests/s':>10} {'(min – max)':>21} {'median ms':>10} {'95 % ms':>10}"
        for peer in PEERS:
            yield "   " + _line(peer, _of(found, shape, peer))
        for other in (STOCK, BARE):
            yield f"   ours ÷ {other.name:6} {_range(ratios(found, shape, other))}"
        yield f"   kept ÷ ours   {_range([1 / ratio for ratio in ratios(found, shape, KEPT)])}"


def _line(peer: Peer, found: Sequence[Measurement]) -> str:
    rates = [each.rate for each in found]
    extremes = f"({min(rates):,.1f} – {max(rates):,.1f})"
    middle, late = median(each.median for each in found), median(each.percentile_95 for each in found)
    return f"{peer.name:6} {median(rates):10,.1f} {extremes:>21} {middle:10.2f} {late:10.2f}"


def claims(found: Sequence[Measurement]) -> Iterator[str]:
    """The claims, each with the result."""
    times = median(ratios(found, WIDEST, STOCK))
    yield f"Widest shape: ours is {times:.1f} × stock (asked: {TIMES_STOCK:.0f}): {_verdict(times >= TIMES_STOCK)}."
    for shape in SHAPES:
        share = median(ratios(found, shape, BARE))
        verdict = _verdict(share >= SHARE_OF_BARE)
        yield f"Shape {shape.number}: ours is {share:.2f} of the bare handler (asked: {SHARE_OF_BARE}): {verdict}."


def ratios(found: Sequence[Measurement], shape: Shape, other: Peer) -> list[float]:
    """Our rate divided by another's, for each round."""
    return [
        ours.rate / theirs.rate for ours, theirs in zip(_of(found, shape, OURS), _of(found, shape, other), strict=True)
    ]


def _of(found: Sequence[Measurement], shape: Shape, peer: Peer) -> list[Measurement]:
    chosen = [each for each in found if each.shape == shape.number and each.peer == peer.name]
    return sorted(chosen, key=lambda each: each.round)


def _range(numbers: Sequence[float]) -> str:
    return f"{median(numbers):.2f} ({min(numbers):.2f} – {max(numbers):.2f})"


def _verdict(holds: bool) -> str:
    return "met" if holds else "missed"
