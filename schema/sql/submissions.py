"""Submissions: their entries, who acted on them, and what decides which actions are available."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, cast, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import array

from schema.enumerations import SubmissionAction
from schema.lifecycle import OPEN, WRITING
from schema.mapping import Arguments, constant, reach
from schema.tables import ActorRow, AuditEventRow, SubmissionEntryRow, SubmissionFindingRow, SubmissionRow, table

_actor = table(ActorRow)
_entry = table(SubmissionEntryRow)
_event = table(AuditEventRow)
_finding = table(SubmissionFindingRow)
_submission = table(SubmissionRow)

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


def standing(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """What `schema.lifecycle.Standing` is made of."""

    def counted(rows: Any, *where: ColumnElement[bool]) -> ColumnElement[int]:
        counting: Select[Any] = select(func.count()).select_from(rows)
        return counting.where(rows.c.submission_id == row.c.id, *where).correlate(row).scalar_subquery()

    finding, amendment = _finding.alias(), _submission.alias()
    unexplained = and_(finding.c.severity == constant("NEEDS_REASON"), finding.c.accepted_reason.is_(None))
    is_open = amendment.c.status == func.any(array([constant(status) for status in OPEN]))
    amended: Select[Any] = select(_ONE).where(amendment.c.amends_id == row.c.id, is_open)
    return func.json_build_object(
        "status",
        row.c.status,
        "entries",
        counted(_entry.alias()),
        "blocking",
        counted(finding, finding.c.severity == constant("BLOCK")),
        "unexplained",
        counted(finding, unexplained),
        "submitter",
        _actor_of(row, "submitted_by_id"),
        "writers",
        _writers(row),
        "hasOpenAmendment",
        exists(amended.correlate(row)),
        "viewer",
        arguments.viewer(),
    )


def _actor_of(row: FromClause, key: str) -> ColumnElement[Any]:
    actor = _actor.alias()
    said = select(func.json_build_object("name", actor.c.name, "identity", actor.c.identity))
    return said.where(actor.c.id == row.c[key]).correlate(row).scalar_subquery()


def _writers(row: FromClause) -> ColumnElement[Any]:
    event = _event.alias()
    said = func.json_build_object("name", event.c.actor, "identity", func.coalesce(event.c.actor_key, event.c.actor))
    wrote = event.c.action == func.any(array([constant(action) for action in WRITING]))
    return select(func.json_agg(said)).where(event.c.submission_id == row.c.id, wrote).correlate(row).scalar_subquery()


def actions(_: FromClause, __: Arguments) -> FromClause:
    """One row for each action."""
    named = array([constant(action) for action in SubmissionAction])
    return func.unnest(named).table_valued("key", with_ordinality="place", name="action").render_derived().lateral()
