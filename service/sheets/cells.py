"""What a file holds, once it is open: sheets of cells, whichever kind of file they came from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

# What a cell can hold. A CSV has texts alone.
Content: TypeAlias = str | int | float | bool | dt.datetime | dt.date | dt.time | None

# The most that is read of one sheet. A command takes 10,000 figures.
MOST_ROWS, MOST_COLUMNS = 12_000, 200


class Cell(NamedTuple):
    """What a cell holds, and the number format that it is shown in: `0.92` in `0%` is 92%."""

    content: Content = None
    form: str = "General"

    @property
    def text(self) -> str:
        """The content as a text, without the spaces around it; empty for an empty cell."""
        if self.content is None:
            return ""
        if isinstance(self.content, float) and self.content.is_integer():
            return str(int(self.content))
        return str(self.content).strip()


EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, and its rows from the first; a row ends with its last cell that is not empty."""

    name: str
    rows: Sequence[Sequence[Cell]]
    is_hidden: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, counted from 0; an empty one beyond the end of a row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY


class Place(NamedTuple):
    """Where a cell is: the sheet's name, and its row and column, counted from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The address as a spreadsheet shows it: B12."""
        letters, column = "", self.column + 1
        while column:
            column, letter = divmod(column - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row + 1}"
