"""Submissions' figures are checked: rows and what is known become entries, and findings that are stored."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, insert
from sqlmodel import col, select

from schema.london import day_of
from schema.tables import Citation, Measurement, SubmissionEntryRow, SubmissionFindingRow, key, table
from service.writes.naming import IDS, among
from service.writes.outcome import Refused
from service.writes.submissions.desk import Desk
from service.writes.submissions.lookups import look_up_all
from service.writes.submissions.standings import problems_of
from service.writes.submissions.validation import Entry, Finding, Known, Row, check_rows, sift

# What is sent with one of these cannot be stored: it is refused, and not saved with a finding.
_UNSTORABLE = frozenset({"validation/not-finite", "validation/unusable-text"})


@dataclass(frozen=True)
class Check:
    """The rows that were checked, with their entries and findings, and the places of rows that are left out."""

    rows: Sequence[Row]
    entries: list[Entry]
    findings: list[Finding]
    known: Known
    left_out: frozenset[int] = field(default_factory=frozenset)

    @property
    def holding(self) -> list[Finding]:
        """The findings that can keep the submission from going on: not those about rows that are left out."""
        return [finding for finding in self.findings if finding.row not in self.left_out]


# Sets the published revisions on which new rows are based, once these are known.
Rebase = Callable[[Sequence[Row], Known], list[Row]]


async def check(desk: Desk, rows: Sequence[Row], rebase: Rebase, *, skips: bool = False) -> Check:
    """Check rows that were sent. Refused: numbers and texts that cannot be stored."""
    [checked] = await check_all([desk], [rows], rebase=rebase, skips=skips)
    if unstorable := [finding for finding in checked.findings if finding.code in _UNSTORABLE]:
        raise Refused(*problems_of(checked.findings if not skips else unstorable))
    return checked


async def check_all(
    desks: Sequence[Desk], rows: Sequence[Sequence[Row]], *, rebase: Rebase | None = None, skips: bool = False
) -> list[Check]:
    """Check the rows of some submissions of one quarter. With `skips`, rows with open findings are left out."""
    if not desks:
        return []
    first, asked = desks[0], list(zip(desks, rows, strict=True))
    organisations = [(each, desk.organisation) for desk, each in asked]
    known = await look_up_all(first.session, organisations, first.quarter, on=day_of(first.at))
    return [
        _checked(desk, each if rebase is None else rebase(each, knows), knows, skips=skips)
        for (desk, each), knows in zip(asked, known, strict=True)
    ]


def _checked(desk: Desk, rows: Sequence[Row], known: Known, *, skips: bool) -> Check:
    submitted_at, reason = desk.submission.submitted_at, desk.submission.reason
    if submitted_at is not None:
        known = replace(known, submitted_on=day_of(submitted_at))
    if skips:
        entries, findings, left_out = sift(rows, desk.quarter, known, reason=reason)
        if len(left_out) < len(rows):
            return Check(rows, entries, findings, known, left_out)
    # Where nothing would be left, the findings hold the submission as always.
    return Check(rows, *check_rows(rows, desk.quarter, known, reason=reason), known)


def without_left_out(desk: Desk, checked: Check) -> Check:
    """A check as if only the rows that are not left out had been sent: their places change."""
    if not checked.left_out:
        return checked
    rows = [row for at, row in enumerate(checked.rows) if at not in checked.left_out]
    return _checked(desk, rows, checked.known, skips=False)


async def stored_rows(desk: Desk) -> list[Row]:
    """The rows of a submission as they are stored, in order."""
    [rows] = await stored_rows_of([desk])
    return rows


async def stored_rows_of(desks: Sequence[Desk]) -> list[list[Row]]:
    """The same for some submissions."""
    if not desks:
        return []
    keys = [key(desk.submission) for desk in desks]
    entries = await desks[0].session.exec(
        select(SubmissionEntryRow)
        .where(among(SubmissionEntryRow.submission_id, set(keys), IDS))
        .order_by(col(SubmissionEntryRow.submission_id), col(SubmissionEntryRow.row))
    )
    rows: Mapping[int, list[Row]] = defaultdict(list)
    for entry in entries:
        rows[entry.submission_id].append(_row(entry))
    return [rows[at] for at in keys]


def _row(entry: SubmissionEntryRow) -> Row:
    return Row(
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


async def store_findings(checks: Sequence[tuple[Desk, Check]]) -> None:
    """Store the findings of some submissions in place of earlier ones."""
    if not checks:
        return
    session = checks[0][0].session
    if earlier := {key(desk.submission) for desk, _ in checks if not desk.is_new}:
        await session.exec(delete(SubmissionFindingRow).where(among(SubmissionFindingRow.submission_id, earlier, IDS)))
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
        for desk, checked in checks
        for position, finding in enumerate(checked.findings)
    ]
    if rows:
        await session.exec(insert(table(SubmissionFindingRow)), params=rows)
    for desk, _ in checks:
        desk.submission.checked_at = desk.at
        session.add(desk.submission)
    await session.flush()
