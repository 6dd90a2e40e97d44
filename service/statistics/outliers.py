"""Values of many organisations become those that stand out, without one for each twenty by chance alone.

Sources: Iglewicz and Hoaglin 1993 for modified z-scores; Benjamini and Hochberg 1995 for the rate of false discoveries.
"""

import math
from collections.abc import Sequence
from statistics import fmean, median

# The 0.75 quantile of the normal distribution, and the mean absolute deviation of one with a variance of 1, inverted.
_OF_MEDIAN, _OF_MEAN = 0.6745, 1.253314
# Of those that are said to stand out, so many are expected to do so by chance.
FALSE_DISCOVERIES = 0.05


def modified_z(values: Sequence[float]) -> list[float]:
    """The distance of each value from the median, in median absolute deviations: 0.6745 (x - median) / MAD.

    Where more than half of the values are equal the MAD is 0, and the mean absolute deviation is used. All are 0 where
    all values are equal. A score beyond 3.5 is what its authors call an outlier.
    """
    if not values:
        return []
    middle = median(values)
    away = [abs(value - middle) for value in values]
    unit = median(away) / _OF_MEDIAN or _OF_MEAN * fmean(away)
    return [(value - middle) / unit if unit else 0.0 for value in values]


def two_sided(z: float) -> float:
    """The share of a normal distribution that is at least as far from its mean as z."""
    return math.erfc(abs(z) / math.sqrt(2))


def adjusted(shares: Sequence[float]) -> list[float]:
    """The shares of false discoveries at which each would be one of those that stand out, in the order given.

    The k-th smallest of m is multiplied by m / k, and none may be larger than that of a larger share.
    """
    most, count = 1.0, len(shares)
    found = [1.0] * count
    for rank, at in sorted(enumerate(sorted(range(count), key=shares.__getitem__), 1), reverse=True):
        most = min(most, shares[at] * count / rank)
        found[at] = most
    return found
