"""Time is counted in quarters on the calendar, and leap days change nothing."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.statistics.points import day_after, quarters
from tests.service.reads.reference import methods

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(st.integers(1900, 2100), st.integers(1, 60))
def test_so_many_years_are_four_times_as_many_quarters(year, years):
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31), (1, 15), (2, 28)):
        assert quarters(dt.date(year, month, day), dt.date(year + years, month, day)) == 4 * years


@pytest.mark.parametrize("year", [2023, 2024])
def test_each_month_is_a_third_of_a_quarter_with_a_leap_day_or_without(year):
    ends = [dt.date(year - 1, 12, 31), dt.date(year, 1, 31), dt.date(year, 3, 1) - dt.timedelta(days=1)]
    assert [quarters(ends[0], end) for end in ends] == [0, pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert quarters(dt.date(year, 2, 28), dt.date(year, 3, 31)) == pytest.approx(1 / 3)


@given(DAYS, DAYS)
def test_they_are_those_of_exact_fractions(start, end):
    assert quarters(start, end) == float(methods._quarters(start, end))


@given(DAYS, DAYS)
def test_the_day_after_so_many_quarters_is_the_day_that_many_quarters_away(start, end):
    found = day_after(start, quarters(start, end))
    assert found == (end if (end.month, end.day) != (2, 29) else end.replace(day=28))


def test_a_day_in_the_middle_is_reached_when_it_ends():
    third = float(Fraction(1, 3))
    assert day_after(dt.date(2025, 3, 31), third) == dt.date(2025, 4, 30)
    assert day_after(dt.date(2025, 3, 31), third - 0.001) == dt.date(2025, 4, 30)
    assert day_after(dt.date(2025, 3, 31), third + 0.001) == dt.date(2025, 5, 1)


def test_there_is_no_day_after_the_last_of_the_calendar():
    assert day_after(dt.date(9999, 9, 30), 1) == dt.date(9999, 12, 31)
    assert day_after(dt.date(9999, 9, 30), 1.1) is None
    assert day_after(dt.date(1, 3, 31), -2) is None
