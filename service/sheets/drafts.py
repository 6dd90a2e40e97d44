"""The draft that an organisation has under way for a quarter: a file that is taken as a draft goes into it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.commands.submissions import FigureInput, SourceInput
from schema.enumerations import SubmissionStatus
from schema.periods import quarter_named
from schema.tables import NUMBERS, OrganisationRow, SubmissionEntryRow, SubmissionRow
from schema.types.scalars import OdsCode
from service.sheets.purpose import Purpose
from service.writes.submissions.default_periods import default_periods
from service.writes.submissions.drafts import Codes
from service.writes.submissions.heading import sent_rows


@dataclass(frozen=True)
class OpenDraft:
    """A draft, or a return that has come back: its id, its version, and its figures."""

    id: str
    version: int
    figures: Sequence[FigureInput]

    def without(self, cells: Set[Codes]) -> list[FigureInput]:
        """Its figures but for some cells."""
        return [each for each in self.figures if (each.metric, str(each.organisation), each.period) not in cells]


async def open_draft(session: AsyncSession, of: Purpose) -> OpenDraft | None:
    """The newest draft for an organisation and a quarter that can be edited, as far as the session can see."""
    found = await session.exec(
        select(SubmissionRow)
        .join(OrganisationRow, col(OrganisationRow.id) == col(SubmissionRow.organisation_id))
        .where(
            OrganisationRow.code == of.organisation,
            SubmissionRow.quarter == of.quarter,
            col(SubmissionRow.status).in_([SubmissionStatus.DRAFT, SubmissionStatus.RETURNED]),
            col(SubmissionRow.amends_id).is_(None),
        )
        .order_by(col(SubmissionRow.id).desc())
    )
    draft = found.first()
    if draft is None or draft.id is None:
        return None
    entries = await session.exec(
        select(SubmissionEntryRow)
        .where(SubmissionEntryRow.submission_id == draft.id)
        .order_by(col(SubmissionEntryRow.row))
    )
    return OpenDraft(ids.made("Submission", draft.id), draft.version, [_figure(entry) for entry in entries])


async def cells_of(session: AsyncSession, figures: Sequence[FigureInput], quarter: str) -> Set[Codes]:
    """The cells of figures as a draft of the quarter stores them: without a period, a figure has its default."""
    named = quarter_named(quarter)
    defaults = {} if named is None else await default_periods(session, figures, named)
    return {row.codes for row in sent_rows(figures, named, defaults)}


def _figure(entry: SubmissionEntryRow) -> FigureInput:
    numbers = {name: getattr(entry, name) for name in NUMBERS}
    source = entry.source_title and SourceInput(title=entry.source_title, reference=entry.source_reference)
    return FigureInput(
        metric=entry.metric_code,
        organisation=OdsCode(entry.organisation_code),
        period=entry.period_code,
        **{name: None if value is None else float(value) for name, value in numbers.items()},
        qualifier=entry.qualifier,
        is_provisional=entry.is_provisional,
        is_nil_return=entry.is_nil_return,
        note=entry.note,
        source=source or None,
        reason=entry.reason,
    )
