"""Counts of many organisations become a funnel: the limits around their mean, wider for smaller denominators.

Sources: Spiegelhalter 2005, Funnel plots for comparing institutional performance; Spiegelhalter 2005, Handling
over-dispersion of performance indicators. The limits are exact, by the binomial distribution for proportions and the
Poisson distribution for rates: see `exact_counts`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from service.statistics.exact_counts import Count, binomial, poisson
from service.statistics.outliers import two_sided

_NORMAL = NormalDist()
# 95 and 99.8 % of a normal distribution are within so many standard deviations.
Z_95, Z_998 = _NORMAL.inv_cdf(0.975), _NORMAL.inv_cdf(0.999)
# This share of the scores at each end counts as the next one, so that real outliers do not widen the limits.
_WINSORISED = 0.1
# Beyond this variance of a count its distribution is normal as far as anybody can see: the limits differ by less than
# 1 % of their distance from the mean.
MOST_EXACT = 250_000


@dataclass(frozen=True)
class Funnel:
    """The mean of all counts together and the spread around it; `factor` is what a count for each one is multiplied by.

    `dispersion` is the mean square of the scores: 1 where chance alone makes organisations differ. The limits are wider
    by its root where `is_adjusted`.
    """

    mean: float
    factor: float
    is_proportion: bool
    dispersion: float = 1.0
    is_adjusted: bool = False

    def score(self, numerator: float, denominator: float) -> float:
        """How many standard deviations a value is from the mean; 0 where nothing can differ."""
        unit = self._deviation(denominator) * self._wider
        return (numerator / denominator - self.mean) / unit if unit else 0.0

    def beyond(self, numerator: float, denominator: float) -> float:
        """How likely a value at least as far out is by chance: exact, or by the score where the limits are wider."""
        exact = None if self.is_adjusted or numerator != int(numerator) else self._count(denominator)
        return two_sided(self.score(numerator, denominator)) if exact is None else exact.beyond(int(numerator))

    def limits(self, denominator: float, z: float) -> tuple[float, float]:
        """The limits for a denominator, in the metric's unit: as far out as z standard deviations of a normal one.

        Exact, where a denominator of a proportion is whole and the variance of the count is 250,000 at most. Where they
        are wider, the distance of each from the mean is multiplied, so they may be below 0, or above 100 %.
        """
        width, exact = z * self._deviation(denominator), self._count(denominator)
        lower, upper = self.mean - width, self.mean + width
        if exact is not None:
            lower, upper = (exact.limit(_NORMAL.cdf(each)) / denominator for each in (-z, z))
        lower, upper = (self.mean + self._wider * (each - self.mean) for each in (lower, upper))
        return self.factor * lower, self.factor * upper

    @property
    def _wider(self) -> float:
        return math.sqrt(self.dispersion) if self.is_adjusted else 1.0

    @property
    def _variance(self) -> float:
        """That of a denominator of 1."""
        return max(self.mean * (1 - self.mean) if self.is_proportion else self.mean, 0.0)

    def _deviation(self, denominator: float) -> float:
        return math.sqrt(self._variance / denominator)

    def _count(self, denominator: float) -> Count | None:
        """The count of a denominator, as chance varies it; None where that is not calculated exactly."""
        if not 0 < self._variance * denominator <= MOST_EXACT:
            return None
        if not self.is_proportion:
            return poisson(self.mean * denominator)
        return binomial(int(denominator), self.mean) if denominator == int(denominator) else None


def funnel(counts: Sequence[tuple[float, float]], *, factor: float, is_proportion: bool) -> Funnel:
    """The funnel of numerators and denominators, none of which is 0; adjusted where they differ more than by chance."""
    mean = sum(count for count, _ in counts) / sum(of for _, of in counts)
    plain = Funnel(mean, factor, is_proportion)
    scores = winsorised([plain.score(*each) for each in counts])
    dispersion = sum(score * score for score in scores) / len(scores)
    # Without over-dispersion the mean square is 1, with a standard deviation of the root of 2 / n.
    is_adjusted = dispersion > 1 + 2 * math.sqrt(2 / len(scores))
    return Funnel(mean, factor, is_proportion, dispersion, is_adjusted)


def winsorised(scores: Sequence[float]) -> list[float]:
    """Scores with the tenth at each end as large as the next score."""
    ordered = sorted(scores)
    cut = int(_WINSORISED * len(ordered))
    least, most = ordered[cut], ordered[len(ordered) - 1 - cut]
    return [min(max(score, least), most) for score in scores]
