"""A figure is old two of its periods after it ended."""

import datetime as dt

import pytest

from schema.enumerations import Counts
from service.statistics.lengths import is_old


@pytest.mark.parametrize(
    ("counts", "starts", "ends", "last"),
    [
        (Counts.OVER_PERIOD, "2025-01-01", "2025-01-31", "2025-03-31"),
        (Counts.OVER_PERIOD, "2025-01-01", "2025-03-31", "2025-09-30"),
        (Counts.OVER_PERIOD, "2024-04-01", "2025-03-31", "2027-03-31"),
        # A day, and a count from a day on, are reported every quarter.
        (Counts.AT_DATE, "2025-03-31", "2025-03-31", "2025-09-30"),
        # So is what is counted on the last day of a month, and called by the month.
        (Counts.AT_DATE, "2025-03-01", "2025-03-31", "2025-09-30"),
        (Counts.AT_DATE, "2024-04-01", "2025-03-31", "2027-03-31"),
        (Counts.YEAR_TO_DATE, "2024-04-01", "2025-03-31", "2025-09-30"),
        (Counts.SINCE, "2020-01-01", "2025-03-31", "2025-09-30"),
    ],
)
def test_a_figure_is_old_from_the_day_after_two_more_of_its_periods(counts, starts, ends, last):
    period, day = [dt.date.fromisoformat(each) for each in (starts, ends)], dt.date.fromisoformat(last)
    assert not is_old(counts, *period, on=day)
    assert is_old(counts, *period, on=day + dt.timedelta(days=1))
