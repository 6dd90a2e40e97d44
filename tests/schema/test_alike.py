"""Which figures of a series are compared, by how their metric counts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.alike import contains, is_earlier, is_year_before
from schema.enumerations import Counts
from schema.periods import parsed, spanning

DAYS = st.dates(dt.date(2013, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize(
    ("counts", "period", "other", "earlier", "on_year"),
    [
        ("AT_DATE", "2024-25-Q4", "2025-01-31", True, False),
        ("AT_DATE", "2025-01-31", "2024-25-Q4", False, False),
        ("AT_DATE", "2024-25-Q4", "2024-03-31", True, True),
        ("AT_DATE", "2024-25-Q4", "2024-25-Q4", False, False),
        ("OVER_PERIOD", "2024-25-Q4", "2024-25-Q3", True, False),
        ("OVER_PERIOD", "2024-25-Q4", "2023-24-Q4", True, True),
        ("OVER_PERIOD", "2024-25-Q4", "2024-12", False, False),
        ("OVER_PERIOD", "2024-25", "2024-25-Q3", False, False),
        ("OVER_PERIOD", "2024-25", "2023-12-01/2024-11-30", False, False),
        ("OVER_PERIOD", "2023-12-01/2024-11-30", "2023-11-01/2024-10-31", False, False),
        ("OVER_PERIOD", "2024-10-01/2025-03-31", "2024-04-01/2024-09-30", True, False),
        ("OVER_PERIOD", "2024-10-01/2025-03-31", "2024-04-01/2024-08-31", False, False),
        ("OVER_PERIOD", "2024-25-Q4", "2025-01-31", False, False),
        ("YEAR_TO_DATE", "2024-25-Q1", "2023-24", False, False),
        ("YEAR_TO_DATE", "2024-25-Q1", "2023-24-Q1", True, True),
        ("YEAR_TO_DATE", "2024-04-01/2025-02-28", "2023-04-01/2024-02-29", True, True),
        ("YEAR_TO_DATE", "2023-04-01/2024-02-28", "2022-04-01/2023-02-28", True, True),
        ("YEAR_TO_DATE", "2024-04-01/2024-09-30", "2024-25-Q1", False, False),
        ("SINCE", "2024-01-31/2025-03-31", "2024-01-31/2024-12-31", True, False),
        ("SINCE", "2024-01-31/2025-03-31", "2024-01-31/2024-03-31", True, True),
        ("SINCE", "2024-01-31/2025-03-31", "2024-02-01/2024-12-31", False, False),
    ],
)
def test_a_figure_is_compared_with_its_like_alone(counts, period, other, earlier, on_year):
    kind, mine, before = Counts(counts), parsed(period), parsed(other)
    assert (is_earlier(kind, mine, before), is_year_before(kind, mine, before)) == (earlier, on_year)


@given(st.sampled_from(Counts), st.tuples(DAYS, DAYS), st.tuples(DAYS, DAYS))
def test_what_is_counted_over_days_is_never_compared_with_what_it_contains(counts, one, two):
    period, other = (spanning(min(days), max(days)) for days in (one, two))
    if counts in {Counts.OVER_PERIOD, Counts.YEAR_TO_DATE} and contains(period, other):
        assert not is_earlier(counts, period, other)


@given(st.sampled_from(Counts), DAYS, DAYS)
def test_a_period_is_no_year_and_no_time_before_itself(counts, one, other):
    period = spanning(min(one, other), max(one, other))
    assert not is_earlier(counts, period, period)
    assert not is_year_before(counts, period, period)
