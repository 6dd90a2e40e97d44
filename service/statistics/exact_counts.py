"""A count that only chance varies becomes its exact limits, and how likely it is: binomial, or Poisson.

Half of how likely a count itself is belongs to each side of it (mid-P). So a count is outside a limit if it is as
unlikely as the limit says, on both sides alike. Limits lie between whole counts, so that they do not jump from one
denominator to the next.

Sources: Lancaster 1961, Significance tests in discrete distributions; Berry and Armitage 1995, Mid-P confidence
intervals; Ma, Genton and Parzen 2011 for the quantiles of such a distribution, on straight lines between whole counts.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from service.statistics.tails import beta_share, gamma_rest, gamma_share

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Count:
    """A count of 0 to the most, with a mean and a variance. `skewness` is its third moment for each unit of the latter.

    The functions give the chance of a whole number or less, of that number or more, and of that number itself.
    """

    mean: float
    variance: float
    skewness: float
    most: float
    at_most: Callable[[int], float]
    at_least: Callable[[int], float]
    exactly: Callable[[int], float]

    def limit(self, share: float) -> float:
        """The limit that a share of counts is below; 0, or the most, where even that is not unlikely enough."""
        count = self._near(share)
        below = self.at_most(count) - self.exactly(count) / 2
        while below <= share and count < self.most:
            count += 1
            below += self._step(count)
        while count > 0 and below - self._step(count) > share:
            below -= self._step(count)
            count -= 1
        return 0.0 if count == 0 else min(count - (below - share) / self._step(count), count)

    def _step(self, count: int) -> float:
        """The chance of being between the count before and a count."""
        return (self.exactly(count) + self.exactly(count - 1)) / 2

    def _near(self, share: float) -> int:
        """Where the limit is about, by the first terms of Cornish and Fisher."""
        z = _NORMAL.inv_cdf(share)
        about = self.mean + z * math.sqrt(self.variance) + (z * z - 1) * self.skewness / 6
        return int(min(max(about, 0), self.most))

    def beyond(self, count: int) -> float:
        """How likely a count at least as far out is, on both sides: twice the smaller side."""
        itself = self.exactly(count)
        # The side that the count is on is exact, also where it is tiny; the other one is what is left.
        side = (self.at_least if count > self.mean else self.at_most)(count)
        return min(1.0, 2 * min(side - itself / 2, 1 - side + itself / 2))


def binomial(of: int, share: float) -> Count:
    """How many of so many, each with the same share, which is more than 0 and less than 1."""
    log, log_not, whole = math.log(share), math.log1p(-share), math.lgamma(of + 1)

    def exactly(count: int) -> float:
        if not 0 <= count <= of:
            return 0.0
        ways = whole - math.lgamma(count + 1) - math.lgamma(of - count + 1)
        return math.exp(ways + count * log + (of - count) * log_not)

    return Count(
        mean=of * share,
        variance=of * share * (1 - share),
        skewness=1 - 2 * share,
        most=of,
        at_most=lambda count: 1.0 if count >= of else beta_share(of - count, count + 1, 1 - share),
        at_least=lambda count: 1.0 if count <= 0 else beta_share(count, of - count + 1, share),
        exactly=exactly,
    )


def poisson(mean: float) -> Count:
    """A count of events with a mean, which is more than 0."""

    def exactly(count: int) -> float:
        if count < 0:
            return 0.0
        return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))

    return Count(
        mean=mean,
        variance=mean,
        skewness=1.0,
        most=math.inf,
        at_most=lambda count: gamma_rest(count + 1, mean),
        at_least=lambda count: 1.0 if count <= 0 else gamma_share(count, mean),
        exactly=exactly,
    )
