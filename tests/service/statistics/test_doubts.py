"""A count fits limits up to the very edge of what is printed."""

from decimal import Decimal

import pytest

from service.statistics import intervals
from service.statistics.doubts import coherent_interval

COUNT = 50
FINEST = Decimal("1E-25")
LIMITS = intervals.of_count(COUNT)
BELOW, ABOVE = LIMITS.lower / COUNT, LIMITS.upper / COUNT


def from_(number: float) -> Decimal:
    """What is printed for a number and above it."""
    return Decimal(number).quantize(FINEST) + FINEST / 2


def up_to(number: float) -> Decimal:
    """What is printed for a number and below it."""
    return Decimal(number).quantize(FINEST) - FINEST / 2


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(Decimal(1), from_(1.5 * ABOVE)), (up_to(0.5 * BELOW), Decimal(1)), (up_to(BELOW), from_(ABOVE))],
    ids=["the greatest rate", "the least rate", "each other"],
)
def test_the_last_count_that_fits_is_the_one_whose_limits_just_reach(lower, upper):
    # A rate of 1 is printed for 0.5 to 1.5.
    found = coherent_interval(Decimal(1), lower, upper)
    assert [found.fits(count) for count in (COUNT, COUNT + 1)] == [True, False]
