"""What people write into a cell becomes a number, a yes or no, "nothing to report" or a period, and says so.

A number may have words before it that say how exact it is: over 11,000,000, at least 90%, c. 1,563.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, isfinite

from schema.enumerations import Qualifier, Unit
from schema.periods import long_date, period_named
from service.briefing.wording import qualified
from service.sheets.cells import Cell


@dataclass(frozen=True)
class Read:
    """What was understood: a number and how exact it is, or that there is nothing to report. `wrong` says why neither.

    `said` is what was understood in words, where it is not simply what was written.
    """

    number: float | None = None
    qualifier: Qualifier = Qualifier.EXACT
    is_nil: bool = False
    said: str | None = None
    wrong: str | None = None


# What people write before a number, as the text of a source has it.
_WORDS_BEFORE: Mapping[Qualifier, tuple[str, ...]] = {
    Qualifier.MORE_THAN: (
        *("over", "more than", "above", "greater than", "at least", "no fewer than", "no less than"),
        *(">=", ">", "≥"),
    ),
    Qualifier.LESS_THAN: (
        *("under", "fewer than", "less than", "below", "at most", "no more than", "up to"),
        *("<=", "<", "≤"),
    ),
    Qualifier.APPROXIMATELY: (
        *("approximately", "approx.", "approx", "about", "around", "circa", "roughly", "some", "ca.", "ca", "c.", "c"),
        *("~", "≈"),
    ),
}
_BY_WORDS = {words: qualifier for qualifier, listed in _WORDS_BEFORE.items() for words in listed}
# The longest first: "c." is not "c" and a full stop.
_BEFORE = re.compile(
    rf"({'|'.join(map(re.escape, sorted(_BY_WORDS, key=len, reverse=True)))})\s*(?=[-+£.0-9])", re.IGNORECASE
)
_YES, _NO = frozenset({"yes", "y", "true", "✓", "✔", "1"}), frozenset({"no", "n", "false", "✗", "✘", "0"})
_NOTHING = frozenset({"nothing to report", "nil", "nil return", "n/a", "na", "not applicable", "no data", "none"})
# Units that people write after a number. What they write before one is a sign of pounds.
_AFTER = re.compile(r"\s*(?:fte|wte|practices|patients|points|per 100,000|/100,000)$", re.IGNORECASE)
_PERCENT = re.compile(r"\s*(?:%|per ?cent)$", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_NOT_A_NUMBER = "not a number. Write thousands as 1,064 and decimals as 93.14"
_DASHES = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_MONTH_FORM = re.compile(r"^(?!.*d).*m.*y|^(?!.*d).*y.*m", re.IGNORECASE)


def read_value(cell: Cell, unit: Unit) -> Read:
    """What a cell says as a value of a unit; `cell` is not empty."""
    read = _read(cell, unit)
    # More digits than a number can have.
    return read if read.number is None or isfinite(read.number) else _wrong(cell, _NOT_A_NUMBER)


def _read(cell: Cell, unit: Unit) -> Read:
    content = cell.content
    if isinstance(content, dt.date | dt.time):
        return _wrong(cell, "a date. Format the cell as a number, and type it again")
    if cell.text.startswith("#"):
        return _wrong(cell, "an error of a formula. Correct the formula, or type the number")
    if cell.text.lower().rstrip(".") in _NOTHING:
        return Read(is_nil=True, said="nothing to report")
    if unit is Unit.YES_NO:
        return _yes_or_no(cell)
    if isinstance(content, bool):
        return _wrong(cell, f"a yes or no, and this is {_a(unit)}")
    if isinstance(content, int | float):
        return _number_of(cell, _float(content), unit)
    return _of_text(cell, unit)


def read_exact(cell: Cell, unit: Unit) -> Read:
    """The same, of a number that must be exact, such as a target."""
    read = read_value(cell, unit)
    if read.qualifier is Qualifier.EXACT:
        return read
    return _wrong(cell, "not an exact number. Leave out the words before it")


def read_number(cell: Cell) -> Read:
    """What a cell says as a count, such as a numerator, which is exact; `cell` is not empty."""
    return read_exact(cell, Unit.COUNT)


def read_qualifier(cell: Cell) -> Qualifier | None:
    """How exact a number is, by the words in a cell next to it; None for other words."""
    words = cell.text.lower().replace("_", " ")
    return Qualifier.EXACT if words in {"exact", "exactly"} else _BY_WORDS.get(words)


def read_period(cell: Cell) -> tuple[str, str | None]:
    """The code of the period that a cell names, and what was understood; what names none stays as it was written."""
    if isinstance(cell.content, dt.date):
        is_month = cell.content.day == 1 and _MONTH_FORM.search(cell.form)
        written = f"{cell.content:%Y-%m}" if is_month else f"{cell.content:%Y-%m-%d}"
    else:
        written = cell.text
    period = period_named(written)
    if period is None:
        return written, None
    return period.code, None if written == period.code and written == cell.text else period.label


def _yes_or_no(cell: Cell) -> Read:
    text = cell.text.lower().rstrip(".")
    if text in _YES:
        return Read(1, said=None if text == "1" else "yes")
    if text in _NO:
        return Read(0, said=None if text == "0" else "no")
    if _NUMBER.fullmatch(text) and text.isdecimal():
        # The rules say which numbers it can be.
        return Read(float(text))
    return _wrong(cell, "neither yes nor no")


def _float(content: int | float) -> float:
    """A number of a workbook, which may have any number of digits; infinity for one with too many."""
    try:
        return float(content)
    except OverflowError:
        return inf


def _number_of(cell: Cell, number: float, unit: Unit) -> Read:
    """A number of a workbook. Excel keeps 92%, in a cell with that format, as 0.92."""
    if "%" not in cell.form:
        return Read(number)
    shown = float(Decimal(repr(number)) * 100)
    return _percentage(shown, unit, f"{plain(shown)}%")


def _of_text(cell: Cell, unit: Unit) -> Read:
    """The number of a text, and how exact the words before it say that it is."""
    text = cell.text.translate(_DASHES)
    words = _BEFORE.match(text)
    if words is None:
        return _exact_of(cell, text, unit)
    rest, qualifier = text[words.end() :], _BY_WORDS[words[1].lower()]
    read = _exact_of(cell, rest, unit)
    if read.number is None:
        return read
    return replace(read, qualifier=qualifier, said=qualified(qualifier, read.said or rest))


def _exact_of(cell: Cell, text: str, unit: Unit) -> Read:
    bare = _AFTER.sub("", text).removeprefix("£").strip()
    unsigned = _PERCENT.sub("", bare)
    is_percentage, bare = unsigned != bare, _without_spaces(unsigned)
    if not bare or not _NUMBER.fullmatch(bare) or not any(sign.isdigit() for sign in bare):
        return _wrong(cell, _NOT_A_NUMBER)
    number = float(bare.replace(",", ""))
    if is_percentage:
        return _percentage(number, unit, text)
    return Read(number, said=None if bare == text and "," not in bare else plain(number))


def _without_spaces(text: str) -> str:
    """A number whose thousands have spaces between them: 1 064."""
    return text.replace(" ", "") if re.fullmatch(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?", text) else text


def _percentage(number: float, unit: Unit, written: str) -> Read:
    if unit is not Unit.PERCENT:
        return Read(wrong=f"{written[:40]!r} is a percentage, and this is {_a(unit)}.")
    return Read(number, said=f"{plain(number)}%" if written != f"{plain(number)}%" else None)


_WORDS = {
    Unit.COUNT: "a count",
    Unit.PERCENT: "a percentage",
    Unit.RATE_PER_100000: "a rate per 100,000",
    Unit.FTE: "a number of full-time equivalents",
    Unit.SCORE: "a score",
    Unit.YES_NO: "a yes or no",
}


def _a(unit: Unit) -> str:
    return _WORDS[unit]


def _wrong(cell: Cell, why: str) -> Read:
    shown = long_date(cell.content) if isinstance(cell.content, dt.date) else cell.text
    return Read(wrong=f"{shown[:40]!r} is {why}.")


def plain(number: float) -> str:
    """A number as people type it: without an exponent, and without decimals that say nothing."""
    if number.is_integer():
        return str(int(number))
    return f"{Decimal(repr(number)):f}" if isfinite(number) else str(number)
