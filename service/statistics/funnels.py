"""Counts of many organisations become a funnel: the limits around their mean, wider for smaller denominators.

Sources: Spiegelhalter 2005, Funnel plots for comparing institutional performance; Spiegelhalter 2005, Handling
over-dispersion of performance indicators. For proportions the limits are those of OHID's PHEindicatormethods: the
values whose Wilson interval just reaches the mean.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

# 95 and 99.8 % of a normal distribution are within so many standard deviations.
Z_95, Z_998 = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.999)
# This share of the scores at each end counts as the next one, so that real outliers do not widen the limits.
_WINSORISED = 0.1


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
        unit = self._deviation(denominator)
        return (numerator / denominator - self.mean) / unit if unit else 0.0

    def limits(self, denominator: float, z: float) -> tuple[float, float]:
        """The limits for a denominator, in the metric's unit. They may be below 0, or above 100 %."""
        width = z * self._deviation(denominator)
        return self.factor * (self.mean - width), self.factor * (self.mean + width)

    def _deviation(self, denominator: float) -> float:
        variance = self.mean * (1 - self.mean) if self.is_proportion else self.mean
        return math.sqrt(max(variance, 0.0) / denominator * (self.dispersion if self.is_adjusted else 1.0))


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
