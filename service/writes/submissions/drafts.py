"""Drafts: a submission is created, or its figures replace those that it had."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select
from strawberry.utils.str_converters import to_camel_case

from schema.commands.submissions import SaveSubmissionInput
from schema.enumerations import Qualifier, RowOutcome, SubmissionAction, SubmissionStatus
from schema.periods import period_named
from schema.tables import NUMBERS, SENT, SubmissionEntryRow, SubmissionFindingRow, SubmissionRow, key, table
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem, stripped
from service.writes.submissions.check import Check, check, store_findings, stored_rows
from service.writes.submissions.comments import clear_answered
from service.writes.submissions.desk import Desk, lock_submission
from service.writes.submissions.heading import Heading, read_heading
from service.writes.submissions.results import rows_with
from service.writes.submissions.revisions import recorded_periods
from service.writes.submissions.standings import refuse_unless_possible, standing
from service.writes.submissions.validation import Known, Row
from service.writes.trust import actors

# The columns that people send, as an audit event names them.
_IN_DETAIL = {name: to_camel_case(name) for name in SENT}
# A cell by the codes that were sent: metric, organisation, period.
Codes = tuple[str, str, str]


async def save(work: Work, draft: SaveSubmissionInput) -> Outcome:
    """Create a submission, or edit one. Errors are stored as findings; only what cannot be stored is refused."""
    heading = await read_heading(work, draft, title=draft.title)
    if draft.id is not None:
        return await _edit(work, draft.id, draft, heading)
    desk = await create_draft(work, heading, title=draft.title)
    checked = await check_first_figures(desk, heading.rows)
    await save_first_figures(desk, checked)
    return Outcome(rows={"submission": desk.submission.id}, row_results=rows_with(checked, RowOutcome.DRAFT))


async def create_draft(
    work: Work,
    heading: Heading,
    *,
    title: str | None = None,
    reason: str | None = None,
    public_note: str | None = None,
    amends: SubmissionRow | None = None,
) -> Desk:
    """A new draft, without figures yet."""
    actor = await actors.recorded(work.session, work.by)
    submission = SubmissionRow(
        quarter=heading.quarter.code,
        quarter_ends=heading.quarter.ends,
        organisation_id=key(heading.organisation),
        status=SubmissionStatus.DRAFT,
        title=stripped(title) or heading.quarter.label,
        reason=stripped(reason),
        public_note=stripped(public_note),
        created_by_id=actor,
        edited_by_id=actor,
        created_at=heading.at,
        # Its first figures are checked by the command that makes it.
        checked_at=heading.at,
        amends_id=None if amends is None else amends.id,
        first_id=None if amends is None else amends.first_id or amends.id,
    )
    work.session.add(submission)
    await work.session.flush()
    return Desk(work, submission, heading.organisation, heading.quarter, actor, heading.at, is_new=True)


async def check_first_figures(desk: Desk, rows: Sequence[Row], *, skips: bool = False) -> Check:
    """Check the first figures of a new draft; with `skips`, rows with open findings are left out."""
    return await check(desk, rows, lambda sent, known: _rebased(sent, known, {}, set()), skips=skips)


async def save_first_figures(
    desk: Desk, checked: Check, *, left_out: Sequence[Row] = (), event: str = "submission.create"
) -> None:
    """Store the first figures of a new draft, and leave its event, which also names the rows that were left out."""
    await store_findings([(desk, checked)])
    await _store_entries(desk, checked)
    skipped: dict[str, Any] = {"skipped": [_detail(row) for row in left_out]} if left_out else {}
    await desk.record(event, figures=[_detail(row) for row in checked.rows], **skipped)


async def _edit(work: Work, submission_id: str, draft: SaveSubmissionInput, heading: Heading) -> Outcome:
    desk = await lock_submission(work, submission_id, draft.expected_version)
    if (desk.quarter, desk.organisation.id) != (heading.quarter, heading.organisation.id):
        message = f"The submission is for {desk.organisation.code} and {desk.quarter.code}."
        raise Refused(problem("submission/other-quarter", message, "quarter"))
    refuse_unless_possible(SubmissionAction.EDIT, await standing(desk))
    before, reported = await stored_rows(desk), await _reported_as_published(desk)
    earlier = {row.codes: row for row in before}
    seen = {row.codes for at, row in enumerate(before) if at in reported}
    checked = await check(desk, heading.rows, lambda sent, known: _rebased(sent, known, earlier, seen))
    await store_findings([(desk, checked)])
    await _delete_entries(desk)
    await _store_entries(desk, checked)
    await clear_answered(desk, before, heading.rows)
    desk.submission.title = stripped(draft.title) or desk.submission.title
    desk.submission.edited_by_id = desk.actor_id
    await desk.move(SubmissionAction.EDIT, **_difference(before, heading.rows))
    return Outcome(rows={"submission": desk.submission.id}, row_results=rows_with(checked, RowOutcome.DRAFT))


async def _reported_as_published(desk: Desk) -> frozenset[int]:
    """The rows with a finding that somebody else has published their cell since."""
    rows = await desk.session.exec(
        select(SubmissionFindingRow.row).where(
            SubmissionFindingRow.submission_id == desk.submission.id,
            SubmissionFindingRow.code == "validation/published-since",
        )
    )
    return frozenset(row for row in rows if row is not None)


def _rebased(rows: Sequence[Row], known: Known, before: Mapping[Codes, Row], reported: Set[Codes]) -> list[Row]:
    """The rows, each based on what is published for its cell now.

    An unchanged row keeps its base, so that what others publish meanwhile is noticed. The exception is a row with a
    finding about that already: to save it again is to accept it.
    """
    based = []
    for row in rows:
        was, published = before.get(row.codes), known.published_for(*row.codes)
        base = published.revision if published is not None else 0
        if was is not None and row.codes not in reported and _content(was) == _content(row):
            base = base if was.base_revision is None else was.base_revision
        based.append(replace(row, base_revision=base))
    return based


async def _delete_entries(desk: Desk) -> None:
    await desk.session.exec(
        delete(SubmissionEntryRow).where(col(SubmissionEntryRow.submission_id) == desk.submission.id)
    )


async def _store_entries(desk: Desk, checked: Check) -> None:
    """Store the rows that were checked."""
    periods = {period for row in checked.rows if (period := period_named(row.period)) is not None}
    period_rows = await recorded_periods(desk.session, periods)
    metrics, organisations = checked.known.metrics, checked.known.organisations
    # Where only numerator and denominator were sent, the calculated value is stored with them.
    calculated = {entry.row: entry.value for entry in checked.entries}
    entries = [
        {
            "submission_id": desk.submission.id,
            "row": at,
            "metric_code": row.metric,
            "organisation_code": row.organisation,
            "period_code": row.period,
            "metric_id": key(metrics[row.metric]) if row.metric in metrics else None,
            "organisation_id": key(organisations[row.organisation]) if row.organisation in organisations else None,
            "period_id": key(period_rows[row.period]) if row.period in period_rows else None,
            **row.measurement.sent,
            "value": calculated.get(at, row.measurement.value),
            "is_nil_return": row.is_nil_return,
            "is_provisional": row.is_provisional,
            "source_title": None if row.source is None else row.source.title,
            "source_reference": None if row.source is None else row.source.reference,
            "reason": row.reason,
            "base_revision": row.base_revision or 0,
        }
        for at, row in enumerate(checked.rows)
    ]
    if entries:
        await desk.session.exec(insert(table(SubmissionEntryRow)), params=entries)


def _content(row: Row) -> tuple[Any, ...]:
    return replace(row.measurement, note=None), row.is_nil_return, row.is_provisional, row.source


def _detail(row: Row) -> dict[str, Any]:
    """A row as an audit event records it: as it was sent, numbers as text, so that none loses a digit."""
    sent = {
        _IN_DETAIL[name]: f"{value:f}" if name in NUMBERS and value is not None else value
        for name, value in row.measurement.sent.items()
        if value != Qualifier.EXACT
    }
    cell = {"metric": row.metric, "organisation": row.organisation, "period": row.period}
    said = {
        "isProvisional": row.is_provisional or None,
        "isNilReturn": row.is_nil_return or None,
        "sourceTitle": None if row.source is None else row.source.title,
        "sourceReference": None if row.source is None else row.source.reference,
        "reason": row.reason,
    }
    return {name: value for name, value in (cell | sent | said).items() if value is not None}


def _difference(before: Sequence[Row], after: Sequence[Row]) -> dict[str, Any]:
    """What an edit did to the rows: those that are new and those that are gone, a changed one among both."""
    old, new = ({tuple(detail.items()): detail for row in rows if (detail := _detail(row))} for rows in (before, after))
    return {
        "added": [detail for content, detail in new.items() if content not in old],
        "removed": [detail for content, detail in old.items() if content not in new],
    }
