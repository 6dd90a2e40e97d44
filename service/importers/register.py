"""A CSV of changes of the register becomes commands, one for each line: all are carried out, or none."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.database import Database
from service.importers.inputs import columns_of, input_of
from service.importers.rows import BadRow
from service.viewer import Viewer
from service.writes.command import Answered, carry_out_all
from service.writes.commands import OF_REGISTER
from service.writes.limits import MOST_CHANGES
from service.writes.outcome import Outcome, Refused, problem

CHANGE = "change"
_COMMANDS = {command.name: command for command in OF_REGISTER}
_COLUMNS_OF = {name: columns_of(command) for name, command in _COMMANDS.items()}
_COLUMNS = sorted({column for columns in _COLUMNS_OF.values() for column in columns})


@dataclass(frozen=True)
class Line:
    """One line of the file: its number, its cells that are not empty, and the answer to its change."""

    number: int
    cells: Mapping[str, str]
    answered: Answered = field(default_factory=lambda: Answered(Outcome().answer))

    @property
    def sentences(self) -> list[str]:
        """What is wrong with it, with the remedies; or else what it affects."""
        answer, name = self.answered.answer, self._name
        if self.answered.is_refused:
            return [
                f"{name}, column {each['path'][-1]}: {each['message']} {each['remedy']} ({each['code']})"
                for each in answer["problems"]
            ]
        counts = [f"{answer[f'{thing}_affected']:,} {thing}" for thing in _COUNTED if f"{thing}_affected" in answer]
        affected = f"affected: {', '.join(counts)}; " if counts else ""
        again = answer["recalculated"]
        return [
            f"{name}: {affected}calculated again: {len(again)}.",
            *(f"  {each['metric']} of {each['organisation']}, {each['period']}: {_change(each)}" for each in again),
        ]

    @property
    def _name(self) -> str:
        """Its number, its change, and the code that it is about: the first field of the input."""
        change = self.cells.get(CHANGE, "no change")
        about = [self.cells[name] for name in _COLUMNS_OF.get(change, [])[:1] if name in self.cells]
        return " ".join([f"Line {self.number}, {change}", *about])


_COUNTED = ("figures", "requests", "targets")


def _change(each: Mapping[str, Any]) -> str:
    before, after = ("no figure" if each[name] is None else f"{each[name]:g}" for name in ("before", "after"))
    return f"{before}, then {after}"


def summary(lines: Sequence[Line], *, by: Viewer, rehearsed: bool) -> str:
    """What became of all lines of a file that has no wrong one."""
    changes = f"{len(lines):,} change{'' if len(lines) == 1 else 's'}"
    if lines and all(line.answered.is_repeated for line in lines):
        return f"Nothing was changed: {by.name} carried out this file before."
    if rehearsed:
        return f"Nothing was changed: this was a dry run of {changes}."
    return f"{changes} carried out, in the name of {by.name}."


async def change_register(
    database: Database, file: str, content: bytes, *, by: Viewer, rehearse: bool = False
) -> list[Line]:
    """Carry out the changes of a file in its order, all or none; each of its lines with the answer to it.

    The file with the same content has one effect for each actor. Refusals: `BadRow`, for a file that cannot be read;
    what is wrong with a line is in its answer.
    """
    lines = list(_lines(file, content))
    if len(lines) > MOST_CHANGES:
        why = f"a file can have {MOST_CHANGES} changes at most, and this one has {len(lines):,}"
        raise BadRow(file, lines[MOST_CHANGES].number, "all", why)
    seal = hashlib.sha256(content).hexdigest()
    read = [_read(line, seal) for line in lines]
    given = {line.number: (_COMMANDS[line.cells[CHANGE]], request) for line, request in read if request is not None}
    is_wrong = len(given) < len(lines)
    answers = await carry_out_all(database, list(given.values()), by=by, rehearse=rehearse or is_wrong)
    answered = dict(zip(given, answers, strict=True))
    return [replace(line, answered=answered.get(line.number, line.answered)) for line, _ in read]


def _read(line: Line, seal: str) -> tuple[Line, Any]:
    """A line with the input of its command, or with what is wrong with it and None."""
    try:
        return line, _input(line, seal)
    except Refused as refused:
        return replace(line, answered=Answered(refused.outcome.answer, is_refused=True)), None


def _input(line: Line, seal: str) -> Any:
    cells = {name: cell for name, cell in line.cells.items() if name != CHANGE}
    if "" in cells:
        raise Refused(problem("register/malformed", f"{cells['']!r} is in no column.", "change"))
    change = line.cells.get(CHANGE, "")
    if change not in _COMMANDS:
        message = f"{change[:40]!r} is not a change. Write one of {', '.join(_COMMANDS)}."
        raise Refused(problem("register/malformed", message, CHANGE))
    return input_of(_COMMANDS[change], cells, key=f"{seal}:{line.number}")


def _lines(file: str, content: bytes) -> Iterator[Line]:
    """The lines of a file that are not empty. Refusals: `BadRow`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        why = "it is not UTF-8. Save it as CSV UTF-8"
        raise BadRow(file, content[: reason.start].count(b"\n") + 1, "all", why) from reason
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=first.count), strict=True)
    number = 1
    try:
        heading = _heading(file, next(reader, []))
        number = reader.line_num + 1
        for cells in reader:
            yield from _line(number, heading, cells)
            number = reader.line_num + 1
    except csv.Error as reason:
        raise BadRow(file, number, "all", f"it is not CSV: {reason}") from reason


def _line(number: int, heading: list[str], cells: list[str]) -> Iterator[Line]:
    columns = [*heading, *[""] * (len(cells) - len(heading))]
    filled = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    if filled:
        yield Line(number, filled)


def _heading(file: str, cells: list[str]) -> list[str]:
    heading = [cell.strip() for cell in cells]
    named = [name for name in heading if name]
    if CHANGE not in named or not set(named) <= {CHANGE, *_COLUMNS} or len(set(named)) < len(named):
        raise BadRow(file, 1, "heading", f"it must have {CHANGE}, and each other column once of {', '.join(_COLUMNS)}")
    return heading
