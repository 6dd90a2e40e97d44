"""Published numbers become doubts: a percentage that no count gives, an interval that does not fit its rate.

Source: the method's section on checks of published numbers.
"""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from service.statistics import intervals

# Beyond it, limits this close to their rate are printed too coarsely to say anything.
MOST_EVENTS = 5_000_000
# Below it, limits are those of two methods: every count is tried.
_FEW_EVENTS = 20


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
    percentages = [(number, (Decimal(100 * number) / denominator).quantize(unit, ROUND_HALF_UP)) for number in near]
    hits = tuple(pair for pair in percentages if pair[1] == exact)
    if hits:
        return Attainability(True, hits[:1])
    below, above = [pair for pair in percentages if pair[1] < exact], [pair for pair in percentages if pair[1] > exact]
    return Attainability(False, (*below[-1:], *above[:1]))


@dataclass(frozen=True)
class Coherence:
    """The counts of events, least and most, that reproduce a printed rate and both its limits; None where none does.

    Not decidable: a rate of 0, and limits so close to their rate that millions of events would fit.
    """

    counts: tuple[int, int] | None
    is_decidable: bool = True

    def fits(self, count: int | None = None) -> bool:
        """Whether some count reproduces what is printed; the one that is stated, where one is."""
        if self.counts is None:
            return not self.is_decidable
        return count is None or self.counts[0] <= count <= self.counts[1]


@lru_cache(maxsize=1_000)
def coherent_interval(
    rate: Decimal, lower: Decimal, upper: Decimal, *, multiplier: float = 100_000, confidence: float = 0.95
) -> Coherence:
    """The counts from which a rate and its limits come, at the precision that each is printed with.

    The denominator is not known: a count fits when some denominator gives all three numbers. Limits by Byar's
    approximation from 10 events on, below that the exact ones. Nothing fits limits that do not hold their rate. Since
    any denominator will do, what the rate is multiplied by makes no difference.
    """
    if not lower <= rate <= upper:
        return Coherence(None)
    if rate <= 0:
        return Coherence(None, is_decidable=False)
    printed = _Printed(_around(lower), _around(rate), _around(upper), confidence)
    few = [count for count in range(1, _FEW_EVENTS) if printed.is_up_to(count) and printed.is_from(count)]
    # The limits close in on their rate as events grow more: some of the conditions hold from a count on, the others up
    # to one.
    least = bisect_left(range(_FEW_EVENTS, MOST_EVENTS), True, key=printed.is_from) + _FEW_EVENTS
    most = bisect_left(range(_FEW_EVENTS, MOST_EVENTS), True, key=lambda count: not printed.is_up_to(count))
    most += _FEW_EVENTS - 1
    if most >= MOST_EVENTS - 1:
        return Coherence(None, is_decidable=False)
    counts = [*few, *([least, most] if least <= most else [])]
    return Coherence((min(counts), max(counts)) if counts else None)


@dataclass(frozen=True)
class _Printed:
    """Three printed numbers, each as the least and the most that is printed so.

    A count fits when some rate r is printed so, and r × limit ÷ count is, for both limits: when the greatest of the
    least r is not above the least of the greatest.
    """

    lower: tuple[float, float]
    rate: tuple[float, float]
    upper: tuple[float, float]
    confidence: float

    def is_from(self, count: int) -> bool:
        """The conditions that hold from a count on: the limits are not further apart than they are printed."""
        below, above = self._ratios(count)
        (low, _), (least, most), (_, high) = self.lower, self.rate, self.upper
        return low / below <= most and least <= high / above and low / below <= high / above

    def is_up_to(self, count: int) -> bool:
        """The conditions that hold up to a count: the limits are not closer together than they are printed."""
        below, above = self._ratios(count)
        (_, low), (least, most), (high, _) = self.lower, self.rate, self.upper
        return least <= low / below and high / above <= most and high / above <= low / below

    def _ratios(self, count: int) -> tuple[float, float]:
        """The limits of a count, in counts."""
        interval = intervals.of_count(count, confidence=self.confidence)
        return max(interval.lower, 1e-12) / count, interval.upper / count


def _around(number: Decimal) -> tuple[float, float]:
    """The least and the most that is printed as a number."""
    half = _half(number)
    return float(number - half), float(number + half)


def _half(number: Decimal) -> Decimal:
    """Half a unit of the last decimal that is printed."""
    return Decimal(5).scaleb(min(int(number.as_tuple().exponent), 0) - 1)
