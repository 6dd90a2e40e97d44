"""The bytes of a checked workbook become sheets."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.xml.functions import iterparse

from schema.errors import Refusal
from service.sheets.cells import EMPTY, MOST_COLUMNS, MOST_ROWS, Cell, Sheet

# Whatever a damaged workbook makes the reader stumble over.
DAMAGED = (
    *(ValueError, TypeError, AttributeError, LookupError, SyntaxError, ArithmeticError),
    *(OSError, RuntimeError, zipfile.BadZipFile),
)
# The cells of ranges that are merged, or that are links: the reader of a whole workbook makes each of them.
_MOST_SPANNED = 100_000
_SPANS = ("mergeCell", "hyperlink")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576


def sheets_of_workbook(content: bytes) -> list[Sheet]:
    """The sheets of a workbook, with the values that its formulas had when it was saved.

    Refusals: `upload/damaged`, `upload/too-many-rows`.
    """
    try:
        with warnings.catch_warnings():
            # Of parts that the reader leaves out, such as pictures.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            return [_sheet(sheet) for sheet in book.worksheets]
    except DAMAGED as reason:
        raise damaged() from reason


def whole_workbook(content: bytes) -> Workbook:
    """A workbook with all that it has, to be saved again.

    Refusals: `upload/damaged`, and `upload/unsafe` where merged cells or links have more cells than memory.
    """
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            warnings.simplefilter("ignore")
            if sum(map(_spanned, map(archive.read, archive.namelist()))) > _MOST_SPANNED:
                message = (
                    f"The selected file must not have merged cells or links over more than {_MOST_SPANNED:,} cells."
                )
                raise Refusal("upload/unsafe", message)
            return load_workbook(io.BytesIO(content), keep_links=False)
    except DAMAGED as reason:
        raise damaged() from reason


def _spanned(part: bytes) -> int:
    """The number of cells in the ranges of a part that are merged, or that are links."""
    if not any(name.encode() in part for name in _SPANS):
        return 0
    count = 0
    for _, element in iterparse(io.BytesIO(part)):
        if element.tag.rpartition("}")[2] in _SPANS:
            left, top, right, bottom = range_boundaries(element.get("ref", "A1"))
            count += ((right or _LAST_COLUMN) - (left or 1) + 1) * ((bottom or _LAST_ROW) - (top or 1) + 1)
        element.clear()
    return count


def _sheet(sheet: Any) -> Sheet:
    # A sheet may say that it ends at A1, or in row 1,048,576.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    cells = [_cells(row) for row in islice(rows, MOST_ROWS + 1)]
    is_hidden = sheet.sheet_state != "visible"
    if len(cells) > MOST_ROWS and not is_hidden:
        raise too_many_rows(sheet.title)
    return Sheet(sheet.title, cells, is_hidden=is_hidden)


def damaged() -> Refusal:
    """The refusal of a workbook that cannot be read."""
    return Refusal("upload/damaged", "The selected file cannot be read as a workbook.")


def too_many_rows(sheet: str) -> Refusal:
    """The refusal of a sheet that is too long."""
    return Refusal("upload/too-many-rows", f"{sheet} must have {MOST_ROWS:,} rows or fewer.")


def _cells(row: Sequence[Any]) -> list[Cell]:
    cells = list(_read(row))
    while cells and cells[-1].content is None:
        cells.pop()
    return cells


def _read(row: Sequence[Any]) -> Iterator[Cell]:
    for cell in row:
        content = cell.value
        yield EMPTY if content is None or content == "" else Cell(content, cell.number_format)
