"""Published numbers become doubts: a percentage that no count gives, an interval that does not fit its rate.

Source: the method's section on checks of published numbers.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist

from service.statistics import intervals

# Beyond it, limits this close to their rate are printed too coarsely to say anything.
MOST_EVENTS = 5_000_000


@dataclass(frozen=True)
class Attainability:
    """Whether some whole number of a denominator gives a percentage, and the two nearest fractions that do not."""

    is_attainable: bool
    # (numerator, percentage to the same decimals): the one that gives it, or its neighbours below and above.
    nearest: tuple[tuple[int, Decimal], ...]


def attainable(percent: Decimal | float, denominator: int, decimals: int) -> Attainability:
    """Whether a percentage, rounded half up to some decimals, is that of a whole number of `denominator`.

    Units: percent 0 to 100. Refusals: `ValueError` for a denominator below 1 or decimals below 0.
    """
    if denominator < 1 or decimals < 0:
        raise ValueError("a denominator is 1 or more, and decimals are 0 or more")
    exact = Decimal(str(percent))
    unit = Decimal(1).scaleb(-decimals)
    at = int(exact * denominator / 100)
    near = [number for number in (at - 1, at, at + 1, at + 2) if 0 <= number <= denominator]
    given = [(number, (Decimal(100 * number) / denominator).quantize(unit, ROUND_HALF_UP)) for number in near]
    hits = tuple(pair for pair in given if pair[1] == exact)
    if hits:
        return Attainability(True, hits[:1])
    below, above = [pair for pair in given if pair[1] < exact], [pair for pair in given if pair[1] > exact]
    return Attainability(False, (*below[-1:], *above[:1]))


@dataclass(frozen=True)
class Coherence:
    """The counts of events, least and most, that reproduce a printed rate and both its limits; None where none does."""

    counts: tuple[int, int] | None

    def fits(self, count: int | None = None) -> bool:
        """Whether some count reproduces what is printed; the one that is stated, where one is."""
        if self.counts is None:
            return False
        return count is None or self.counts[0] <= count <= self.counts[1]


def coherent_interval(
    rate: Decimal, lower: Decimal, upper: Decimal, *, multiplier: float = 100_000, confidence: float = 0.95
) -> Coherence:
    """The counts from which a rate and its limits come, at the precision that each is printed with.

    The denominator is not known: a count fits when some denominator gives all three numbers. Limits by Byar's
    approximation from 10 events on, below that the exact ones. Nothing fits a rate of 0 or limits without width.
    """
    width = float(upper - lower)
    if rate <= 0 or width <= 0 or not lower <= rate <= upper:
        return Coherence(None)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / 2)
    near = (2 * z * float(rate) / width) ** 2
    if near > MOST_EVENTS:
        return Coherence(None)
    # Rounding moves the estimate by at most as much as it moves the width.
    unit = float(max(_half(lower), _half(upper)))
    slack = 1 + 4 * unit / max(width - 2 * unit, unit)
    first, last = max(int(near / slack**2 * 0.9) - 5, 1), int(near * slack**2 * 1.1) + 5
    found = [
        count for count in range(first, last + 1) if _reproduces(count, (lower, rate, upper), multiplier, confidence)
    ]
    return Coherence((found[0], found[-1]) if found else None)


def _reproduces(count: int, printed: tuple[Decimal, Decimal, Decimal], multiplier: float, confidence: float) -> bool:
    """Whether one denominator gives the lower limit, the rate and the upper limit of a count as they are printed."""
    interval = intervals.of_count(count, confidence=confidence)
    least, most = 0.0, math.inf
    for events, number in zip((interval.lower, count, interval.upper), printed, strict=True):
        half = float(_half(number))
        # A denominator d prints the number when it is within half a unit of events × multiplier ÷ d.
        most = min(most, events * multiplier / (float(number) - half)) if float(number) > half else most
        least = max(least, events * multiplier / (float(number) + half))
    return least <= most


def _half(number: Decimal) -> Decimal:
    """Half a unit of the last decimal that is printed."""
    return Decimal(5).scaleb(min(int(number.as_tuple().exponent), 0) - 1)
