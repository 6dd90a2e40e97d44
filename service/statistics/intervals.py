"""Counts become confidence intervals: of a proportion, of a count, of a rate.

Sources: the method's section on confidence intervals; Wilson 1927; Breslow & Day 1987 for Byar's approximation; OHID's
PHEindicatormethods for when which is used. Every confidence is 0.90 to 0.999, and any other is refused.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist

from schema.enumerations import IntervalMethod
from service.statistics.tails import gamma_share

LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.90, 0.999
# From this count on Byar's approximation is as good as the exact limits.
ENOUGH_FOR_BYAR = 10


@dataclass(frozen=True)
class Interval:
    """Both limits, in the unit of what they are of, and the method that gave them."""

    lower: float
    upper: float
    method: IntervalMethod


def wilson(numerator: float, denominator: float, *, confidence: float = 0.95) -> Interval | None:
    """The interval of a proportion, 0 to 1; None for a denominator of 0.

    Refusals: `ValueError` for a numerator below 0 or above the denominator. Source: Wilson 1927.
    """
    z = _z(confidence)
    if not 0 <= numerator <= denominator:
        raise ValueError("a numerator is 0 to its denominator")
    if denominator == 0:
        return None
    share = numerator / denominator
    spread = z * math.sqrt(z * z + 4 * numerator * (1 - share))
    middle, width = 2 * numerator + z * z, 2 * (denominator + z * z)
    lower, upper = (middle - spread) / width, (middle + spread) / width
    # At 0 and at 1 the limit is exact, and rounding would put it a hair beyond.
    return Interval(
        0.0 if numerator == 0 else min(max(lower, 0.0), share),
        1.0 if numerator == denominator else max(min(upper, 1.0), share),
        IntervalMethod.WILSON,
    )


def byar(count: float, *, confidence: float = 0.95) -> Interval:
    """The interval of a count of 10 or more, by Byar's approximation.

    Refusals: `ValueError` for a smaller count, which `exact_poisson` is for. Source: Breslow & Day 1987.
    """
    z = _z(confidence)
    if not count >= ENOUGH_FOR_BYAR:
        raise ValueError("Byar's approximation is for counts of 10 or more")
    above = count + 1
    lower = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    upper = above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3
    return Interval(lower, upper, IntervalMethod.BYAR)


def exact_poisson(count: float, *, confidence: float = 0.95) -> Interval:
    """The exact interval of a count, by the chi-squared quantiles; its lower limit is 0 for a count of 0.

    Refusals: `ValueError` for a count below 0. Source: PHEindicatormethods.
    """
    alpha = 1 - _checked(confidence)
    if not count >= 0:
        raise ValueError("a count is 0 or more")
    lower = 0.0 if count == 0 else _gamma_quantile(alpha / 2, count)
    return Interval(lower, _gamma_quantile(1 - alpha / 2, count + 1), IntervalMethod.EXACT_POISSON)


def of_count(count: float, *, confidence: float = 0.95) -> Interval:
    """The interval of a count: Byar's from 10 on, below that the exact one. Refusals: those of both."""
    small = count < ENOUGH_FOR_BYAR
    return exact_poisson(count, confidence=confidence) if small else byar(count, confidence=confidence)


def rate(count: float, denominator: float, *, multiplier: float = 100_000, confidence: float = 0.95) -> Interval | None:
    """The interval of a rate for each `multiplier`; None for a denominator of 0.

    Refusals: `ValueError` for a count or a denominator below 0. Source: PHEindicatormethods.
    """
    if not denominator >= 0:
        raise ValueError("a denominator is 0 or more")
    of = of_count(count, confidence=confidence)
    if denominator == 0:
        return None
    return Interval(of.lower * multiplier / denominator, of.upper * multiplier / denominator, of.method)


def _checked(confidence: float) -> float:
    if not LEAST_CONFIDENCE <= confidence <= MOST_CONFIDENCE:
        raise ValueError(f"a confidence is {LEAST_CONFIDENCE:.2f} to {MOST_CONFIDENCE}")
    return confidence


@cache
def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(1 - (1 - _checked(confidence)) / 2)


# Only counts below 10 ask for it, and they are nearly always whole: the same few come thousands of times.
@lru_cache(maxsize=1000)
def _gamma_quantile(probability: float, shape: float) -> float:
    """Where the gamma distribution of a shape reaches a probability: half the chi-squared quantile of 2 × shape.

    By halving: the distribution rises everywhere, and a hundred halvings are exact to the last digit.
    """
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 30
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if gamma_share(shape, middle) < probability else (low, middle)
    return (low + high) / 2
