"""Corrections of published figures become a new version of the submission that published them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.commands.submissions import AmendFiguresInput
from schema.enumerations import FigureOrigin, FigureStatus, RowOutcome, SubmissionAction, SubmissionStatus
from schema.tables import FigureRevisionRow, FigureRow, NilReturnRow, PeriodRow, SubmissionRow, key
from service.writes.command import Work
from service.writes.naming import IDS, among
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped
from service.writes.submissions.check import stored_rows
from service.writes.submissions.desk import desk_for
from service.writes.submissions.drafts import check_first_figures, create_draft, save_first_figures
from service.writes.submissions.heading import Heading, read_heading
from service.writes.submissions.lookups import look_up
from service.writes.submissions.results import rows_with
from service.writes.submissions.standings import refuse_unless_possible, standing
from service.writes.submissions.validation import Row
from service.writes.submissions.validation.known import Cell


async def amend(work: Work, amendment: AmendFiguresInput) -> Outcome:
    """Create a new version: the figures of the published one, with the corrections in their places.

    It is a draft like every other; the published version stays until the draft is published. Figures from an import
    have no submission: their correction is a new submission.
    """
    # What is published must not change before the new version is based on it.
    at = await work.turn()
    heading = await read_heading(work, amendment, at=at, reason=amendment.reason, publicNote=amendment.public_note)
    if problems := list(_missing(amendment)):
        raise Refused(*problems)
    amended = await _amended(work.session, heading)
    rows = heading.rows
    if amended is not None:
        old = await desk_for(work, amended, at=at)
        refuse_unless_possible(SubmissionAction.AMEND, await standing(old))
        rows = _corrected(await _as_published(work.session, await stored_rows(old), heading), heading.rows)
    desk = await create_draft(
        work,
        heading,
        title=f"{heading.quarter.label}, amended",
        reason=amendment.reason,
        public_note=amendment.public_note,
        amends=amended,
    )
    checked = await check_first_figures(desk, rows)
    await save_first_figures(desk, checked, event="submission.amend")
    return Outcome(rows={"submission": desk.submission.id}, row_results=rows_with(checked, RowOutcome.DRAFT))


def _missing(amendment: AmendFiguresInput) -> Iterator[Problem]:
    if stripped(amendment.reason) is None:
        yield problem("submission/no-reason", "You need a reason to amend figures.", "reason")
    if stripped(amendment.public_note) is None:
        yield problem("submission/no-public-note", "You need a public note to amend figures.", "publicNote")
    if not amendment.figures:
        yield problem("validation/no-figures", "The amendment has no figures.", "figures")


async def _amended(session: AsyncSession, heading: Heading) -> SubmissionRow | None:
    """The published version that the corrections are for, locked; None for figures of an import.

    Refused: corrections of figures that are not published, and of the figures of several submissions.
    """
    organisation, quarter = heading.organisation, heading.quarter
    versions = await _published_versions(session, heading)
    if len(versions) > 1:
        named = ", ".join(f"{each.title!r} ({ids.made('Submission', key(each))})" for each in versions)
        message = f"These figures were published by {len(versions)} submissions: {named}."
        raise Refused(problem("submission/several-to-amend", message, "figures"))
    for version in versions:
        if (version.organisation_id, version.quarter) != (organisation.id, quarter.code):
            message = f"These figures were published by {version.title!r}, for another organisation or quarter."
            raise Refused(problem("submission/nothing-to-amend", message, "organisation"))
        return await session.get(SubmissionRow, version.id, with_for_update=True, populate_existing=True)
    return None


async def _published_versions(session: AsyncSession, heading: Heading) -> Sequence[SubmissionRow]:
    """The current versions of the submissions that published the figures or nil returns. Refused: none of either."""
    known = await look_up(session, heading.rows, heading.organisation, heading.quarter, on=heading.quarter.ends)
    cells = {
        (key(known.metrics[row.metric]), key(known.organisations[row.organisation]), row.period)
        for row in heading.rows
        if row.metric in known.metrics and row.organisation in known.organisations
    }
    figures = {published.figure_id for cell, published in known.published.items() if cell in cells and published.stands}
    nil_returns = await _nil_returns_of(session, cells)
    if not figures and not nil_returns:
        message = f"None of these figures is published for {heading.organisation.name} and {heading.quarter.label}."
        raise Refused(problem("submission/nothing-to-amend", message, "figures"))
    publisher, current = aliased(SubmissionRow), aliased(SubmissionRow)
    versions = await session.exec(
        select(current)
        .join(publisher, func.coalesce(current.first_id, current.id) == func.coalesce(publisher.first_id, publisher.id))
        .where(or_(col(publisher.id).in_(nil_returns), exists(_published_by(publisher, figures))))
        .where(current.status == SubmissionStatus.PUBLISHED)
    )
    return list({version.id: version for version in versions}.values())


def _published_by(publisher: Any, figures: set[int]) -> Any:
    """Those of some figures whose current revisions a submission brought: what was calculated, nobody sent."""
    return (
        select(FigureRow.id)
        .join(
            FigureRevisionRow,
            (col(FigureRow.id) == col(FigureRevisionRow.figure_id))
            & (col(FigureRow.revision) == col(FigureRevisionRow.revision)),
        )
        .where(among(FigureRow.id, figures, IDS), FigureRevisionRow.submission_id == publisher.id)
        .where(FigureRevisionRow.origin == FigureOrigin.SENT)
        .correlate(publisher)
    )


async def _nil_returns_of(session: AsyncSession, cells: set[Cell]) -> set[int]:
    """The submissions whose nil returns are in some cells."""
    rows = await session.exec(
        select(NilReturnRow, PeriodRow.code)
        .join(PeriodRow, col(PeriodRow.id) == col(NilReturnRow.period_id))
        .where(among(NilReturnRow.metric_id, {metric for metric, _, __ in cells}, IDS), ~col(NilReturnRow.is_withdrawn))
    )
    return {row.submission_id for row, code in rows if (row.metric_id, row.organisation_id, code) in cells}


async def _as_published(session: AsyncSession, rows: Sequence[Row], heading: Heading) -> list[Row]:
    """The rows of the amended version with the current figures: what others published or withdrew since stays so."""
    known = await look_up(session, rows, heading.organisation, heading.quarter, on=heading.quarter.ends)
    current = []
    for row in rows:
        published = known.published_for(*row.codes)
        if published is not None and published.stands:
            current.append(
                replace(
                    row,
                    is_nil_return=False,
                    reason=None,
                    measurement=published.measurement.as_sent(),
                    is_provisional=published.status is FigureStatus.PROVISIONAL,
                    source=row.source if row.source == published.source else None,
                )
            )
        elif row.is_nil_return:
            current.append(row)
    return current


def _corrected(before: Sequence[Row], corrections: Sequence[Row]) -> list[Row]:
    """Rows with corrections in the places of their cells, and new ones after them."""
    corrected: dict[tuple[str, str, str], Row] = {}
    # A cell that is corrected twice stays twice, so that the finding about it can name both rows.
    again = [row for row in corrections if corrected.setdefault(row.codes, row) is not row]
    kept = [corrected.pop(row.codes, row) for row in before]
    return [*kept, *corrected.values(), *again]
