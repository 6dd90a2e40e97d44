"""A look at a submission's figures: its rows and what is known become entries, and findings that are kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select

from schema.periods import Period
from schema.tables import SubmissionEntryRow, SubmissionFindingRow
from service.writes.command import Refused
from service.writes.submissions import lookups
from service.writes.submissions.desk import Desk, problems_of
from service.writes.submissions.validation import Entry, Finding, Known, Row, checked
from service.writes.submissions.validation.entries import decimal

# What is sent with one of these cannot be kept as it is: it is refused, and not saved with a finding.
_UNKEPT = frozenset({"validation/not-finite", "validation/unusable-text"})


@dataclass(frozen=True)
class Looked:
    """What a look saw."""

    rows: Sequence[Row]
    entries: list[Entry]
    findings: list[Finding]
    known: Known


Based = Callable[[Sequence[Row], Known], list[Row]]


async def look(desk: Desk, rows: Sequence[Row] | None = None, based: Based | None = None) -> Looked:
    """Look at rows, those that are saved when none are given, and keep the findings in the place of earlier ones.

    `based` says on which published revisions new rows are based, once these are known.
    """
    rows = await saved(desk) if rows is None else rows
    known = await lookups.known(desk.session, rows, desk.organisation, desk.quarter, on=desk.at.date())
    if desk.submission.submitted_at is not None:
        known = replace(known, submitted_on=desk.submission.submitted_at.date())
    rows = rows if based is None else based(rows, known)
    entries, findings = checked(rows, desk.quarter, known, reason=desk.submission.reason)
    if any(finding.code in _UNKEPT for finding in findings):
        raise Refused(*problems_of(findings))
    await _keep(desk, findings)
    return Looked(rows, entries, findings, known)


async def saved(desk: Desk) -> list[Row]:
    """The rows of a submission as they are saved."""
    found = await desk.session.exec(
        select(SubmissionEntryRow)
        .where(SubmissionEntryRow.submission_id == desk.submission.id)
        .order_by(col(SubmissionEntryRow.row))
    )
    return [
        Row(
            metric=entry.metric_code,
            organisation=entry.organisation_code,
            period=entry.period_code,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            is_nil_return=entry.is_nil_return,
            note=entry.note,
            reason=entry.reason,
            base_revision=entry.base_revision,
        )
        for entry in found
    ]


async def _keep(desk: Desk, findings: Sequence[Finding]) -> None:
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


_NAMES = {"isNilReturn": "is_nil_return"}
_NUMBERS = frozenset({"value", "numerator", "denominator"})


def sent(figures: Sequence[Mapping[str, Any]], quarter: Period | None) -> list[Row]:
    """The figures of an input as rows: exact decimals, texts without the spaces around them, the quarter by default."""
    default = "" if quarter is None else quarter.code
    rows = []
    for each in figures:
        said = {_NAMES.get(name, name): _value(name, value) for name, value in each.items()}
        rows.append(Row(**{**said, "period": said.get("period") or default}))
    return rows


def _value(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return decimal(value)
    if name == "isNilReturn":
        return bool(value)
    if name == "metric":
        return value.strip()
    return (value.strip() or None) if name in {"reason", "note", "period"} and isinstance(value, str) else value
