"""A CSV file of seeds becomes checked rows, each of which remembers the file and the line that it came from."""

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any

from service.mistakes import Mistake

# A cell's reader: the value of a text, or ValueError with the end of the sentence "'x' …".
Cell = Callable[[str], Any]


class BadRow(Mistake):
    """A seed that cannot be read: names the file, the line and the column. The first line is the heading."""

    def __init__(self, file: str, line: int, column: str, why: str) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {why}.")


@dataclass(frozen=True)
class Row:
    """One line of a file: `row["value"]` is the cell, read; an empty optional cell is None."""

    file: str
    line: int
    cells: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.cells[column]

    def bad(self, column: str, why: str) -> BadRow:
        """The error that says what is wrong with one of its cells."""
        return BadRow(self.file, self.line, column, why)

    def key(self, columns: tuple[str, ...]) -> tuple[Any, ...]:
        """Its cells of some columns."""
        return tuple(self.cells[column] for column in columns)

    def with_empty(self, columns: Iterable[str]) -> "Row":
        """The same with some more columns, empty."""
        return Row(self.file, self.line, {**self.cells, **dict.fromkeys(columns)})

    def without(self, *columns: str) -> dict[str, Any]:
        """Its cells but for some columns."""
        return {column: cell for column, cell in self.cells.items() if column not in columns}


def read(folder: Traversable, file: str, columns: Mapping[str, Cell]) -> list[Row]:
    """All rows of a file, in its order. A column that can be empty can be left out of the file.

    Refusals: `BadRow`, for a heading that has not these columns and for a cell that its reader refuses.
    """
    with (folder / file).open(encoding="utf-8") as lines:
        reader = csv.reader(lines, strict=True)
        heading = next(reader, [])
        absent = [column for column in columns if column not in heading]
        if len(heading) + len(absent) != len(columns) or not all(_can_be_empty(columns[each]) for each in absent):
            raise BadRow(file, 1, "heading", f"it must be {','.join(columns)}")
        present = {column: columns[column] for column in heading}
        return [row.with_empty(absent) for row in _rows(reader, file, present)]


def _can_be_empty(cell: Cell) -> bool:
    try:
        return cell("") is None
    except ValueError:
        return False


def _rows(reader: Any, file: str, columns: Mapping[str, Cell]) -> Iterator[Row]:
    for cells in reader:
        if len(cells) != len(columns):
            raise BadRow(file, reader.line_num, "all", f"{len(cells)} cells where {len(columns)} are expected")
        yield Row(file, reader.line_num, dict(_read(cells, file, reader.line_num, columns)))


def _read(cells: list[str], file: str, line: int, columns: Mapping[str, Cell]) -> Iterator[tuple[str, Any]]:
    for (column, cell), written in zip(columns.items(), cells, strict=True):
        try:
            yield column, cell(written)
        except ValueError as reason:
            raise BadRow(file, line, column, f"{written[:40]!r} {reason}") from reason


def words(written: str) -> str:
    """Text that says something."""
    if not written.strip() or written != written.strip():
        raise ValueError("is empty or has spaces around it")
    return written


def number(written: str) -> Decimal:
    """A decimal with the digits that were printed: 73.80 keeps its zero."""
    # Not \d, which takes the digits of every script.
    if not re.fullmatch("-?[0-9]+([.][0-9]+)?", written):
        raise ValueError("is not a number")
    return Decimal(written)


def whole(written: str) -> int:
    """A whole number, zero or more."""
    if not re.fullmatch("[0-9]+", written):
        raise ValueError("is not a whole number")
    return int(written)


def day(written: str) -> dt.date:
    """A date, 2025-01-31."""
    try:
        return dt.date.fromisoformat(written)
    except ValueError as reason:
        raise ValueError("is not a date") from reason


def yes_or_no(written: str) -> bool:
    """A claim that holds or does not."""
    if written not in {"yes", "no"}:
        raise ValueError("is neither yes nor no")
    return written == "yes"


def optional(cell: Cell) -> Cell:
    """A cell that may be empty: None."""
    return lambda written: None if written == "" else cell(written)


def member_of(enumeration: type[StrEnum]) -> Cell:
    """One value of an enumeration."""

    def cell(written: str) -> StrEnum:
        if written not in {str(value) for value in enumeration}:
            raise ValueError(f"is none of {', '.join(enumeration)}")
        return enumeration(written)

    return cell


def list_of(cell: Cell) -> Cell:
    """Several values with `|` between them."""
    return lambda written: [cell(one) for one in written.split("|")]
