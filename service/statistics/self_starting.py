"""Values over time become how likely their drift is by chance, though their mean is not known beforehand.

A cumulative sum (CUSUM) against a mean that was itself calculated from a few values gives many false alarms. So each
value is compared only with those before it, which makes its score normal whatever the mean is.

Sources: Hawkins 1987, Self-starting CUSUM charts for location and scale; Siegmund 1985, Sequential analysis, for the
tail of a cumulative sum in its steady state; Grigg and Spiegelhalter 2008 for its use with false discovery rates.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

from service.statistics.drifts import ALLOWANCE, sums
from service.statistics.tails import student_beyond

_NORMAL = NormalDist()
# How far a random walk of normal steps goes beyond a limit, as it crosses it, on average.
_OVERSHOOT = 0.583
_LEAST = 1e-300
_FEWEST_BEFORE = 2


def scores(values: Sequence[float]) -> list[float]:
    """The standard normal scores of the values from the third on, each by those before it alone.

    A value has none while all before it are equal.
    """
    found = []
    # The mean and the sum of squares of the values before, by Welford's method.
    mean = squares = 0.0
    for count, value in enumerate(values):
        spread = math.sqrt(squares / (count - 1)) if count >= _FEWEST_BEFORE else 0.0
        if spread > 0:
            t = math.sqrt(count / (count + 1)) * (value - mean) / spread
            tail = max(student_beyond(t, count - 1) / 2, _LEAST)
            found.append(math.copysign(_NORMAL.inv_cdf(tail), t))
        step = value - mean
        mean += step / (count + 1)
        squares += step * (value - mean)
    return found


def drift_by_chance(values: Sequence[float]) -> float | None:
    """How likely a drift at the end of some values is by chance, in either direction; None where nothing has varied."""
    standard = scores(values)
    return by_scores(standard) if standard else None


def by_scores(standard: Sequence[float]) -> float:
    """The same of standard normal scores."""
    farthest = max(totals[-1] for totals in sums(standard, 0.0, ALLOWANCE))
    # Of a walk with steps of variance 1 that goes down by the allowance on average, and of the same upside down.
    return min(1.0, 2 * math.exp(-2 * ALLOWANCE * (farthest + _OVERSHOOT))) if farthest else 1.0
