"""The questions of a quarter become a workbook to fill in: for one organisation, or for all that are asked.

A kind with one organisation has a list of its questions; a kind with several is a grid, with a column for each measure.
Codes are hidden, and only the cells for answers can be written to.
"""

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from schema.enumerations import OrganisationKind, Qualifier, Unit
from schema.periods import long_date
from schema.units import unit_rules
from service.briefing.wording import qualified
from service.sheets.asked import Measure, Question, Questions
from service.sheets.files import our_name
from service.sheets.purpose import MARKS, ORGANISATION, QUARTER
from service.sheets.written import plain

NOTHING = "Nothing to report"
_TABS = {
    OrganisationKind.INTEGRATED_CARE_BOARD: "Board",
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP: "Partnerships",
    OrganisationKind.PRIMARY_CARE_NETWORK: "PCNs",
    OrganisationKind.PRACTICE: "Practices",
    OrganisationKind.TRUST: "Trusts",
    OrganisationKind.REGION: "Region",
}
# The headings stand under a title and a sentence. A grid has a hidden row of codes above its headings.
_HEADINGS = 3
_LIST = (
    *("Organisation code", "Measure code", "Organisation", "Measure", "What it counts", "Unit", "Last answer", "For"),
    *("Value", "Numerator", "Denominator", "Reason", "Note"),
)
_WIDTHS = (10, 10, 28, 36, 48, 8, 12, 18, 14, 12, 12, 30, 30)
_HIDDEN = 2
_UNITS = {Unit.COUNT: "", Unit.PERCENT: "%", Unit.RATE_PER_100000: "per 100,000", Unit.FTE: "FTE"}
_UNITS |= {Unit.SCORE: "points", Unit.YES_NO: "Yes or No"}
_OPEN_ROWS = {"format_columns": True, "format_rows": True, "autofilter": True}


def template(asked: Questions, *, organisation: str | None, on: dt.date) -> bytes:
    """The workbook for some questions, made on a day; `organisation` is the code of the sender, where it is known."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = _Looks.of(book)
        groups = _by_kind(asked.listed)
        _read_me(book, looks, asked, on)
        for kind, questions in groups.items():
            codes = {each.organisation.code for each in questions}
            sheet = book.add_worksheet(_TABS[kind])
            sheet.write_string(0, _HIDDEN, _title(asked, questions), looks.title)
            sheet.write_string(
                1, _HIDDEN, "Fill in the yellow cells. Leave empty what you do not know yet.", looks.plain
            )
            (_list if len(codes) == 1 else _grid)(sheet, looks, questions)
            sheet.protect("", _OPEN_ROWS)
        _marks(book, {QUARTER: asked.quarter.code, ORGANISATION: organisation or "", "made": on.isoformat()})
        book.worksheets()[1].activate()
    return written.getvalue()


def name_of(asked: Questions, organisation: str | None) -> str:
    """What the file is called: km-returns-2024-25-Q4-all.xlsx, or km-return-2024-25-Q4-U47228.xlsx."""
    quarter = asked.quarter.code
    name = our_name("returns", quarter, "all") if organisation is None else our_name("return", quarter, organisation)
    return f"{name}.xlsx"


@dataclass(frozen=True)
class _Looks:
    """The formats of a workbook."""

    title: Any
    plain: Any
    heading: Any
    locked: Any
    number: Any
    answer: Any
    text: Any

    @classmethod
    def of(cls, book: Any) -> "_Looks":
        yellow = {"locked": False, "bg_color": "#FFF9C4", "border": 1, "border_color": "#AEB7BD", "valign": "top"}
        wrapped = {"text_wrap": True, "valign": "top"}
        return cls(
            title=book.add_format({"bold": True, "font_size": 14}),
            plain=book.add_format({}),
            heading=book.add_format({**wrapped, "bold": True, "bg_color": "#D8DDE0"}),
            locked=book.add_format(wrapped),
            number=book.add_format({"valign": "top", "num_format": "#,##0.######", "font_color": "#4C6272"}),
            answer=book.add_format({**yellow, "num_format": "General"}),
            text=book.add_format({**yellow, "text_wrap": True, "num_format": "@"}),
        )


def _by_kind(questions: Iterable[Question]) -> Mapping[OrganisationKind, list[Question]]:
    """The questions of each kind of organisation, in the order of the tabs."""
    groups: dict[OrganisationKind, list[Question]] = defaultdict(list)
    for each in questions:
        groups[each.organisation.kind].append(each)
    return {kind: groups[kind] for kind in _TABS if kind in groups}


def _title(asked: Questions, questions: Sequence[Question]) -> str:
    names = {each.organisation.name for each in questions}
    about = names.pop() if len(names) == 1 else questions[0].organisation.kind.many
    return f"{asked.quarter.label}: {about}"


def _read_me(book: Any, looks: _Looks, asked: Questions, on: dt.date) -> None:
    sheet = book.add_worksheet("Read me")
    due = f"Answer by {long_date(dt.date.fromisoformat(asked.due_on))}." if asked.due_on else ""
    lines = [
        f"Made on {long_date(on)}, with {len(asked.listed):,} questions. {due}".strip(),
        "Write your answers into the yellow cells. The last answers that are published stand next to them.",
        f"Yes or no questions have a list. Where there is nothing to count, write {NOTHING}.",
        "Percentages are from 0 to 100: write 92 or 92%. Decimals have a point: 93.14.",
        "Where you do not know the exact number, write over, under or about before it: over 11,000,000.",
        "Give a reason where an answer is unusual, or where it changes what is published.",
        "Leave a cell empty if you have no answer yet. Empty cells are not sent.",
        "Upload the file as it is. It comes back with what is wrong, and you can upload it again.",
    ]
    sheet.write_string(0, 0, f"Returns for {asked.quarter.label}", looks.title)
    for at, line in enumerate(lines, start=2):
        sheet.write_string(at, 0, line, looks.plain)
    sheet.set_column(0, 0, 100)


def _list(sheet: Any, looks: _Looks, questions: Sequence[Question]) -> None:
    for column, (name, width) in enumerate(zip(_LIST, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, None, {"hidden": column < _HIDDEN})
        sheet.write_string(_HEADINGS, column, name, looks.heading)
    for row, each in enumerate(questions, start=_HEADINGS + 1):
        measure = each.measure
        said = (each.organisation.code, measure.code, each.organisation.name, measure.name, measure.description)
        for column, text in enumerate((*said, _UNITS[measure.unit])):
            sheet.write_string(row, column, text, looks.locked)
        if each.last is not None:
            _last(sheet, looks, row, _LIST.index("Last answer"), each)
            sheet.write_string(row, _LIST.index("For"), each.last.period, looks.locked)
        _answer(sheet, looks, (row, row), _LIST.index("Value"), measure)
        for name in ("Numerator", "Denominator") if unit_rules(measure.unit).is_ratio else ():
            sheet.write_blank(row, _LIST.index(name), None, looks.answer)
        for name in ("Reason", "Note"):
            sheet.write_blank(row, _LIST.index(name), None, looks.text)
    sheet.freeze_panes(_HEADINGS + 1, _LIST.index("What it counts"))


def _grid(sheet: Any, looks: _Looks, questions: Sequence[Question]) -> None:
    measures = list({each.measure.code: each.measure for each in questions}.values())
    organisations = list({each.organisation.code: each.organisation for each in questions}.values())
    asked = {(each.organisation.code, each.measure.code): each for each in questions}
    first, said = _HIDDEN, _HIDDEN + 1 + len(measures)
    _grid_headings(sheet, looks, measures, said)
    rows = _HEADINGS + 2, _HEADINGS + 1 + len(organisations)
    for row, organisation in enumerate(organisations, start=rows[0]):
        sheet.write_string(row, 0, organisation.code, looks.locked)
        sheet.write_string(row, first, organisation.name, looks.locked)
        for at, measure in enumerate(measures):
            question = asked.get((organisation.code, measure.code))
            if question is not None:
                sheet.write_blank(row, first + 1 + at, None, looks.answer)
                _last(sheet, looks, row, said + 2 + at, question)
        for column in (said, said + 1):
            sheet.write_blank(row, column, None, looks.text)
    for at, measure in enumerate(measures):
        _validate(sheet, rows, first + 1 + at, measure)
    sheet.freeze_panes(rows[0], first + 1)


def _grid_headings(sheet: Any, looks: _Looks, measures: Sequence[Measure], said: int) -> None:
    """The hidden row of codes, the row of names, and the widths of the columns; `said` is where the reasons are."""
    sheet.set_row(_HEADINGS, None, None, {"hidden": True})
    names = [(0, "Organisation code"), (_HIDDEN, "Organisation"), (said, "Reason"), (said + 1, "Note")]
    for column, name in names:
        for row in (_HEADINGS, _HEADINGS + 1):
            sheet.write_string(row, column, name, looks.heading)
    for at, measure in enumerate(measures):
        sheet.write_string(_HEADINGS, _HIDDEN + 1 + at, measure.code, looks.heading)
        sheet.write_string(_HEADINGS + 1, _HIDDEN + 1 + at, measure.name, looks.heading)
        sheet.write_comment(_HEADINGS + 1, _HIDDEN + 1 + at, measure.description)
        sheet.write_string(_HEADINGS + 1, said + 2 + at, f"Last answer: {measure.name}", looks.heading)
    sheet.set_column(0, _HIDDEN - 1, 10, None, {"hidden": True})
    sheet.set_column(_HIDDEN, _HIDDEN, 40)
    sheet.set_column(_HIDDEN + 1, said - 1, 16)
    sheet.set_column(said, said + 1, 30)
    sheet.set_column(said + 2, said + 1 + len(measures), 16)


def _answer(sheet: Any, looks: _Looks, rows: tuple[int, int], column: int, measure: Measure) -> None:
    sheet.write_blank(rows[0], column, None, looks.answer)
    _validate(sheet, rows, column, measure)


def _validate(sheet: Any, rows: tuple[int, int], column: int, measure: Measure) -> None:
    """The list of a yes or no question, or the limits of a number, which one may go beyond after a warning."""
    if measure.unit is Unit.YES_NO:
        sheet.data_validation(
            rows[0],
            column,
            rows[1],
            column,
            {"validate": "list", "source": ["Yes", "No", NOTHING], "ignore_blank": True},
        )
        return
    least, most = measure.minimum, measure.maximum
    limits = [f"at least {least:g}" if least is not None else "", f"at most {most:g}" if most is not None else ""]
    said = f"{measure.name[:120]} is a number, {' and '.join(filter(None, limits)) or 'of any size'}."
    message = f"{said} You can write over, under or about before it."
    sheet.data_validation(
        rows[0],
        column,
        rows[1],
        column,
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e12 if least is None else least,
            "maximum": 1e12 if most is None else most,
            "error_title": "Is this right?",
            "error_message": message,
            "error_type": "warning",
            "ignore_blank": True,
        },
    )


def _last(sheet: Any, looks: _Looks, row: int, column: int, question: Question) -> None:
    if question.last is None:
        return
    value, _, qualifier = question.last
    if question.measure.unit is Unit.YES_NO:
        sheet.write_string(row, column, {1.0: "Yes", 0.0: "No"}.get(value, plain(value)), looks.locked)
    elif qualifier is not Qualifier.EXACT:
        sheet.write_string(row, column, qualified(qualifier, f"{value:,}".removesuffix(".0")), looks.number)
    else:
        sheet.write_number(row, column, value, looks.number)


def _marks(book: Any, marks: Mapping[str, str]) -> None:
    """The hidden sheet by which an upload knows what the file is for."""
    sheet = book.add_worksheet(MARKS)
    for row, mark in enumerate(marks.items()):
        sheet.write_row(row, 0, mark)
    sheet.hide()
    sheet.protect()
