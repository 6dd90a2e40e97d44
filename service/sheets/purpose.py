"""What a file is for: its quarter and who sends it, as somebody says, as it is marked, or by itself."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind
from schema.errors import Refusal
from schema.periods import period_named, quarter_named
from schema.tables import AncestryRow, OrganisationRow
from service.sheets.cells import Sheet
from service.sheets.reading import Reading
from service.viewer import EVERYWHERE, Viewer
from service.writes.naming import among

# The hidden sheet of a template, with a name and a value in each row.
MARKS = "tracker"
QUARTER, ORGANISATION = "quarter", "organisation"


@dataclass(frozen=True)
class Purpose:
    """The quarter of a file and the organisation that sends it, as codes."""

    quarter: str
    organisation: str


def marks_of(sheets: Iterable[Sheet]) -> Mapping[str, str]:
    """What a template says about itself; nothing for any other file."""
    marked = [sheet for sheet in sheets if sheet.name == MARKS and sheet.is_hidden]
    return {row[0].text: row[1].text for sheet in marked for row in sheet.rows if len(row) > 1}


async def purpose(session: AsyncSession, said: Mapping[str, str | None], reading: Reading, *, by: Viewer) -> Purpose:
    """The purpose of a file. `said` is what somebody or the file itself says.

    By itself a file is for the quarter of all of its periods, and it is sent by the organisation of the viewer's role,
    by the only one that it is about, or by the integrated care board of all of them.
    Refusals: `upload/no-quarter`, `upload/no-organisation`.
    """
    quarter = said.get(QUARTER) or _quarter_of(reading)
    named = quarter_named(quarter)
    on = dt.date.today() if named is None else named.ends
    return Purpose(quarter, said.get(ORGANISATION) or await _organisation_of(session, reading, on, by=by))


def _quarter_of(reading: Reading) -> str:
    written = {line.figure.period for line in reading.lines if line.figure is not None and line.figure.period}
    quarters = {period.quarter for each in written if (period := period_named(each)) is not None}
    if len(quarters) != 1:
        raise Refusal("upload/no-quarter", "The selected file must say which quarter it is for.")
    return quarters.pop()


async def _organisation_of(session: AsyncSession, reading: Reading, on: dt.date, *, by: Viewer) -> str:
    if by.scope != EVERYWHERE:
        return (await session.exec(select(OrganisationRow.code).where(OrganisationRow.id == by.scope))).one()
    about = {str(line.figure.organisation) for line in reading.lines if line.figure is not None}
    found = list(about) if len(about) == 1 else await _boards_of(session, about, on)
    if len(found) != 1:
        raise Refusal("upload/no-organisation", "The selected file must say which organisation sends it.")
    return found[0]


async def _boards_of(session: AsyncSession, codes: Set[str], on: dt.date) -> Sequence[str]:
    """The integrated care boards among some organisations, and above them on a day."""
    member = select(OrganisationRow.id).where(among(OrganisationRow.code, codes))
    above = select(AncestryRow.ancestor_id).where(
        col(AncestryRow.member_id).in_(member), col(AncestryRow.period).op("@>")(literal(on))
    )
    rows = await session.exec(
        select(OrganisationRow.code).where(
            OrganisationRow.kind == OrganisationKind.INTEGRATED_CARE_BOARD,
            among(OrganisationRow.code, codes) | col(OrganisationRow.id).in_(above),
        )
    )
    return rows.all()
