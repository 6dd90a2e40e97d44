"""Distributions become the share of them that is beyond a value: gamma, beta and Student's t.

Sources: NIST Digital Library of Mathematical Functions, 8.7, 8.9 and 8.17; Lentz 1976 for continued fractions.
"""

import math
from collections.abc import Callable, Iterator

# No further term changes the last digit.
_PRECISE = 1e-16
# In the place of a zero that a continued fraction cannot divide by.
_TINY = 1e-300


def gamma_share(shape: float, upto: float) -> float:
    """The share of the gamma distribution of a shape up to a value.

    For a whole shape it is also the chance that a Poisson count with this mean is the shape or more.
    """
    if upto <= 0:
        return 0.0
    return _gamma_series(shape, upto) if upto < shape + 1 else 1 - _gamma_rest(shape, upto)


def gamma_rest(shape: float, upto: float) -> float:
    """The share beyond the value: `1 - gamma_share`, exact also where it is very small."""
    if upto <= 0:
        return 1.0
    return 1 - _gamma_series(shape, upto) if upto < shape + 1 else _gamma_rest(shape, upto)


def beta_share(first: float, second: float, upto: float) -> float:
    """The share of the beta distribution of two shapes up to a value of 0 to 1."""
    if upto <= 0:
        return 0.0
    if upto >= 1:
        return 1.0
    if upto > (first + 1) / (first + second + 2):
        return 1 - _beta_below(second, first, 1 - upto)
    return _beta_below(first, second, upto)


def student_beyond(t: float, degrees: float) -> float:
    """The share of Student's t distribution that is at least as far from 0 as t, on both sides."""
    return beta_share(degrees / 2, 0.5, degrees / (degrees + t * t))


def _gamma_series(shape: float, upto: float) -> float:
    term = total = 1 / shape
    at = shape
    while term > total * _PRECISE:
        at += 1
        term *= upto / at
        total += term
    return total * math.exp(shape * math.log(upto) - upto - math.lgamma(shape))


def _gamma_rest(shape: float, upto: float) -> float:
    def parts() -> Iterator[tuple[float, float]]:
        yield 1.0, upto + 1 - shape
        at = 0
        while True:
            at += 1
            yield -at * (at - shape), upto + 1 - shape + 2 * at

    return math.exp(shape * math.log(upto) - upto - math.lgamma(shape)) * _continued(parts)


def _beta_below(first: float, second: float, upto: float) -> float:
    def parts() -> Iterator[tuple[float, float]]:
        yield 1.0, 1.0
        at = 0
        while True:
            total = first + 2 * at
            yield -(first + at) * (first + second + at) * upto / (total * (total + 1)), 1.0
            at += 1
            total = first + 2 * at
            yield at * (second - at) * upto / ((total - 1) * total), 1.0

    of_both = math.lgamma(first + second) - math.lgamma(first) - math.lgamma(second)
    front = math.exp(of_both + first * math.log(upto) + second * math.log1p(-upto)) / first
    return front * _continued(parts)


def _continued(parts: Callable[[], Iterator[tuple[float, float]]]) -> float:
    """The continued fraction a1 / (b1 + a2 / (b2 + …)) of pairs of a and b, by Lentz's method."""
    value, above, below = _TINY, _TINY, 0.0
    for numerator, denominator in parts():
        below = denominator + numerator * below or _TINY
        above = denominator + numerator / above or _TINY
        below = 1 / below
        step = above * below
        value *= step
        if abs(step - 1) < _PRECISE * 10:
            break
    return value
