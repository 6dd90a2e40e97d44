"""The bytes of a checked workbook become sheets."""

import io
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

from schema.errors import Refusal
from service.sheets.cells import EMPTY, MOST_COLUMNS, MOST_ROWS, Cell, Sheet

# Whatever a damaged workbook makes the reader stumble over.
DAMAGED = (
    *(ValueError, TypeError, AttributeError, LookupError, SyntaxError, ArithmeticError),
    *(OSError, RuntimeError, BadZipFile),
)


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


def _sheet(sheet: Any) -> Sheet:
    # A sheet may say that it ends at A1, or in row 1,048,576.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    cells = [_cells(row) for row in islice(rows, MOST_ROWS + 1)]
    if len(cells) > MOST_ROWS:
        raise too_many_rows(sheet.title)
    return Sheet(sheet.title, cells, is_hidden=sheet.sheet_state != "visible")


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
