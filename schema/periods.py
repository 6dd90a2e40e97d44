"""A period's code, parsed once into its kind, its days and its label.

    2024-25-Q3               QUARTER          2024-11-01 or any other day   SNAPSHOT
    2024-11                  MONTH            2023-12-01/2024-11-30         ROLLING_YEAR, when it is twelve months
    2024-25                  FINANCIAL_YEAR   2024-04-01/2024-09-30         SPAN otherwise

One period has one code: a span that is exactly a month, a quarter, a financial year or a day becomes that, and so does
a period as people write it (`schema.written_periods`). `2011-12` and the two years before it are months, because the
NHS has no figures here from before 2012.
"""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from schema.enumerations import PeriodKind
from schema.errors import Refusal
from schema.written_periods import as_code

# Not \d, which takes the digits of every script: one period has one code.
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MONTHS = calendar.month_name


@dataclass(frozen=True)
class Period:
    """A stretch of days with a name. `starts` and `ends` are inclusive."""

    code: str
    label: str
    kind: PeriodKind
    starts: dt.date
    ends: dt.date

    @property
    def quarter(self) -> str:
        """The code of the NHS financial quarter in which it ends."""
        return quarter_of(self.ends)


def columns(period: Period) -> dict[str, object]:
    """A period as the columns of a row of the table `period`."""
    return {**vars(period), "quarter": period.quarter}


def quarter_of(day: dt.date) -> str:
    """The code of the NHS financial quarter that a day is in: 31 January 2025 is in 2024-25-Q4."""
    return f"{_financial_year(financial_year(day))}-Q{(day.month - 4) % 12 // 3 + 1}"


def financial_year(day: dt.date) -> int:
    """The calendar year in which the financial year of a day begins: 2024 for 31 January 2025."""
    return day.year if day.month >= 4 else day.year - 1


def parsed(written: str) -> Period:
    """The period that a code names, or that is written in another known way. Refusals: `plan/unknown-period`."""
    try:
        return _parsed(as_code(written))
    except ValueError as reason:
        raise Refusal("plan/unknown-period", f"{written!r} is not a period: {reason}.") from reason


def period_named(written: str) -> Period | None:
    """The same, or None."""
    try:
        return parsed(written)
    except Refusal:
        return None


def quarter_named(code: str) -> Period | None:
    """The quarter that has a code, or None. The code names a submission, so it has to be exact."""
    period = period_named(code)
    return period if period is not None and period.kind is PeriodKind.QUARTER and period.code == code else None


# A page of series asks for the same few periods thousands of times.
@lru_cache(maxsize=10_000)
def spanning(starts: dt.date, ends: dt.date) -> Period:
    """The period of two inclusive days, under its one code: a whole month is a MONTH, never a SPAN."""
    if starts > ends:
        raise Refusal("plan/unknown-period", f"A period cannot end on {ends} before it starts on {starts}.")
    if starts == ends:
        return Period(starts.isoformat(), long_date(starts), PeriodKind.SNAPSHOT, starts, ends)
    if starts.day == 1 and ends == _last_of_month(ends):
        months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
        if months == 1:
            return _month(starts.year, starts.month)
        if months == 3 and starts.month % 3 == 1:
            return _quarter(starts.year if starts.month >= 4 else starts.year - 1, (starts.month - 4) % 12 // 3 + 1)
        if months == 12 and starts.month == 4:
            return _year(starts.year)
        if months == 12:
            return _span(PeriodKind.ROLLING_YEAR, starts, ends)
    return _span(PeriodKind.SPAN, starts, ends)


def years_later(period: Period, years: int) -> Period | None:
    """The same period some years later, earlier with a number below zero; None outside the years 1 to 9999.

    The last day of a month becomes the last day of a month: the year to 29 February becomes that to 28 February.
    """
    if not dt.MINYEAR <= period.starts.year + years <= period.ends.year + years <= dt.MAXYEAR:
        return None
    return spanning(*(_in_month(day, day.year + years, day.month) for day in (period.starts, period.ends)))


def in_month(period: Period, month: int) -> Period | None:
    """The month, or the day, of the same year in another month; None for a period of another kind."""
    if period.kind not in {PeriodKind.MONTH, PeriodKind.SNAPSHOT}:
        return None
    return spanning(*(_in_month(day, day.year, month) for day in (period.starts, period.ends)))


def _in_month(day: dt.date, year: int, month: int) -> dt.date:
    """The same day of another month; its last day for the last day of a month."""
    last = _last_of_month(dt.date(year, month, 1))
    return last if day == _last_of_month(day) else last.replace(day=min(day.day, last.day))


# How many months a period of a regular kind has; the others follow no rhythm.
_MONTHS_IN = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.FINANCIAL_YEAR: 12}


# The same few of them are asked for again and again.
@lru_cache(maxsize=10_000)
def between(kind: PeriodKind, ends: dt.date, later: dt.date) -> Sequence[Period]:
    """The periods of a kind that lie between two of them, which end on these days; none of a kind without rhythm."""
    length = _MONTHS_IN.get(kind)
    if length is None:
        return ()
    first, last = (12 * day.year + day.month - 1 for day in (ends, later))
    return tuple(_of_months(at + 1, at + length) for at in range(first, last - length, length))


def _of_months(first: int, last: int) -> Period:
    """The period of some months, both counted from the beginning of the calendar."""
    starts, ends = (dt.date(at // 12, at % 12 + 1, 1) for at in (first, last))
    return spanning(starts, _last_of_month(ends))


def long_date(day: dt.date) -> str:
    """A date as a board paper writes it: 31 January 2025."""
    return f"{day.day} {_MONTHS[day.month]} {day.year}"


def months_later(day: dt.date, months: int) -> dt.date:
    """The last day of the month so many months after the month of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _last_of_month(dt.date(year, month + 1, 1))


@lru_cache(maxsize=4_096)
def _parsed(code: str) -> Period:
    if match := re.fullmatch("([0-9]{4})-([0-9]{2})-Q([1-4])", code):
        return _quarter(_first_year(match[1], match[2]), int(match[3]))
    if match := re.fullmatch("([0-9]{4})-([0-9]{2})", code):
        if 1 <= int(match[2]) <= 12:
            return _month(int(match[1]), int(match[2]))
        return _year(_first_year(match[1], match[2]))
    if re.fullmatch(_DAY, code):
        return spanning(dt.date.fromisoformat(code), dt.date.fromisoformat(code))
    if code.count("/") == 1:
        first, last = map(_parsed, code.split("/"))
        if first.starts > last.ends:
            raise ValueError("it ends before it starts")
        return spanning(first.starts, last.ends)
    raise ValueError("write 2024-25-Q3, 2024-11, 2024-25, 2025-01-31 or 2023-12-01/2024-11-30")


def _first_year(first: str, second: str) -> int:
    if int(second) != (int(first) + 1) % 100:
        raise ValueError(f"the year after {first} is not {second}")
    return int(first)


def _quarter(year: int, number: int) -> Period:
    month = 3 * number + 1
    starts = dt.date(year, month, 1) if month <= 12 else dt.date(year + 1, 1, 1)
    ends = _last_of_month(starts.replace(month=starts.month + 2))
    code = f"{_financial_year(year)}-Q{number}"
    return Period(code, f"Q{number} {year}/{(year + 1) % 100:02}", PeriodKind.QUARTER, starts, ends)


def _month(year: int, month: int) -> Period:
    starts = dt.date(year, month, 1)
    return Period(f"{year:04}-{month:02}", f"{_MONTHS[month]} {year}", PeriodKind.MONTH, starts, _last_of_month(starts))


def _year(year: int) -> Period:
    label = f"{year}/{(year + 1) % 100:02}"
    return Period(
        _financial_year(year), label, PeriodKind.FINANCIAL_YEAR, dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    )


def _span(kind: PeriodKind, starts: dt.date, ends: dt.date) -> Period:
    return Period(f"{starts}/{ends}", f"{long_date(starts)} to {long_date(ends)}", kind, starts, ends)


def _financial_year(year: int) -> str:
    return f"{year:04}-{(year + 1) % 100:02}"


def _last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
