"""A figure becomes its confidence interval, by the method that its unit and its numbers allow.

Source: the method's section on confidence intervals.
"""

import math

from schema.computed_inputs.figures import Numbers
from schema.enumerations import IntervalMethod, Unit
from service.statistics import intervals
from service.statistics.intervals import Interval

PUBLISHED_CONFIDENCE = 0.95
_PERCENT, _PER_100000 = 100.0, 100_000.0


def interval(unit: Unit, numbers: Numbers, *, confidence: float = PUBLISHED_CONFIDENCE) -> Interval | None:
    """The interval of a figure in its metric's unit; None where its unit or its numbers allow none.

    An interval that the source printed is returned as published, at 95 %. Otherwise a percentage with its counts has
    Wilson's, a rate with its counts and a count have Byar's or the exact one; FTE, scores and yes or no have none.
    Refusals: `ValueError` for a confidence outside 0.90 to 0.999.
    """
    lower, upper = numbers.lower_confidence_limit, numbers.upper_confidence_limit
    if lower is not None and upper is not None and confidence == PUBLISHED_CONFIDENCE:
        return Interval(lower, upper, IntervalMethod.AS_PUBLISHED)
    if unit is Unit.PERCENT:
        return _of_percentage(numbers, confidence)
    if unit is Unit.RATE_PER_100000:
        return _of_rate(numbers, confidence)
    if unit is Unit.COUNT and numbers.value >= 0 and math.isfinite(numbers.value):
        return intervals.of_count(numbers.value, confidence=confidence)
    return None


def _of_percentage(numbers: Numbers, confidence: float) -> Interval | None:
    numerator, denominator = numbers.numerator, numbers.denominator
    if numerator is None or denominator is None or not 0 <= numerator <= denominator:
        return None
    share = intervals.wilson(numerator, denominator, confidence=confidence)
    return None if share is None else Interval(share.lower * _PERCENT, share.upper * _PERCENT, share.method)


def _of_rate(numbers: Numbers, confidence: float) -> Interval | None:
    numerator, denominator = numbers.numerator, numbers.denominator
    if numerator is None or denominator is None or numerator < 0 or denominator <= 0:
        return None
    return intervals.rate(numerator, denominator, multiplier=_PER_100000, confidence=confidence)
