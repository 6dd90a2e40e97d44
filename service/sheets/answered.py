"""A checked file becomes the same file again, with columns that say what is wrong in each row and what to do.

A workbook keeps its sheets, formats and formulas, and the cells that are wrong are red. A second upload does not read
the columns, and its answer writes them again.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill

from schema.remedies import for_people
from service.sheets.cells import MOST_COLUMNS
from service.sheets.checking import Checked
from service.sheets.csv_file import separated, text_of
from service.sheets.findings import CellFinding
from service.sheets.headings import WHAT_IS_WRONG, WHAT_TO_DO
from service.sheets.opening import is_workbook
from service.sheets.vocabulary import alike
from service.sheets.workbook import DAMAGED, damaged, whole_workbook

_RED = "FFF4C7C3"
_FILL, _NO_FILL = PatternFill("solid", fgColor=_RED), PatternFill()
_WIDTH = 60
# By the row of a sheet, counted from 0.
Rows = Mapping[int, list[CellFinding]]


def answered(content: bytes, checked: Checked) -> bytes:
    """The file with the columns. It was checked before, so it is safe to read.

    Refusals: `upload/damaged`, for a workbook of which only the cells can be read, and `upload/unsafe`.
    """
    by_sheet: dict[str, dict[int, list[CellFinding]]] = defaultdict(lambda: defaultdict(list))
    for each in checked.findings:
        if each.place is not None:
            by_sheet[each.place.sheet][each.place.row].append(each)
    return (_workbook if is_workbook(content) else _csv)(content, checked, by_sheet)


def _workbook(content: bytes, checked: Checked, by_sheet: Mapping[str, Rows]) -> bytes:
    try:
        return _marked(content, checked, by_sheet)
    except DAMAGED as reason:
        raise damaged() from reason


def _marked(content: bytes, checked: Checked, by_sheet: Mapping[str, Rows]) -> bytes:
    book = whole_workbook(content)
    lengths = {sheet.name: len(sheet.rows) for sheet in checked.sheets}
    for name, headings in checked.reading.headings.items():
        _mark(book[name], headings.row, lengths[name], by_sheet.get(name, {}))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _mark(sheet: Any, heading: int, length: int, rows: Rows) -> None:
    """Write the columns of one sheet, over those of an earlier answer, and colour the cells that are wrong.

    Only cells that exist are looked at: to ask for a cell makes it, and one far to the right would make millions.
    """
    cells = dict(sheet._cells)
    titles = {column: cell.value for (row, column), cell in cells.items() if row == heading + 1}
    used = max(
        (at for (_, at), cell in cells.items() if at <= MOST_COLUMNS and cell.value not in (None, "")), default=0
    )
    columns = _columns([titles.get(at + 1) for at in range(max(titles, default=0))], used)
    # A grid of ours has codes in a hidden row, and the names that people see in the row below.
    first = heading + (2 if sheet.row_dimensions[heading + 1].hidden else 1)
    for (name, column), say in zip(columns.items(), (_wrong, _to_do), strict=True):
        for row in range(heading + 1, first + 1):
            title = sheet.cell(row, column + 1, name)
            title.font, title.fill = Font(bold=True), copy(_FILL)
        sheet.column_dimensions[title.column_letter].width = _WIDTH
        for at in range(first, length):
            cell = sheet.cell(at + 1, column + 1)
            cell.value = say(rows[at]) if at in rows else None
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    wrong = {(each.place.row, each.place.column) for found in rows.values() for each in found if each.place}
    for (row, column), cell in cells.items():
        if row > heading + 1 and (row - 1, column - 1) not in wrong and cell.fill.fgColor.rgb == _RED:
            cell.fill = copy(_NO_FILL)
    for row, column in wrong:
        sheet.cell(row + 1, column + 1).fill = copy(_FILL)


def _csv(content: bytes, checked: Checked, by_sheet: Mapping[str, Rows]) -> bytes:
    """The CSV with the columns, with the separator that it had, in UTF-8 with the mark that Excel needs."""
    separator, text = separated(text_of(content))
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    [(name, headings)] = checked.reading.headings.items()
    used = max(
        (at for line in lines for at, cell in enumerate(line[:MOST_COLUMNS], start=1) if cell.strip()), default=0
    )
    rows, columns = by_sheet.get(name, {}), _columns(lines[headings.row], used)
    for at, line in enumerate(lines):
        said = list(columns) if at == headings.row else [_wrong(rows[at]), _to_do(rows[at])] if at in rows else ["", ""]
        line += [""] * (max(columns.values()) + 1 - len(line))
        for column, words in zip(columns.values(), said, strict=True):
            line[column] = words
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return written.getvalue().encode("utf-8-sig")


def _columns(titles: Iterable[Any], used: int) -> dict[str, int]:
    """Where the two columns are, or else where they go: after the last heading, and after the columns that are used."""
    listed = list(titles)
    while listed and listed[-1] in (None, ""):
        listed.pop()
    named = {alike(title): at for at, title in enumerate(listed) if isinstance(title, str)}
    found: dict[str, int] = {}
    for name in (WHAT_IS_WRONG, WHAT_TO_DO):
        found[name] = named.get(alike(name), max(len(listed), used) + sum(alike(each) not in named for each in found))
    return found


def _wrong(found: Iterable[CellFinding]) -> str:
    """What is wrong in a row, each message once, after the address of its cell."""
    said = dict.fromkeys((each.place.address if each.place else "", each.message) for each in found)
    return "\n".join(f"{address}: {message}" for address, message in said)


def _to_do(found: Iterable[CellFinding]) -> str:
    return "\n".join(dict.fromkeys(for_people(each.code) for each in found))
