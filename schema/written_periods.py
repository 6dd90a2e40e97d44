"""The ways in which people write a period become the way that codes are written.

    Q3 2024/25 · 2024/25 Q3         2024-25-Q3        31 January 2025 · 31/01/2025            2025-01-31
    2024/25 · FY 2024/2025          2024-25           1 April to 30 June 2025                 2025-04-01/2025-06-30
    November 2024 · Nov-24          2024-11           April 2024 to September 2024            2024-04/2024-09

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
_YEAR = "(?:fy ?)?([0-9]{4})[/-]([0-9]{2}|[0-9]{4})"
# ASCII, because one period has one code: other scripts have digits and letters that look like these.
_FLAGS = re.IGNORECASE | re.ASCII


@lru_cache(maxsize=4_096)
def as_code(written: str) -> str:
    """A period as codes write it, its sides too if it is a stretch; anything that is none of these, unchanged.

    Whether there is such a period is not checked here.
    """
    text = re.sub("^(?:as at|at|in|on|for|from) ", "", " ".join(written.split()), flags=_FLAGS)
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


def _year_of(code: str) -> str:
    """The year that a code of a day or a month starts with."""
    return code[:4]


def _financial_year(first: str, second: str) -> str | None:
    """A financial year; None where the second is not the year after the first, as in 2024/12."""
    follows = int(second) in {int(first) + 1, (int(first) + 1) % 100}
    return f"{first}-{second[-2:]}" if follows and int(first) >= _FIRST_YEAR else None


def _quarter(number: str, first: str, second: str) -> str | None:
    year = _financial_year(first, second)
    return year and f"{year}-Q{number}"


def _month(name: str, year: str) -> str:
    return f"{year if len(year) == 4 else f'20{year}'}-{_MONTHS[name.lower()]:02}"


def _day(day: str, month: str, year: str) -> str:
    number = int(month) if month.isdigit() else _MONTHS[month.lower()]
    return f"{year}-{number:02}-{int(day):02}"


_FORMS: tuple[tuple[str, Callable[..., str | None]], ...] = (
    ("([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)", str),
    (f"{_YEAR}", _financial_year),
    (f"q([1-4])[ -]{_YEAR}", _quarter),
    (f"{_YEAR}[ -]q([1-4])", lambda first, second, number: _quarter(number, first, second)),
    (f"{_MONTH}[ -]([0-9]{{4}}|[0-9]{{2}})", _month),
    ("(1[0-2]|0?[1-9])/([0-9]{4})", lambda month, year: f"{year}-{int(month):02}"),
    (f"([0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[ -]([0-9]{{4}})", _day),
    ("([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", _day),
)
