"""A submission's figures are checked: its rows and what is known become entries, and findings that are stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert
from sqlmodel import col, select

from schema.tables import Citation, Measurement, SubmissionEntryRow, SubmissionFindingRow
from service.writes.outcome import Refused
from service.writes.submissions.desk import Desk, problems_of
from service.writes.submissions.lookups import look_up
from service.writes.submissions.validation import Entry, Finding, Known, Row, check_rows

# What is sent with one of these cannot be stored: it is refused, and not saved with a finding.
_UNSTORABLE = frozenset({"validation/not-finite", "validation/unusable-text"})


@dataclass(frozen=True)
class Check:
    """The rows that were checked, with their entries and findings."""

    rows: Sequence[Row]
    entries: list[Entry]
    findings: list[Finding]
    known: Known


# Sets the published revisions on which new rows are based, once these are known.
Rebase = Callable[[Sequence[Row], Known], list[Row]]


async def check(desk: Desk, rows: Sequence[Row], rebase: Rebase | None = None) -> Check:
    """Check rows, and store the findings in place of earlier ones. Refused: numbers and texts that cannot be stored."""
    known = await look_up(desk.session, rows, desk.organisation, desk.quarter, on=desk.at.date())
    if desk.submission.submitted_at is not None:
        known = replace(known, submitted_on=desk.submission.submitted_at.date())
    rows = rows if rebase is None else rebase(rows, known)
    entries, findings = check_rows(rows, desk.quarter, known, reason=desk.submission.reason)
    if any(finding.code in _UNSTORABLE for finding in findings):
        raise Refused(*problems_of(findings))
    await _store_findings(desk, findings)
    return Check(rows, entries, findings, known)


async def stored_rows(desk: Desk) -> list[Row]:
    """The rows of a submission as they are stored, in order."""
    entries = await desk.session.exec(
        select(SubmissionEntryRow)
        .where(SubmissionEntryRow.submission_id == desk.submission.id)
        .order_by(col(SubmissionEntryRow.row))
    )
    return [
        Row(
            metric=entry.metric_code,
            organisation=entry.organisation_code,
            period=entry.period_code,
            measurement=Measurement.of(entry),
            is_nil_return=entry.is_nil_return,
            reason=entry.reason,
            base_revision=entry.base_revision,
            is_provisional=entry.is_provisional,
            source=None if entry.source_title is None else Citation(entry.source_title, entry.source_reference),
        )
        for entry in entries
    ]


async def _store_findings(desk: Desk, findings: Sequence[Finding]) -> None:
    if not desk.is_new:
        await desk.session.exec(
            delete(SubmissionFindingRow).where(col(SubmissionFindingRow.submission_id) == desk.submission.id)
        )
    rows = [
        {
            "submission_id": desk.submission.id,
            "position": position,
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
            "remedy": finding.remedy,
            "path": list(finding.path),
            "row": finding.row,
            "metric_id": finding.metric_id,
            "organisation_id": finding.organisation_id,
            "accepted_reason": finding.accepted_reason,
        }
        for position, finding in enumerate(findings)
    ]
    if rows:
        await desk.session.exec(insert(SubmissionFindingRow), params=rows)
    desk.submission.checked_at = desk.at
    desk.session.add(desk.submission)
    await desk.session.flush()
