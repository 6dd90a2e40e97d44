"""Which figures of a series can be compared: those that count the same way, by the kind of their metric and period."""

import calendar
import datetime as dt
from typing import Protocol

from schema.enumerations import Counts, PeriodKind


class Stretch(Protocol):
    """The days of a figure's period, and its kind."""

    @property
    def kind(self) -> PeriodKind:
        """The kind."""

    @property
    def starts(self) -> dt.date:
        """The first day."""

    @property
    def ends(self) -> dt.date:
        """The last day, inclusive."""


def is_earlier(counts: Counts, period: Stretch, other: Stretch) -> bool:
    """Whether another period is one of those that the previous figure can have."""
    if counts is Counts.YEAR_TO_DATE:
        return is_year_before(counts, period, other)
    if counts is Counts.SINCE:
        return other.starts == period.starts and other.ends < period.ends
    if counts is Counts.OVER_PERIOD:
        return is_same_length(period, other) and other.ends < period.starts
    return other.ends < period.ends


def is_same_length(period: Stretch, other: Stretch) -> bool:
    """Whether two periods are of one kind and length."""
    return other.kind == period.kind and _length(other) == _length(period)


def is_same_series(counts: Counts, period: Stretch, other: Stretch) -> bool:
    """Whether figures for two periods can be in one series: of one length, to one point of the year, from one start."""
    if counts is Counts.AT_DATE:
        return True
    if counts is Counts.OVER_PERIOD:
        return is_same_length(period, other)
    if counts is Counts.SINCE:
        return other.starts == period.starts
    starts = (other.starts.month, other.starts.day) == (period.starts.month, period.starts.day)
    years = other.ends.year - other.starts.year == period.ends.year - period.starts.year
    return starts and years and _point_of_year(period.ends) == _point_of_year(other.ends)


def is_year_before(counts: Counts, period: Stretch, other: Stretch) -> bool:
    """Whether another period is the same one a year before: for what is counted on a day, the same day."""
    if other.ends != _last_day_year_before(period.ends):
        return False
    if counts is Counts.AT_DATE or (counts is Counts.SINCE and other.starts == period.starts):
        return True
    return other.starts == _year_before(period.starts)


def contains(period: Stretch, other: Stretch) -> bool:
    """Whether another period lies within a longer one."""
    within = period.starts <= other.starts and other.ends <= period.ends
    return within and (period.starts, period.ends) != (other.starts, other.ends)


def _length(period: Stretch) -> int:
    """The months between the first and the last of whole months; for other stretches the days, below zero."""
    first, last = period.starts, period.ends
    if first.day == 1 and _is_last_of_month(last):
        return 12 * (last.year - first.year) + last.month - first.month
    return -(last - first).days


def _is_last_of_month(day: dt.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _point_of_year(day: dt.date) -> tuple[int, int]:
    """Month and day; the last of February is one point in every year."""
    return (day.month, 29) if day.month == 2 and _is_last_of_month(day) else (day.month, day.day)


def _year_before(day: dt.date) -> dt.date | None:
    """The same day a year before: 28 February for the 29th. None before the calendar begins."""
    if day.year == dt.MINYEAR:
        return None
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _last_day_year_before(day: dt.date) -> dt.date | None:
    """The same, of a last day: the last of February stays the last."""
    if day.year > dt.MINYEAR and day.month == 2 and _is_last_of_month(day):
        return dt.date(day.year - 1, 2, calendar.monthrange(day.year - 1, 2)[1])
    return _year_before(day)
