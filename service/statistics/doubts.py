"""Published numbers become doubts: a percentage that no whole number of its denominator gives.

Source: the method's section on checks of published numbers.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


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
