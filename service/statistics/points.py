"""A point of a series, and the length of time between two of them: quarters on the calendar, not days."""

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schema.computed_inputs.targets import JudgedFigure
from schema.enumerations import Unit
from schema.units import ratio

# A month in parts that any day divides: its days are 28, 30 or 31. A leap day has the place of the day before it.
_MONTH = 28 * 30 * 31 // 2
_QUARTER = 3 * _MONTH
# With so many decimals an exact value is as good as not rounded.
_MOST_DECIMALS = 20


@dataclass(frozen=True)
class Point:
    """One figure of a series: when its period ends, and its value in the metric's unit.

    The value is that of its counts, not rounded; `published` is the value as it was published, None where it is the
    same. `starts` is the first day of its period; None where that is of no interest.
    """

    on: dt.date
    value: Decimal
    published: Decimal | None = None
    starts: dt.date | None = None

    @property
    def printed(self) -> Decimal:
        """The value as it was published."""
        return self.value if self.published is None else self.published


def measured(
    unit: Unit,
    published: Decimal,
    numerator: Decimal | None,
    denominator: Decimal | None,
    *,
    on: dt.date,
    starts: dt.date | None = None,
) -> Point:
    """A published value as a point: with the value that its counts make, not rounded, where they are known."""
    value = None if numerator is None or not denominator else ratio(unit, numerator, denominator)
    return Point(on, published if value is None else value, published, starts)


def point_of(figure: JudgedFigure, unit: Unit) -> Point:
    """A figure as a point."""
    # The shortest text of a float is the text that it came from: 69.57 stays 69.57.
    numbers = (figure.value, figure.numerator, figure.denominator)
    published, numerator, denominator = (None if each is None else Decimal(repr(each)) for each in numbers)
    return measured(
        unit, published or Decimal(0), numerator, denominator, on=figure.period_ends, starts=figure.period_starts
    )


def printed(point: Point, says: Callable[[Decimal], object]) -> Decimal:
    """The value of a point as it was published, or with as many decimals as say the same as the exact value."""
    value = point.printed
    decimals = max(-int(value.as_tuple().exponent), 0)
    while decimals < _MOST_DECIMALS and says(value) != says(point.value):
        decimals += 1
        value = round(point.value, decimals)
    return value


def quarters(start: dt.date, end: dt.date) -> float:
    """The quarters from the end of one day to the end of another, on the calendar: every month is a third of one.

    From 31 March to 31 March four years later are sixteen, whether there is a leap day between them or not.
    """
    return apart(place(start), place(end))


def apart(start: int, end: int) -> float:
    """The quarters between two places."""
    return (end - start) / _QUARTER


def day_after(start: dt.date, ahead: float) -> dt.date | None:
    """The first day that ends so many quarters after another day, or later; None where the calendar has none."""
    month, part = divmod(place(start) + round(ahead * _QUARTER) - 1, _MONTH)
    year, month = divmod(month, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    days = _days(year, month + 1)
    return dt.date(year, month + 1, part * days // _MONTH + 1)


# A page of series asks for the same few days thousands of times.
@lru_cache(maxsize=10_000)
def place(day: dt.date) -> int:
    """The place of a day on the calendar: for those who compare each of some days with each other."""
    days = _days(day.year, day.month)
    return (12 * day.year + day.month - 1) * _MONTH + min(day.day, days) * (_MONTH // days)


def _days(year: int, month: int) -> int:
    """The days of a month, without a leap day."""
    return 28 if month == 2 else calendar.monthrange(year, month)[1]
