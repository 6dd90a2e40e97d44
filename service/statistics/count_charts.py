"""Counts over time become p- and u-charts, with limits for the size of each subgroup, and Laney's p′- and u′-charts.

Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.3; Laney 2002, Improved control charts for attributes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

FEWEST = 3
# Limits are so many standard errors from the mean.
_WIDTH = 3
# d2: the mean range of two values of a normal distribution, in standard deviations.
D2 = 1.128


@dataclass(frozen=True)
class CountChart:
    """The mean of all counts together, and the standard error of each; all are shares or rates for one of them.

    `sigma_z` is the spread between subgroups, in standard errors: 1 where there is none but that of chance.
    """

    mean: float
    values: tuple[float, ...]
    errors: tuple[float, ...]
    sigma_z: float

    def limits(self, at: int, *, is_prime: bool) -> tuple[float, float]:
        """The limits of a subgroup, as calculated: of the plain chart, or of Laney's."""
        width = _WIDTH * self.errors[at] * (self.sigma_z if is_prime else 1.0)
        return self.mean - width, self.mean + width

    def is_outside(self, at: int, *, is_prime: bool) -> bool:
        """Whether a value is strictly outside its limits."""
        lower, upper = self.limits(at, is_prime=is_prime)
        return not lower <= self.values[at] <= upper


def count_chart(counts: Sequence[tuple[float, float]], *, is_proportion: bool) -> CountChart | None:
    """The chart of numerators and denominators, oldest first; None with fewer than three, or where nothing can differ.

    No denominator is 0.
    """
    if len(counts) < FEWEST:
        return None
    mean = sum(count for count, _ in counts) / sum(of for _, of in counts)
    variance = mean * (1 - mean) if is_proportion else mean
    if variance <= 0:
        return None
    values = tuple(count / of for count, of in counts)
    errors = tuple(math.sqrt(variance / of) for _, of in counts)
    scores = [(value - mean) / error for value, error in zip(values, errors, strict=True)]
    sigma_z = fmean(abs(later - earlier) for earlier, later in pairwise(scores)) / D2
    return CountChart(mean, values, errors, sigma_z)
