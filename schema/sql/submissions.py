"""Submissions: their entries, who acted on them, and what decides which actions are available."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, cast, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import array

from schema.computed_inputs.record import Record
from schema.computed_inputs.submissions import ActionInputs, Person
from schema.enumerations import Severity
from schema.lifecycle import OPEN, WRITING
from schema.mapping import Arguments, RelatedRows, constant, reach
from schema.tables import ActorRow, AuditEventRow, SubmissionEntryRow, SubmissionFindingRow, SubmissionRow, rows_of

_actor = rows_of(ActorRow)
_entry = rows_of(SubmissionEntryRow)
_event = rows_of(AuditEventRow)
_finding = rows_of(SubmissionFindingRow)
_submission = rows_of(SubmissionRow)

_ONE: ColumnElement[int] = literal_column("1")


def actor_who(name: str) -> Any:
    """The actor who did something to a submission: created, edited, submitted, decided or published it."""
    return reach(lambda row, other: other.c.id == row.c[f"{name}_by_id"])


def is_actor_of(row: Any, other: FromClause) -> ColumnElement[bool]:
    """The condition that an actor is the one of an audit event, with the role held then."""
    return and_(
        other.c.identity == func.coalesce(row.c.actor_key, row.c.actor),
        other.c.name == row.c.actor,
        other.c.role == row.c.role,
    )


def detail_text(row: FromClause, _: Arguments) -> ColumnElement[str]:
    """The detail of an audit event, as JSON text."""
    return cast(row.c.detail, Text)


_PERSON = Record(Person, ActorRow)
_WRITER = Record(
    Person, AuditEventRow, name="actor", identity=lambda event: func.coalesce(event.c.actor_key, event.c.actor)
)
_ACTIONS = Record(
    ActionInputs,
    SubmissionRow,
    entries=lambda submission: _count(submission, _entry.alias()),
    blocking=lambda submission: _count_findings(submission, Severity.BLOCK),
    unexplained=lambda submission: _count_findings(submission, Severity.NEEDS_REASON, is_unexplained=True),
    submitter=lambda submission: _submitter(submission),
    writers=lambda submission: _writers(submission),
    has_open_amendment=lambda submission: _has_open_amendment(submission),
)


def action_inputs(submission: FromClause, _: Arguments) -> ColumnElement[Any]:
    """The inputs of the available actions of a submission."""
    return _ACTIONS.object(submission)


def _count(submission: FromClause, rows: FromClause, *where: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a submission there are under some conditions."""
    counting: Select[Any] = select(func.count()).select_from(rows)
    return counting.where(rows.c.submission_id == submission.c.id, *where).correlate(submission).scalar_subquery()


def _count_findings(submission: FromClause, severity: Severity, *, is_unexplained: bool = False) -> ColumnElement[int]:
    finding = _finding.alias()
    unexplained = [finding.c.accepted_reason.is_(None)] if is_unexplained else []
    return _count(submission, finding, _is(finding, severity), *unexplained)


def findings_listed(submission: Any, finding: FromClause, arguments: Arguments) -> RelatedRows:
    """The open findings of a submission, in order; what is for information too, where the argument asks for it."""
    listed = or_(
        _is(finding, Severity.BLOCK), _is(finding, Severity.NEEDS_REASON) & finding.c.accepted_reason.is_(None)
    )
    if arguments.term("includeInformation"):
        listed = or_(listed, _is(finding, Severity.INFO))
    return _of(submission, finding, listed)


def findings_answered(submission: Any, finding: FromClause, _: Arguments) -> RelatedRows:
    """The findings of a submission that a reason answers, in order."""
    return _of(submission, finding, finding.c.accepted_reason.is_not(None))


def information_count(submission: FromClause, _: Arguments) -> ColumnElement[int]:
    """How many findings of a submission are for information."""
    return _count_findings(submission, Severity.INFO)


def _of(submission: Any, finding: FromClause, listed: ColumnElement[bool]) -> RelatedRows:
    return RelatedRows((finding.c.submission_id == submission.c.id, listed), (finding.c.position,))


def _is(finding: FromClause, severity: Severity) -> ColumnElement[bool]:
    return finding.c.severity == constant(severity)


def _submitter(submission: FromClause) -> ColumnElement[Any]:
    actor = _actor.alias()
    person = select(_PERSON.object(actor)).where(actor.c.id == submission.c.submitted_by_id)
    return person.correlate(submission).scalar_subquery()


def _writers(submission: FromClause) -> ColumnElement[Any]:
    event = _event.alias()
    wrote = event.c.action == func.any(array([constant(action) for action in WRITING]))
    where = [event.c.submission_id == submission.c.id, wrote]
    return _WRITER.list(event, source=event, where=where, order=[event.c.position], around=[submission])


def _has_open_amendment(submission: FromClause) -> ColumnElement[bool]:
    amendment = _submission.alias()
    is_open = amendment.c.status == func.any(array([constant(status) for status in OPEN]))
    amended: Select[Any] = select(_ONE).where(amendment.c.amends_id == submission.c.id, is_open)
    return exists(amended.correlate(submission))
