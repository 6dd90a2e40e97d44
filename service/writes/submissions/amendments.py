"""Corrections of published figures become a new version of the submission that published them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import SubmissionAction, SubmissionStatus
from schema.tables import FigureRevisionRow, FigureRow, NilReturnRow, PeriodRow, SubmissionRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Problem, Refused, once, problem, text_of
from service.writes.submissions import lookups
from service.writes.submissions.check import saved
from service.writes.submissions.desk import desk, refuse_unless_possible, standing
from service.writes.submissions.drafts import Heading, begun, filled, headed
from service.writes.submissions.lookups import IDS, among
from service.writes.submissions.validation import Row
from service.writes.submissions.validation.entries import key
from service.writes.submissions.validation.known import Cell
from service.writes.trust import audit
from service.writes.trust.permissions import allowed


async def amend(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Begin a new version: the figures of the published one, with the corrections in their places.

    It is a draft, and goes the way of every draft; the published version stays as it is until then. Figures that came
    by an import have no submission: their correction is a submission of its own.
    """
    viewer = allowed(by, "amendFigures")

    async def work(session: AsyncSession) -> Outcome:
        # What is published stays as it is until the new version is based on it.
        await audit.turn(session)
        heading = await headed(session, given, by=viewer)
        if wrong := _unsaid(given):
            raise Refused(*wrong)
        amended = await _amended(session, heading)
        whole = heading.rows
        if amended is not None:
            found = await desk(session, amended, by=viewer, at=await audit.now(session))
            refuse_unless_possible(SubmissionAction.AMEND, await standing(found, [], entries=1), [])
            whole = _over(await _as_published(session, await saved(found), heading), heading.rows)
        titled = {"title": f"{heading.quarter.label}, amended", **given}
        made = await begun(session, titled, heading, by=viewer, amends=amended)
        await filled(made, whole, what="submission.amend")
        return Outcome(submission_id=made.submission.id)

    return await once(database, "amendFigures", given, work, by=viewer)


def _unsaid(given: Mapping[str, Any]) -> list[Problem]:
    wrong = []
    if text_of(given, "reason") is None:
        wrong.append(problem("submission/no-reason", "An amendment takes a reason.", "reason"))
    if text_of(given, "publicNote") is None:
        wrong.append(problem("submission/no-public-note", "An amendment takes a public note.", "publicNote"))
    if not given["figures"]:
        wrong.append(problem("validation/no-figures", "The amendment has no figures.", "figures"))
    return wrong


async def _amended(session: AsyncSession, heading: Heading) -> SubmissionRow | None:
    """The published version that corrections are of, locked; None for figures of an import.

    Refused: corrections of nothing that is published, and of the figures of several submissions.
    """
    rows, organisation, quarter = heading.rows, heading.organisation, heading.quarter
    known = await lookups.known(session, rows, organisation, quarter, on=quarter.ends)
    asked = {
        (key(known.metrics[row.metric]), key(known.organisations[row.organisation]), row.period)
        for row in rows
        if row.metric in known.metrics and row.organisation in known.organisations
    }
    figures = {published.figure_id for cell, published in known.published.items() if cell in asked and published.stands}
    nil_returns = await _nil_returns_of(session, asked)
    if not figures and not nil_returns:
        message = f"None of these figures is published for {organisation.name} and {quarter.label}."
        raise Refused(problem("submission/nothing-to-amend", message, "figures"))
    publisher, current = aliased(SubmissionRow), aliased(SubmissionRow)
    found = await session.exec(
        select(current)
        .join(publisher, func.coalesce(current.first_id, current.id) == func.coalesce(publisher.first_id, publisher.id))
        .where(or_(col(publisher.id).in_(nil_returns), exists(_published_by(publisher, figures))))
        .where(current.status == SubmissionStatus.PUBLISHED)
    )
    versions = {submission.id: submission for submission in found}
    if len(versions) > 1:
        named = ", ".join(f"{each.title!r} ({ids.made('Submission', key(each))})" for each in versions.values())
        message = f"These figures were published by {len(versions)} submissions: {named}."
        raise Refused(problem("submission/several-to-amend", message, "figures"))
    for at, version in versions.items():
        if (version.organisation_id, version.quarter) != (organisation.id, quarter.code):
            message = f"These figures were published by {version.title!r}, for another organisation or quarter."
            raise Refused(problem("submission/nothing-to-amend", message, "organisation"))
        return await session.get(SubmissionRow, at, with_for_update=True, populate_existing=True)
    return None


def _published_by(publisher: Any, figures: set[int]) -> Any:
    """The figures of some, whose current revisions a submission published."""
    return (
        select(FigureRow.id)
        .join(
            FigureRevisionRow,
            (col(FigureRow.id) == col(FigureRevisionRow.figure_id))
            & (col(FigureRow.revision) == col(FigureRevisionRow.revision)),
        )
        .where(among(FigureRow.id, figures, IDS), FigureRevisionRow.submission_id == publisher.id)
        .correlate(publisher)
    )


async def _nil_returns_of(session: AsyncSession, cells: set[Cell]) -> set[int]:
    """The submissions whose nil returns stand in some cells."""
    found = await session.exec(
        select(NilReturnRow, PeriodRow.code)
        .join(PeriodRow, col(PeriodRow.id) == col(NilReturnRow.period_id))
        .where(among(NilReturnRow.metric_id, {metric for metric, _, __ in cells}, IDS), ~col(NilReturnRow.is_withdrawn))
    )
    return {row.submission_id for row, code in found if (row.metric_id, row.organisation_id, code) in cells}


async def _as_published(session: AsyncSession, rows: Sequence[Row], heading: Heading) -> list[Row]:
    """The rows of the amended version as they stand now: what others published or took back since stays so."""
    known = await lookups.known(session, rows, heading.organisation, heading.quarter, on=heading.quarter.ends)
    standing_rows = []
    for row in rows:
        published = known.published_for(row.metric, row.organisation, row.period)
        if published is not None and published.stands:
            numbers = {name: getattr(published, name) for name in ("value", "numerator", "denominator", "note")}
            standing_rows.append(replace(row, is_nil_return=False, reason=None, **numbers))
        elif row.is_nil_return:
            standing_rows.append(row)
    return standing_rows


def _over(before: Sequence[Row], corrections: Sequence[Row]) -> list[Row]:
    """Rows with corrections in the places of their cells, and what is new after them."""
    corrected: dict[tuple[str, str, str], Row] = {}
    # A cell that is corrected twice stays twice, so that the finding about it can name both rows.
    again = [
        row for row in corrections if corrected.setdefault((row.metric, row.organisation, row.period), row) is not row
    ]
    kept = [corrected.pop((row.metric, row.organisation, row.period), row) for row in before]
    return [*kept, *corrected.values(), *again]
