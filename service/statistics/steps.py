"""An unmistakable step in a series: where its limits could be recalculated, if somebody knows what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from service.statistics.process import FEWEST_FOR_VERDICT, Group, latest_limits

# So many points on one side of the mean, within limits of their own, are a step.
POINTS = 8


@dataclass(frozen=True)
class Step:
    """A step from the point `first` on: the mean before and with it, and the limits of the points since."""

    first: int
    mean: Fraction
    since: Group
    is_up: bool


def step(values: Sequence[float], stretch: Group | None) -> Step | None:
    """The step at the end of the latest stretch of a series; None where there is none.

    The last eight points are strictly on one side of the mean, within limits of their own; with earlier points that are
    so too they are the step. There have to be six points before it, or there is nothing to compare it with.
    """
    if stretch is None or stretch.size < POINTS + FEWEST_FOR_VERDICT:
        return None
    since = latest_limits(values, len(values) - POINTS)
    if since is None:
        return None
    exact = [Decimal(repr(value)) for value in values]
    is_up = exact[-1] > stretch.mean
    first = len(exact)
    while first > stretch.start and _belongs(exact[first - 1], stretch.mean, since, is_up=is_up):
        first -= 1
    if first > len(values) - POINTS or first < stretch.start + FEWEST_FOR_VERDICT:
        return None
    return Step(first, stretch.mean, since, is_up)


def _belongs(value: Decimal, mean: Fraction, since: Group, *, is_up: bool) -> bool:
    is_on_side = value > mean if is_up else value < mean
    return is_on_side and since.lower <= value <= since.upper
