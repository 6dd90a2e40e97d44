"""How likely things are by chance: counts added up one by one, and Student's t by its power series."""

import math


def beyond_binomial(count: int, of: int, share: float) -> float:
    """Twice the smaller tail, with half of the count's own probability."""
    return _beyond(count, [_binomial(each, of, share) for each in range(of + 1)])


def beyond_poisson(count: int, mean: float) -> float:
    """The same of a count of events."""
    most = int(mean + 40 * math.sqrt(mean) + 60) + count
    return _beyond(count, [_poisson(each, mean) for each in range(most)])


def binomial_limit(share_below: float, of: int, share: float) -> float:
    """The limit of a binomial count, between whole ones."""
    return _limit(share_below, [_binomial(each, of, share) for each in range(of + 1)])


def poisson_limit(share_below: float, mean: float) -> float:
    """The same of a count of events."""
    return _limit(share_below, [_poisson(each, mean) for each in range(int(mean + 40 * math.sqrt(mean) + 60))])


def beyond_student(t: float, degrees: float) -> float:
    """The share of Student's curve beyond t on both sides, by the power series of the incomplete beta function."""
    x = degrees / (degrees + t * t)
    return _beta(degrees / 2, 0.5, x) if x < 0.9 else 1 - _beta(0.5, degrees / 2, 1 - x)


def _beta(first: float, second: float, x: float) -> float:
    """x^a (1 - x)^b / (a B(a, b)) times the sum of (a + b)…(a + b + n - 1) x^n / (a + 1)…(a + n)."""
    term = total = 1.0
    at = 0
    while term > 1e-18 * total:
        term *= (first + second + at) * x / (first + 1 + at)
        total += term
        at += 1
    beta = math.gamma(first) * math.gamma(second) / math.gamma(first + second)
    found: float = x**first * (1 - x) ** second / (first * beta) * total
    return found


def _beyond(count: int, chances: list[float]) -> float:
    half = chances[count] / 2
    return min(1.0, 2 * min(math.fsum(chances[:count]) + half, math.fsum(chances[count + 1 :]) + half))


def _limit(share_below: float, chances: list[float]) -> float:
    """Where the share is reached, with half of each count below it, on a straight line between two counts."""
    before, upto = None, 0.0
    for count, chance in enumerate(chances):
        middle = upto + chance / 2
        if middle > share_below:
            return 0.0 if before is None else count - (middle - share_below) / (middle - before)
        before, upto = middle, upto + chance
    return float(len(chances) - 1)


def _binomial(count: int, of: int, share: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)
    return math.exp(ways + count * math.log(share) + (of - count) * math.log(1 - share))


def _poisson(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
