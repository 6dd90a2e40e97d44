"""What was asked of the service at each shape, next to the findings."""

from collections.abc import Iterator
from statistics import median

from tests.performance.peers import BY_HAND, COLD, POSTGRAPHILE, RIVALS, WARM, Peer
from tests.performance.report import Found, Goal, at_least
from tests.performance.shapes import SHAPES, Shape

# At these shapes, so many times PostGraphile with nothing kept.
TIMES_COLD = {"a": 5.0, "b": 5.0, "c": 5.0, "d": 3.0, "e": 5.0, "h": 1.0}
# At every shape: the fastest rival with nothing kept, PostGraphile with answers kept, and SQL by hand.
TIMES_FASTEST, TIMES_WARM, SHARE_OF_BY_HAND = 1.0, 20.0, 0.85


def of_rates(found: Found, connections: int) -> Iterator[Goal]:
    """The goals about answers a second, in order of what they compare with."""
    for shape in SHAPES:
        if (least := TIMES_COLD.get(shape.key)) is not None:
            yield from _goal(found, connections, shape, (COLD, POSTGRAPHILE), least)
    for shape in SHAPES:
        fastest = _fastest(found, connections, shape)
        if fastest is not None:
            yield from _goal(found, connections, shape, (COLD, fastest), TIMES_FASTEST, "the fastest rival, ")
    for shape in SHAPES:
        yield from _goal(found, connections, shape, (WARM, POSTGRAPHILE), TIMES_WARM)
    for shape in SHAPES:
        yield from _goal(found, connections, shape, (COLD, BY_HAND), SHARE_OF_BY_HAND)


def _goal(
    found: Found, connections: int, shape: Shape, pair: tuple[Peer, Peer], least: float, what: str = ""
) -> Iterator[Goal]:
    ours, theirs = pair
    ratios = found.ratios(shape, ours, theirs, connections)
    if ratios:
        asked = f"{shape.key}: {ours.name} ≥ {least:g} × {what}{theirs.name}, {connections} connections"
        yield at_least(asked, median(ratios), least)


def _fastest(found: Found, connections: int, shape: Shape) -> Peer | None:
    """The rival that gives most answers a second at a shape; None if none was measured."""
    rates = {
        rival: median(each.rate for each in measured)
        for rival in RIVALS
        if (measured := found.of(shape, rival, connections))
    }
    return max(rates, key=lambda rival: rates[rival]) if rates else None
