"""A CSV of people becomes invitations, one for each line: all are carried out, or none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schema.commands.people import InvitePersonInput
from service.database import Database
from service.mistakes import Mistake
from service.sheets.csv_file import sheet_of_csv
from service.viewer import Viewer
from service.writes.command import carry_out_all
from service.writes.commands import INVITE_PERSON
from service.writes.limits import MOST_CHANGES
from service.writes.outcome import Refused
from service.writes.register.described import COLUMNS, input_of


class BadPeople(Mistake):
    """A file of people that cannot be taken; the text says what is wrong, a line for each thing."""


@dataclass(frozen=True)
class Invited:
    """A person who is on record now: their number, and what was asked for."""

    person: int
    given: InvitePersonInput


async def invite_people(database: Database, content: bytes, *, by: Viewer) -> list[Invited]:
    """Invite everybody in a file, in its order; all of them, or nobody. Refusals: `BadPeople`, with each wrong line."""
    lines = dict(_lines(content))
    if len(lines) > MOST_CHANGES:
        raise BadPeople(f"A file can have {MOST_CHANGES} people at most; this one has {len(lines):,}.")
    wrong, given = [], {}
    for number, cells in lines.items():
        try:
            given[number] = input_of(cells)
        except Refused as refused:
            wrong += [(number, f"{each.message} {each.remedy}") for each in refused.outcome.problems]
    # What is wrong with the other lines is said too: nothing stays of them.
    commands = [(INVITE_PERSON, each) for each in given.values()]
    answers = await carry_out_all(database, commands, by=by, rehearse=bool(wrong))
    for number, answered in zip(given, answers, strict=True):
        wrong += [(number, f"{each['message']} {each['remedy']}") for each in answered.answer["problems"]]
    if wrong:
        raise BadPeople("\n".join(f"Line {number}: {sentence}" for number, sentence in sorted(wrong)))
    return [Invited(answered.answer["person_id"], each) for each, answered in zip(given.values(), answers, strict=True)]


def _lines(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines with something in them, by their numbers. Refusals: `BadPeople`, and those of a CSV."""
    first, *rest = sheet_of_csv(content).rows or [[]]
    heading = [cell.text.lower() for cell in first]
    if "name" not in heading or not {each for each in heading if each} <= set(COLUMNS):
        raise BadPeople(f"Line 1: the heading must have name, and may have {', '.join(COLUMNS[1:])}.")
    for number, row in enumerate(rest, start=2):
        cells = {name: cell.text for name, cell in zip(heading, row, strict=False) if name}
        if any(cells.values()):
            yield number, cells
