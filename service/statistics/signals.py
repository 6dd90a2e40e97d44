"""The latest value of a series becomes how likely a special cause like its own is by chance.

Sources: Wheeler 1995, Advanced topics in statistical process control, for the degrees of freedom of a mean moving
range; the rules are those of Making Data Count. A run of values is as likely as among values in a random order.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist, fmean

from schema.enumerations import SpecialCause
from service.statistics.count_charts import D2
from service.statistics.special_causes import HIGH
from service.statistics.tails import student_beyond

# A mean moving range of n values is as good as a standard deviation with so many degrees of freedom for each range.
_DEGREES = 0.62
# Four rules are tried on each value, so each may only explain a quarter of what is likely by chance.
_RULES = 4
_TREND = {SpecialCause.TREND_UP, SpecialCause.TREND_DOWN}
_SHIFT = {SpecialCause.SHIFT_ABOVE, SpecialCause.SHIFT_BELOW}
_TWO_OF_THREE = {SpecialCause.TWO_OF_THREE_HIGH, SpecialCause.TWO_OF_THREE_LOW}
_FAR = 1 - NormalDist().cdf(2)
# Of three values on one side, two or three are beyond two standard deviations: on either side.
_BY_TWO_OF_THREE = 2 * (3 * _FAR**2 * (0.5 - _FAR) + _FAR**3)


def by_chance(values: Sequence[float], causes: Sequence[SpecialCause], baseline: int | None = None) -> float | None:
    """How likely the last value is, by the values before it and by the rules that it has set off.

    The values are those of one stretch; `baseline` is how many at its start its limits come from, else all. None where
    the values before it have not varied, because then nothing is known of chance.
    """
    of_value = _by_distance(values[:-1][:baseline], values[-1])
    if of_value is None:
        return None
    return min(1.0, _RULES * min(of_value, *(_by_rule(cause, values) for cause in causes), 1.0))


def _by_distance(before: Sequence[float], value: float) -> float | None:
    """By the distance from the mean of the values before: Student's t, with the spread of their moving ranges."""
    ranges = [abs(later - earlier) for earlier, later in pairwise(before)]
    sigma = fmean(ranges) / D2 if ranges else 0.0
    if not sigma:
        return None
    t = (value - fmean(before)) / (sigma * math.sqrt(1 + 1 / len(before)))
    return student_beyond(t, _DEGREES * len(ranges))


def _by_rule(cause: SpecialCause, values: Sequence[float]) -> float:
    """By the length of the run that the last value is the end of. What is outside the limits is far out already."""
    if cause in _TREND:
        signs = [(later > earlier) - (later < earlier) for earlier, later in pairwise(values)]
        return 2 / math.factorial(_alike(signs) + 1)
    if cause in _SHIFT:
        middle = fmean(values)
        return 2.0 ** (1 - _alike([(value > middle) - (value < middle) for value in values]))
    return _BY_TWO_OF_THREE if cause in _TWO_OF_THREE else 1.0


def _alike(signs: Sequence[int]) -> int:
    """How many signs at the end are the same."""
    return next((at for at, sign in enumerate(reversed(signs)) if sign != signs[-1]), len(signs))


def is_high(cause: SpecialCause) -> bool:
    """Whether a special cause is upwards."""
    return cause in HIGH
