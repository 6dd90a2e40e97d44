"""A first and a last value become progress without a target: compound annual growth.

Source: Open SDG, sdg-build, progress measure without a target value, with its thresholds.
"""

from schema.enumerations import Direction, GrowthProgress

# From these rates of growth a year, in the metric's direction, progress is substantial or moderate.
_SUBSTANTIAL, _MODERATE = 0.015, 0.005


def annual_growth(first: float, last: float, years: float) -> float | None:
    """(last / first) ^ (1 / years) - 1; None for less than a year, a first value of 0, or values of different signs."""
    if years < 1 or first == 0 or last / first < 0:
        return None
    return float((last / first) ** (1 / years)) - 1


def progress(growth: float, first: float, direction: Direction) -> GrowthProgress | None:
    """What a rate of growth says; None for a neutral metric. Of values below 0 growth leads further down."""
    if direction is Direction.NEUTRAL:
        return None
    sign = (1 if direction is Direction.HIGHER_IS_BETTER else -1) * (1 if first > 0 else -1)
    rate = sign * growth
    if rate >= _SUBSTANTIAL:
        return GrowthProgress.SUBSTANTIAL
    if rate >= _MODERATE:
        return GrowthProgress.MODERATE
    return GrowthProgress.LIMITED if rate >= 0 else GrowthProgress.DETERIORATION
