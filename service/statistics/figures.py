"""A figure becomes its confidence interval, by the method that its unit and its numbers allow.

Source: the method's section on confidence intervals.
"""

import math
from dataclasses import dataclass

from schema.enumerations import IntervalMethod, Unit
from service.statistics import intervals
from service.statistics.intervals import Interval

PUBLISHED_CONFIDENCE = 0.95
_PERCENT, _PER_100000 = 100.0, 100_000.0


@dataclass(frozen=True)
class Numbers:
    """What is known of one figure, in its metric's unit; `lower` and `upper` are limits that its source printed."""

    unit: Unit
    value: float
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None


def interval(figure: Numbers, *, confidence: float = PUBLISHED_CONFIDENCE) -> Interval | None:
    """The interval of a figure in its metric's unit; None where its unit or its numbers allow none.

    An interval that the source printed is given as it was published, at 95 %. Otherwise a percentage with its counts
    has Wilson's, a rate with its counts and a whole count have Byar's or the exact one; FTE, scores and yes or no have
    none. Refusals: `ValueError` for a confidence outside 0.90 to 0.999.
    """
    if figure.lower is not None and figure.upper is not None and confidence == PUBLISHED_CONFIDENCE:
        return Interval(figure.lower, figure.upper, IntervalMethod.AS_PUBLISHED)
    if figure.unit is Unit.PERCENT:
        return _of_percentage(figure, confidence)
    if figure.unit is Unit.RATE_PER_100000:
        return _of_rate(figure, confidence)
    if figure.unit is Unit.COUNT and figure.value >= 0 and math.isfinite(figure.value):
        return intervals.of_count(figure.value, confidence=confidence)
    return None


def _of_percentage(figure: Numbers, confidence: float) -> Interval | None:
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None or denominator is None or not 0 <= numerator <= denominator:
        return None
    share = intervals.wilson(numerator, denominator, confidence=confidence)
    return None if share is None else Interval(share.lower * _PERCENT, share.upper * _PERCENT, share.method)


def _of_rate(figure: Numbers, confidence: float) -> Interval | None:
    numerator, denominator = figure.numerator, figure.denominator
    if numerator is None or denominator is None or numerator < 0 or denominator <= 0:
        return None
    return intervals.rate(numerator, denominator, multiplier=_PER_100000, confidence=confidence)


def why_none(figure: Numbers) -> str:
    """Why a figure has no interval, in words."""
    if figure.unit in {Unit.PERCENT, Unit.RATE_PER_100000}:
        return "its numerator and denominator are not known"
    return "a figure of its unit has none"
