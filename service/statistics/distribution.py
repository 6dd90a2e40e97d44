"""Values of many organisations become their spread: deciles by linear interpolation, as PostgreSQL's PERCENTILE_CONT.

Source: the method's section on distribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

FEWEST = 5


@dataclass(frozen=True)
class Spread:
    """How values spread, in their own unit; `deciles` are the nine from the 10th to the 90th percentile."""

    count: int
    minimum: float
    maximum: float
    mean: float
    median: float
    deciles: tuple[float, ...]


def deciles(values: Sequence[float]) -> Spread | None:
    """The spread of values in any order; None for fewer than five, which could reveal one."""
    if len(values) < FEWEST:
        return None
    ordered = sorted(values)
    cuts = tuple(_percentile(ordered, tenth / 10) for tenth in range(1, 10))
    mean = min(max(fmean(ordered), ordered[0]), ordered[-1])
    return Spread(len(ordered), ordered[0], ordered[-1], mean, _percentile(ordered, 0.5), cuts)


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    if below + 1 >= len(ordered):
        return ordered[-1]
    part = place - below
    return min(ordered[below] + part * (ordered[below + 1] - ordered[below]), ordered[below + 1])
