"""Values become whole numbers of a small unit, so that sums and comparisons are exact and fast."""

from collections.abc import Sequence
from decimal import Decimal
from math import lcm

# Published values have six decimals at most, and a float tells all numbers of fifteen digits apart.
_MILLION = 1_000_000
_LARGEST = 10**15


def whole_numbers(values: Sequence[float | Decimal]) -> tuple[list[int], int]:
    """The values as whole numbers, and how many of their unit make 1.

    A float counts as the decimal of its shortest text: 69.57 is exactly 69.57.
    """
    millionths = [round(value * _MILLION) for value in values]
    if all(
        number / _MILLION == value and -_LARGEST <= number <= _LARGEST
        for number, value in zip(millionths, values, strict=True)
    ):
        return millionths, _MILLION
    decimals = (value if isinstance(value, Decimal) else Decimal(repr(value)) for value in values)
    ratios = [value.as_integer_ratio() for value in decimals]
    unit = lcm(*(parts for _, parts in ratios))
    return [number * (unit // parts) for number, parts in ratios], unit
