"""A point of a series, and the length of time between two of them: quarters on the calendar, not days."""

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from service.statistics.intervals import Interval

# A month in parts that any day divides: its days are 28, 30 or 31. A leap day has the place of the day before it.
_MONTH = 28 * 30 * 31 // 2
_QUARTER = 3 * _MONTH


@dataclass(frozen=True)
class Point:
    """One figure of a series: when its period ends, its value in the metric's unit, and its interval if it has one."""

    on: dt.date
    value: Decimal
    interval: Interval | None = None


def quarters(start: dt.date, end: dt.date) -> float:
    """The quarters from the end of one day to the end of another, on the calendar: every month is a third of one.

    From 31 March to 31 March four years later are sixteen, whether there is a leap day between them or not.
    """
    return (_place(end) - _place(start)) / _QUARTER


def day_after(start: dt.date, ahead: float) -> dt.date | None:
    """The first day that ends so many quarters after another day, or later; None where the calendar has none."""
    month, part = divmod(_place(start) + round(ahead * _QUARTER) - 1, _MONTH)
    year, month = divmod(month, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    days = _days(year, month + 1)
    return dt.date(year, month + 1, part * days // _MONTH + 1)


def _place(day: dt.date) -> int:
    days = _days(day.year, day.month)
    return (12 * day.year + day.month - 1) * _MONTH + min(day.day, days) * (_MONTH // days)


def _days(year: int, month: int) -> int:
    """The days of a month, without a leap day."""
    return 28 if month == 2 else calendar.monthrange(year, month)[1]
