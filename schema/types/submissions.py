"""Submissions: a quarter's figures on their way to publication, what was found about them, and who did what."""

import datetime as dt
from typing import Any, Optional

import strawberry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from strawberry import UNSET

from schema.enumerations import ChangeKind, Severity, SubmissionAction, SubmissionStatus
from schema.lifecycle import OPEN, WRITING
from schema.mapping import (
    Arguments,
    Computed,
    Derived,
    Expression,
    Found,
    Order,
    Pages,
    constant,
    entity,
    field,
    field_with_arguments,
    reach,
)
from schema.tables import (
    ActorRow,
    AncestryRow,
    AuditEventRow,
    FigureRevisionRow,
    FigureRow,
    SubmissionEntryRow,
    SubmissionFindingRow,
    SubmissionRow,
    table,
)
from schema.types.actors import Actor
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation
from schema.types.paging import Connection, Node
from schema.types.scalars import After, First

_actor = table(ActorRow)
_ancestry = table(AncestryRow)
_event = table(AuditEventRow)
_entry = table(SubmissionEntryRow)
_finding = table(SubmissionFindingRow)
_figure = table(FigureRow)
_revision = table(FigureRevisionRow)
_submission = table(SubmissionRow)

_ONE: ColumnElement[int] = literal_column("1")
_EVERYWHERE: ColumnElement[int] = literal_column("0")


def within_scope(
    scope: ColumnElement[int], organisation: ColumnElement[int], on: ColumnElement[Any]
) -> ColumnElement[bool]:
    """The condition that an organisation is in a scope on a day: everything, itself, or a member of its own."""
    stay = _ancestry.alias()
    below = select(_ONE).where(
        stay.c.member_id == organisation, stay.c.ancestor_id == scope, stay.c.period.op("@>")(on)
    )
    return or_(scope == _EVERYWHERE, organisation == scope, exists(below.correlate_except(stay)))


def _visible_submission(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    return within_scope(scope, row.c.organisation_id, row.c.quarter_ends)


def _visible_event(row: FromClause, scope: ColumnElement[int]) -> ColumnElement[bool]:
    """What concerns no organisation, such as a key, is for administrators of everything."""
    day = func.coalesce(row.c.groups_on, func.current_date())
    return or_(
        scope == _EVERYWHERE, and_(row.c.organisation_id.is_not(None), within_scope(scope, row.c.organisation_id, day))
    )


def _acted(name: str) -> Any:
    return reach(lambda row, other: other.c.id == row.c[f"{name}_by_id"])


def _did(row: Any, other: FromClause) -> ColumnElement[bool]:
    return and_(
        other.c.identity == func.coalesce(row.c.actor_key, row.c.actor),
        other.c.name == row.c.actor,
        other.c.role == row.c.role,
    )


# ── What can be done ──────────────────────────────────────────────────────────────────────────────────────────────


def _standing(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
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


def _actions(_: FromClause, __: Arguments) -> FromClause:
    named = array([constant(action) for action in SubmissionAction])
    return func.unnest(named).table_valued("key", with_ordinality="place", name="action").render_derived().lateral()


# ── Beside what is published ──────────────────────────────────────────────────────────────────────────────────────


def _changes(row: FromClause, _: Arguments) -> Select[Any]:
    """Each entry beside the figure of its cell, in order; then what the amended version had and this one has not."""
    entry, figure = _entry.alias(), _published()
    kind = case(
        (and_(entry.c.is_nil_return, figure.c.value.is_not(None)), constant(ChangeKind.REMOVED)),
        (and_(entry.c.is_nil_return, figure.c.value.is_(None)), constant(ChangeKind.UNCHANGED)),
        (figure.c.value.is_(None), constant(ChangeKind.ADDED)),
        (figure.c.value == entry.c.value, constant(ChangeKind.UNCHANGED)),
        else_=constant(ChangeKind.CHANGED),
    )
    entries = (
        select(
            entry.c.metric_id,
            entry.c.organisation_id,
            entry.c.period_id,
            figure.c.value.label("before"),
            entry.c.value.label("after"),
            kind.label("kind"),
            cast(entry.c.row, BigInteger).label("place"),
        )
        .select_from(entry.outerjoin(figure, _same_cell(figure, entry)))
        .where(entry.c.submission_id == row.c.id, _resolved(entry))
        .correlate(row)
    )
    return select(entries.union_all(_removed(row)).subquery())


def _removed(row: FromClause) -> Select[Any]:
    """The figures that the amended version published and that still are its chain's, of cells that this one has not."""
    amended, entry, figure, revision, by = (
        _entry.alias(),
        _entry.alias(),
        _published(),
        _revision.alias(),
        _submission.alias(),
    )
    kept: Select[Any] = select(_ONE).where(entry.c.submission_id == row.c.id, _same_cell(entry, amended))
    current = and_(revision.c.figure_id == figure.c.id, revision.c.revision == figure.c.revision)
    return (
        select(
            figure.c.metric_id,
            figure.c.organisation_id,
            figure.c.period_id,
            figure.c.value.label("before"),
            null().label("after"),
            constant(ChangeKind.REMOVED).label("kind"),
            (literal_column("1000000") + figure.c.id).label("place"),
        )
        .select_from(
            amended.join(figure, _same_cell(figure, amended))
            .join(revision, current)
            .join(by, by.c.id == revision.c.submission_id)
        )
        .where(
            amended.c.submission_id == row.c.amends_id,
            func.coalesce(by.c.first_id, by.c.id) == row.c.first_id,
            row.c.status == func.any(array([constant(status) for status in OPEN])),
            not_(exists(kept.correlate(row, amended))),
        )
        .correlate(row)
    )


def _same_cell(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(
        one.c.metric_id == other.c.metric_id,
        one.c.organisation_id == other.c.organisation_id,
        one.c.period_id == other.c.period_id,
    )


def _published() -> Any:
    figure = _figure.alias()
    return select(figure).where(figure.c.status != constant("WITHDRAWN")).subquery()


def _resolved(entry: FromClause) -> ColumnElement[bool]:
    """The condition that all three codes of an entry name something here."""
    return and_(entry.c.metric_id.is_not(None), entry.c.organisation_id.is_not(None), entry.c.period_id.is_not(None))


def _entries(row: Any, other: FromClause, _: Arguments) -> Found:
    return Found((other.c.submission_id == row.c.id, _resolved(other)))


# ── Types ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@entity(SubmissionEntryRow, orders={"row": Order(lambda row: row.c.row)})
@strawberry.type(description="One figure of a submission, whose codes all name something here.")
class SubmissionEntry:
    """One figure of a submission, whose codes all name something here."""

    row: int = field("Its place in the list that was sent, from 0.")
    metric: Metric = field("What it measures.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "Whom it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    period: Period = field("When it is for.", reach(lambda row, other: other.c.id == row.c.period_id))
    value: float | None = field("The value; reckoned where only numerator and denominator were sent.")
    numerator: float | None = field("The numerator.")
    denominator: float | None = field("The denominator.")
    is_nil_return: bool = field("Whether it says that there is no figure: an answer, and not a gap.")
    note: str | None = field("What a reader should know about it.")
    reason: str | None = field("Why the published figure changes, or why the figure is right all the same.")


@entity(SubmissionEntryRow)
@strawberry.type(description="One figure of a submission as it was sent, whether or not its codes name anything here.")
class SentFigure:
    """One figure of a submission as it was sent, whether or not its codes name anything here."""

    row: int = field("Its place in the list that was sent, from 0.")
    metric_code: str = field("The metric's code as it was sent.")
    organisation_code: str = field("The organisation's code as it was sent.")
    period_code: str = field("The period's code as it was sent; the quarter's where it was left out.")
    value: float | None = field("The value; reckoned where only numerator and denominator were sent.")
    numerator: float | None = field("The numerator.")
    denominator: float | None = field("The denominator.")
    is_nil_return: bool = field("Whether it says that there is no figure.")
    note: str | None = field("The note.")
    reason: str | None = field("The reason.")


@entity(SubmissionFindingRow)
@strawberry.type(description="What was found about a submission, or one figure of it, when it was last looked at.")
class Finding:
    """What was found about a submission, or one figure of it, when it was last looked at."""

    code: str = field("Stable: validation/unknown-metric.")
    severity: Severity = field("What it asks of whoever submits.")
    message: str = field("What was found, in one sentence.")
    remedy: str = field("What to do about it.")
    row: int | None = field("The figure's place in the list; null when it is about the whole.")
    metric: Metric | None = field(
        "The metric that it is about.", reach(lambda row, other: other.c.id == row.c.metric_id)
    )
    organisation: Organisation | None = field(
        "The organisation that it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    path: list[str] = field("The way to the input field.")
    accepted_reason: str | None = field("The reason with which a NEEDS_REASON finding stands; null while it needs one.")


@entity(None)
@strawberry.type(description="An action, and whether the viewer can take it now.")
class AvailableAction:
    """An action, and whether the viewer can take it now."""

    action: SubmissionAction = field("The action.")
    enabled: bool = field("Whether it can be taken now, by the viewer.")
    reason: str | None = field("Why not; null when it can.")


@entity(None)
@strawberry.type(description="An entry beside what is published for its cell now.")
class EntryChange:
    """An entry beside what is published for its cell now."""

    metric: Metric = field("What it measures.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "Whom it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    period: Period = field("When it is for.", reach(lambda row, other: other.c.id == row.c.period_id))
    before: float | None = field("The value that is published now; null without one.")
    after: float | None = field("The value of the entry; null when it takes the figure back.")
    kind: ChangeKind = field("What it does to what is published.")


@entity(AuditEventRow, visible=_visible_event, orders={"position": Order(lambda row: row.c.position)})
@strawberry.type(description="One step that somebody took. Never changed; each hash covers the one before it.")
class AuditEvent(Node):
    """One step that somebody took. Never changed; each hash covers the one before it."""

    at: dt.datetime = field("When.")
    action: str = field("What was done: submission.publish.")
    actor: Actor = field("Who did it.", reach(_did))
    subject: str = field("What it was done to.")
    reason: str | None = field("Why, where a reason was given.")
    detail: str | None = field("More, as JSON.", Expression(lambda row, _: cast(row.c.detail, Text)))
    hash: str = field("SHA-256 of the hash before it and of all that the event says, as 64 hex digits.")


@entity(
    SubmissionRow,
    visible=_visible_submission,
    orders={"created_at": Order(lambda row: row.c.created_at)},
)
@strawberry.type(description="A quarter's figures on their way to publication. Visible within the viewer's scope.")
class Submission(Node):
    """A quarter's figures on their way to publication. Visible within the viewer's scope."""

    quarter: str = field("The quarter's code: 2024-25-Q4.")
    organisation: Organisation = field(
        "On whose behalf: every entry is for it or for one of its members.",
        reach(lambda row, other: other.c.id == row.c.organisation_id),
    )
    status: SubmissionStatus = field("Where it stands.")
    version: int = field("Goes up with every change; send it back as `expectedVersion`.")
    title: str = field("What its writers call it.")

    @field_with_arguments(Pages(_entries, ("row",)))
    def entries(self, first: First = UNSET, after: After = UNSET) -> Connection[SubmissionEntry]:
        """Its figures, in the order in which they were sent; those whose codes name nothing are in `sent`."""

    sent: list[SentFigure] = field(
        "Every figure as it was sent, whether or not its codes name anything here.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "row", size=100),
    )
    findings: list[Finding] = field(
        "What was found about it when it was last looked at: saving, validating, submitting and publishing look.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "position", size=100),
    )
    checked_at: dt.datetime | None = field("When it was last looked at.")
    available_actions: list[AvailableAction] = field(
        "Every action, and whether the viewer can take it now.",
        Computed("available_actions", _standing, _actions, many=True),
    )
    history: list[AuditEvent] = field(
        "What was done with it, oldest first.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "position"),
    )
    changes: list[EntryChange] = field("Its entries against what is published now.", Derived(_changes, size=100))
    reason: str | None = field("The reason of every row that gives none of its own.")
    created_by: Actor = field("Who began it.", _acted("created"))
    created_at: dt.datetime = field("When it was begun.")
    edited_by: Actor = field("Who changed its figures last.", _acted("edited"))
    submitted_by: Actor | None = field("Who submitted it last.", _acted("submitted"))
    submitted_at: dt.datetime | None = field("When it was last submitted.")
    is_late: bool = field("Whether it was last submitted after the quarter's soft deadline.")
    decided_by: Actor | None = field("Who approved, returned or withdrew it last.", _acted("decided"))
    decided_at: dt.datetime | None = field("When that was decided.")
    decision_reason: str | None = field("Why, where a reason was given.")
    published_by: Actor | None = field("Who published it.", _acted("published"))
    published_at: dt.datetime | None = field("When it was published; null before.")
    public_note: str | None = field("What readers are told about it.")
    amends: Optional["Submission"] = field(
        "The published version that it replaces.", reach(lambda row, other: other.c.id == row.c.amends_id)
    )
