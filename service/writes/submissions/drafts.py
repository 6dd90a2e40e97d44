"""Drafts: a submission is begun, or its figures are put in the place of those that were there."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import SubmissionAction, SubmissionStatus
from schema.periods import Period
from schema.tables import OrganisationRow, SubmissionEntryRow, SubmissionFindingRow, SubmissionRow
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT
from service.writes.submissions import lookups
from service.writes.submissions.check import Looked, look, saved, sent
from service.writes.submissions.desk import (
    Desk,
    at_desk,
    desk,
    malformed_quarter,
    organisation_of,
    problems_of,
    refuse_unless_possible,
    standing,
    unknown_organisation,
)
from service.writes.submissions.publication import recorded_periods
from service.writes.submissions.validation import Known, Row
from service.writes.submissions.validation.entries import key, named_period, named_quarter
from service.writes.submissions.validation.rules import in_themselves
from service.writes.trust import actors, audit
from service.writes.trust.permissions import allowed

# A cell by the codes that were sent: metric, organisation, period.
Named = tuple[str, str, str]

MOST_FIGURES = 10_000
LONGEST_TITLE = 200


async def save(database: Database, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Begin a submission, or edit one. Slips are kept, with their findings; only what cannot be stored is refused.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    viewer = allowed(by, "saveSubmission")

    async def work(session: AsyncSession) -> Outcome:
        heading = await headed(session, given, by=viewer)
        if given.get("id") is None:
            made = await begun(session, given, heading, by=viewer)
            await filled(made, heading.rows)
            return Outcome(submission_id=made.submission.id)
        return await _edited(session, given, heading, by=viewer)

    return await once(database, "saveSubmission", given, work, by=viewer)


@dataclass(frozen=True)
class Heading:
    """What a submission is for, and the rows that were sent."""

    quarter: Period
    organisation: OrganisationRow
    rows: list[Row]


async def headed(session: AsyncSession, given: Mapping[str, Any], *, by: Viewer) -> Heading:
    """The heading of an input that brings figures.

    Refused: too many figures, texts that cannot be kept, what is no quarter, and an organisation that the viewer does
    not act for; with all that is wrong with the rows in themselves.
    """
    if len(given["figures"]) > MOST_FIGURES:
        message = f"There are {len(given['figures']):,} figures; {MOST_FIGURES:,} are the most."
        raise Refused(problem("validation/too-many-figures", message, "figures"))
    wrong = [
        *usable({"title": given.get("title")}, LONGEST_TITLE),
        *usable({name: given.get(name) for name in ("reason", "publicNote")}, LONGEST_TEXT),
    ]
    at, quarter = await audit.now(session), named_quarter(given["quarter"])
    if quarter is None:
        wrong.append(malformed_quarter(given))
    on = at.date() if quarter is None else quarter.ends
    organisation = await organisation_of(session, given["organisation"], on, by=by)
    if organisation is None:
        wrong.append(unknown_organisation(given))
    rows = sent(given["figures"], quarter)
    if wrong or quarter is None or organisation is None:
        known = await lookups.codes(session, rows, on=at.date())
        raise Refused(*wrong, *problems_of(in_themselves(rows, quarter, known)))
    return Heading(quarter, organisation, rows)


async def begun(
    session: AsyncSession,
    given: Mapping[str, Any],
    heading: Heading,
    *,
    by: Viewer,
    amends: SubmissionRow | None = None,
) -> Desk:
    """A new draft, without figures yet."""
    actor, at = await actors.recorded(session, by), await audit.now(session)
    submission = SubmissionRow(
        quarter=heading.quarter.code,
        quarter_ends=heading.quarter.ends,
        organisation_id=key(heading.organisation),
        status=SubmissionStatus.DRAFT,
        title=text_of(given, "title") or heading.quarter.label,
        reason=text_of(given, "reason"),
        public_note=text_of(given, "publicNote"),
        created_by_id=actor,
        edited_by_id=actor,
        created_at=at,
        amends_id=None if amends is None else amends.id,
        first_id=None if amends is None else amends.first_id or amends.id,
    )
    session.add(submission)
    await session.flush()
    return await desk(session, submission, by=by, at=at)


async def filled(made: Desk, rows: Sequence[Row], *, what: str = "submission.create") -> Looked:
    """Put the first figures into a new draft, and leave its event."""
    looked = await look(made, rows, lambda given, known: _based(given, known, {}, set()))
    await _put(made, looked)
    await made.tell(what, figures=[_told(row) for row in rows])
    return looked


async def _edited(session: AsyncSession, given: Mapping[str, Any], heading: Heading, *, by: Viewer) -> Outcome:
    found = await at_desk(session, ids.key(given["id"], "Submission"), given.get("expectedVersion"), by=by)
    if (found.quarter, found.organisation.id) != (heading.quarter, heading.organisation.id):
        message = f"The submission is for {found.organisation.code} and {found.quarter.code}."
        raise Refused(problem("submission/other-quarter", message, "quarter"))
    refuse_unless_possible(SubmissionAction.EDIT, await standing(found, [], entries=0), [])
    before, told = await saved(found), await _told_of_publication(found)
    rows = heading.rows
    earlier, told_of = {_cell(row): row for row in before}, {_cell(row) for at, row in enumerate(before) if at in told}
    await _put(found, await look(found, rows, lambda given, known: _based(given, known, earlier, told_of)))
    found.submission.title = text_of(given, "title") or found.submission.title
    found.submission.edited_by_id = found.actor_id
    await found.move(SubmissionAction.EDIT, **_difference(before, rows))
    return Outcome(submission_id=found.submission.id)


async def _told_of_publication(found: Desk) -> frozenset[int]:
    """The rows whose writer was told that somebody else has published their cell since."""
    rows = await found.session.exec(
        select(SubmissionFindingRow.row).where(
            SubmissionFindingRow.submission_id == found.submission.id,
            SubmissionFindingRow.code == "validation/published-since",
        )
    )
    return frozenset(row for row in rows if row is not None)


def _based(rows: Sequence[Row], known: Known, before: Mapping[Named, Row], told: Set[Named]) -> list[Row]:
    """The rows, each based on what is published for its cell now.

    A row that stays as it was keeps its base, so that what others publish meanwhile is noticed; unless its writer was
    told of it already, and saves it all the same.
    """
    based = []
    for row in rows:
        was, seen = before.get(_cell(row)), known.published_for(*_cell(row))
        base = seen.revision if seen is not None else 0
        if was is not None and _cell(row) not in told and _said(was) == _said(row) and was.base_revision is not None:
            base = was.base_revision
        based.append(replace(row, base_revision=base))
    return based


async def _put(found: Desk, looked: Looked) -> None:
    """Put the rows that were looked at in the place of those that were there."""
    rows = looked.rows
    await found.session.exec(
        delete(SubmissionEntryRow).where(col(SubmissionEntryRow.submission_id) == found.submission.id)
    )
    named = {period for row in rows if (period := named_period(row.period)) is not None}
    periods = await recorded_periods(found.session, named)
    metrics, organisations = looked.known.metrics, looked.known.organisations
    # Where only numerator and denominator were sent, the value that they give is kept beside them.
    values_of = {entry.row: entry.value for entry in looked.entries}
    values = [
        {
            "submission_id": found.submission.id,
            "row": at,
            "metric_code": row.metric,
            "organisation_code": row.organisation,
            "period_code": row.period,
            "metric_id": key(metrics[row.metric]) if row.metric in metrics else None,
            "organisation_id": key(organisations[row.organisation]) if row.organisation in organisations else None,
            "period_id": key(periods[row.period]) if row.period in periods else None,
            "value": values_of.get(at, row.value),
            "numerator": row.numerator,
            "denominator": row.denominator,
            "is_nil_return": row.is_nil_return,
            "note": row.note,
            "reason": row.reason,
            "base_revision": row.base_revision or 0,
        }
        for at, row in enumerate(rows)
    ]
    if values:
        await found.session.exec(insert(SubmissionEntryRow), params=values)


def _cell(row: Row) -> Named:
    return row.metric, row.organisation, row.period


def _said(row: Row) -> tuple[Any, ...]:
    return row.value, row.numerator, row.denominator, row.is_nil_return


def _told(row: Row) -> dict[str, Any]:
    """A row as an audit event tells it: what was sent, numbers as text, so that none loses a digit."""
    said = {
        "metric": row.metric,
        "organisation": row.organisation,
        "period": row.period,
        "value": None if row.value is None else f"{row.value:f}",
        "numerator": None if row.numerator is None else f"{row.numerator:f}",
        "denominator": None if row.denominator is None else f"{row.denominator:f}",
        "isNilReturn": row.is_nil_return or None,
        "note": row.note,
        "reason": row.reason,
    }
    return {name: value for name, value in said.items() if value is not None}


def _difference(before: Sequence[Row], after: Sequence[Row]) -> dict[str, Any]:
    """What an edit did to the rows: those that are new and those that are gone, a changed one among both."""
    old, new = ({tuple(told.items()): told for row in rows if (told := _told(row))} for rows in (before, after))
    return {
        "added": [told for said, told in new.items() if said not in old],
        "removed": [told for said, told in old.items() if said not in new],
    }
