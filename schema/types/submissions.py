"""Submissions: a quarter's figures on their way to publication, what was found about them, and who did what."""

import datetime as dt
from typing import Optional

import strawberry
from strawberry import UNSET

from schema.computed.submissions import ActionInputs
from schema.enumerations import ChangeKind, Severity, SubmissionAction, SubmissionStatus
from schema.mapping import (
    Computed,
    Derived,
    Expression,
    Order,
    Pages,
    entity,
    field,
    field_with_arguments,
    reach,
)
from schema.sql.changes import entries_of, entry_changes
from schema.sql.scopes import visible_event, visible_submission
from schema.sql.submissions import action_inputs, actor_who, detail_text, is_actor_of
from schema.tables import (
    AuditEventRow,
    SubmissionEntryRow,
    SubmissionFindingRow,
    SubmissionRow,
)
from schema.types.actors import Actor
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation
from schema.types.paging import Connection, Node
from schema.types.scalars import After, First


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


@entity(AuditEventRow, visible=visible_event, orders={"position": Order(lambda row: row.c.position)})
@strawberry.type(description="One step that somebody took. Never changed; each hash covers the one before it.")
class AuditEvent(Node):
    """One step that somebody took. Never changed; each hash covers the one before it."""

    at: dt.datetime = field("When.")
    action: str = field("What was done: submission.publish.")
    actor: Actor = field("Who did it.", reach(is_actor_of))
    subject: str = field("What it was done to.")
    reason: str | None = field("Why, where a reason was given.")
    detail: str | None = field("More, as JSON.", Expression(detail_text))
    hash: str = field("SHA-256 of the hash before it and of all that the event says, as 64 hex digits.")


@entity(
    SubmissionRow,
    visible=visible_submission,
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

    @field_with_arguments(Pages(entries_of, ("row",)))
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
        Computed(ActionInputs, action_inputs),
    )
    history: list[AuditEvent] = field(
        "What was done with it, oldest first.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "position"),
    )
    changes: list[EntryChange] = field("Its entries against what is published now.", Derived(entry_changes, size=100))
    reason: str | None = field("The reason of every row that gives none of its own.")
    created_by: Actor = field("Who began it.", actor_who("created"))
    created_at: dt.datetime = field("When it was begun.")
    edited_by: Actor = field("Who changed its figures last.", actor_who("edited"))
    submitted_by: Actor | None = field("Who submitted it last.", actor_who("submitted"))
    submitted_at: dt.datetime | None = field("When it was last submitted.")
    is_late: bool = field("Whether it was last submitted after the quarter's soft deadline.")
    decided_by: Actor | None = field("Who approved, returned or withdrew it last.", actor_who("decided"))
    decided_at: dt.datetime | None = field("When that was decided.")
    decision_reason: str | None = field("Why, where a reason was given.")
    published_by: Actor | None = field("Who published it.", actor_who("published"))
    published_at: dt.datetime | None = field("When it was published; null before.")
    public_note: str | None = field("What readers are told about it.")
    amends: Optional["Submission"] = field(
        "The published version that it replaces.", reach(lambda row, other: other.c.id == row.c.amends_id)
    )
