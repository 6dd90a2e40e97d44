"""A figure has a confidence interval where its unit and its numbers allow one, and nowhere else."""

import math

import pytest

from schema.computed_inputs.figures import Numbers
from schema.enumerations import Unit
from service.statistics.figures import interval

PERCENT, RATE, COUNT = Unit.PERCENT, Unit.RATE_PER_100000, Unit.COUNT


@pytest.mark.parametrize(
    ("unit", "value", "numerator", "denominator"),
    [(COUNT, 0, None, None), (PERCENT, 0, 0, 1), (PERCENT, 100, 1, 1), (RATE, 0, 0, 1), (RATE, 1, 1, 100_000)],
)
def test_the_least_and_the_greatest_counts_have_an_interval_around_the_value(unit, value, numerator, denominator):
    made = interval(unit, Numbers(value, numerator, denominator))
    assert made is not None
    assert made.lower <= value <= made.upper
    assert made.lower < made.upper


@pytest.mark.parametrize(
    ("unit", "value", "numerator", "denominator"),
    [
        (COUNT, -1, None, None),
        (COUNT, math.inf, None, None),
        (PERCENT, 50, None, 2),
        (PERCENT, 50, 1, None),
        (PERCENT, 0, 0, 0),
        (PERCENT, 0, -1, 1),
        (PERCENT, 200, 2, 1),
        (RATE, 1, None, 100_000),
        (RATE, 1, 1, None),
        (RATE, 0, 0, 0),
        (RATE, 0, -1, 1),
    ],
)
def test_numbers_that_no_method_is_for_have_no_interval(unit, value, numerator, denominator):
    assert interval(unit, Numbers(value, numerator, denominator)) is None
