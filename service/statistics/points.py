"""A point of a series, and the length of time between two of them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from service.statistics.intervals import Interval

DAYS_IN_QUARTER = 365.25 / 4


@dataclass(frozen=True)
class Point:
    """One figure of a series: when its period ends, its value in the metric's unit, and its interval if it has one."""

    on: dt.date
    value: Decimal
    interval: Interval | None = None


def quarters(start: dt.date, end: dt.date) -> float:
    """The quarters from one day to another, of equal length: 91.3125 days each."""
    return (end - start).days / DAYS_IN_QUARTER
