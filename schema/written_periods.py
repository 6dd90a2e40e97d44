"""The ways in which people write a period become the way that codes are written.

    Q3 2024/25 · 2024/25 Q3         2024-25-Q3        31 January 2025 · 31/01/2025            2025-01-31
    2024/25 · FY 2024/2025          2024-25           1 April to 30 June 2025                 2025-04-01/2025-06-30
    November 2024 · Nov-24          2024-11           April 2024 to September 2024            2024-04/2024-09
    Q3 24/25 · Q3 of 2024/25        2024-25-Q3        31/01/25 · 31 Jan 25                    2025-01-31
    24/25 · year to March 2025      2024-25           Jan-Mar 2025                            2025-01/2025-03

Days come before months, as in Britain. Labels of periods, and dates as papers print them, are among these.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

# The first financial year that is written as one: 2011-12 is December 2011.
_FIRST_YEAR = 2012
_MONTHS: Mapping[str, int] = {
    **{name.lower(): at for at, name in enumerate(calendar.month_name) if name},
    **{name.lower(): at for at, name in enumerate(calendar.month_abbr) if name},
    "sept": 9,
}
_MONTH = f"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_YEAR = "(?:fy ?)?([0-9]{4}|[0-9]{2})[/-]([0-9]{2}|[0-9]{4})"
# A year alone. Two digits up to 12 may be a month: 11/12 is November 2012, or a day.
_YEAR_ALONE = (
    "(?:fy ?)?([0-9]{4})[/-]([0-9]{2}|[0-9]{4})|fy ?([0-9]{2})[/-]([0-9]{2})|(1[3-9]|[2-9][0-9])[/-]([0-9]{2})"
)
_SHORT_DAY = "[0-9]{1,2}[/.][0-9]{1,2}[/.](?:[0-9]{4}|[0-9]{2})"
# ASCII, because one period has one code: other scripts have digits and letters that look like these.
_FLAGS = re.IGNORECASE | re.ASCII


@lru_cache(maxsize=4_096)
def as_code(written: str) -> str:
    """A period as codes write it, its sides too if it is a stretch; anything that is none of these, unchanged.

    Whether there is such a period is not checked here.
    """
    text = re.sub("^(?:as at|at|in|on|for|from) ", "", " ".join(written.split()), flags=_FLAGS)
    if match := re.fullmatch("(?:the )?(?:year|12 months) (?:to|ending|ended) (.+)", text, flags=_FLAGS):
        return _year_to(_one(match[1])) or written
    if match := re.fullmatch(f"{_MONTH} ?[-–] ?{_MONTH} ([0-9]{{4}})", text, flags=_FLAGS):
        text = f"{match[1]} to {match[2]} {match[3]}"
    if match := re.fullmatch(f"({_SHORT_DAY})[-–]({_SHORT_DAY})", text, flags=_FLAGS):
        text = f"{match[1]} to {match[2]}"
    sides = re.split(" (?:to|until|-|–) ", text, flags=_FLAGS)
    if len(sides) != 2:
        return _one(text) or written
    last = _one(sides[1])
    first = _one(sides[0]) or _one(f"{sides[0]} {_year_of(last or '')}")
    return f"{first}/{last}" if first and last else written


def _one(text: str) -> str | None:
    for form, code in _FORMS:
        if match := re.fullmatch(form, text, flags=_FLAGS):
            return code(*match.groups())
    return None


def _year_to(end: str | None) -> str | None:
    """The stretch of twelve months that ends with a month, or with a day that ends one."""
    if end is None or not re.fullmatch("[0-9]{4}-[0-9]{2}(-[0-9]{2})?", end):
        return None
    year, month = int(end[:4]), int(end[5:7])
    if not 1 <= month <= 12 or end[8:] not in {"", f"{calendar.monthrange(year, month)[1]}"}:
        return None
    first = f"{year}-01" if month == 12 else f"{year - 1}-{month + 1:02}"
    return f"{first}/{end[:7]}"


def _year_of(code: str) -> str:
    """The year that a code of a day or a month starts with."""
    return code[:4]


def _financial_year(first: str, second: str) -> str | None:
    """A financial year; None where the second is not the year after the first, as in 2024/12."""
    first = _century(first)
    follows = int(second) in {int(first) + 1, (int(first) + 1) % 100}
    return f"{first}-{second[-2:]}" if follows and int(first) >= _FIRST_YEAR else None


def _quarter(number: str, first: str, second: str) -> str | None:
    year = _financial_year(first, second)
    return year and f"{year}-Q{number}"


def _month(name: str, year: str) -> str:
    return f"{_century(year)}-{_MONTHS[name.lower()]:02}"


def _day(day: str, month: str, year: str) -> str:
    number = int(month) if month.isdigit() else _MONTHS[month.lower()]
    return f"{_century(year)}-{number:02}-{int(day):02}"


def _century(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


_FORMS: tuple[tuple[str, Callable[..., str | None]], ...] = (
    ("([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)", str),
    (_YEAR_ALONE, lambda *years: _financial_year(*(each for each in years if each))),
    (f"q([1-4])(?: of )?[ -]?{_YEAR}", _quarter),
    (f"{_YEAR}[ -]?q([1-4])", lambda first, second, number: _quarter(number, first, second)),
    (f"{_MONTH}[ -]([0-9]{{4}}|[0-9]{{2}})", _month),
    ("(1[0-2]|0?[1-9])/([0-9]{4})", lambda month, year: f"{year}-{int(month):02}"),
    (f"([0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[ -]([0-9]{{4}}|[0-9]{{2}})", _day),
    ("([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", _day),
    ("([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{2})", _day),
)
