"""A point of a series, and the length of time between two of them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

DAYS_IN_QUARTER = 365.25 / 4


@dataclass(frozen=True)
class Point:
    """One figure of a series: when its period ends, and its value in the metric's unit."""

    on: dt.date
    value: Decimal


def quarters(start: dt.date, end: dt.date) -> float:
    """The quarters from one day to another, of equal length: 91.3125 days each."""
    return (end - start).days / DAYS_IN_QUARTER
