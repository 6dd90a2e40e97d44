"""Submissions: a quarter's figures on their way to publication, their findings and their history."""

import datetime as dt
from typing import Optional

import strawberry
from strawberry import UNSET

from schema.computed_inputs.submissions import ActionInputs
from schema.enumerations import ChangeKind, Qualifier, Severity, SubmissionAction, SubmissionStatus
from schema.mapping import (
    Computed,
    Derived,
    Expression,
    Order,
    Pages,
    Reach,
    entity,
    field,
    field_with_arguments,
    reach,
    referred,
)
from schema.sql.changes import entries_of, entry_changes
from schema.sql.orders import ENTRY_ORDERS, SUBMISSION_ORDERS
from schema.sql.scopes import visible_event, visible_submission
from schema.sql.submissions import (
    action_inputs,
    actor_who,
    detail_text,
    findings_answered,
    findings_listed,
    information_count,
    is_actor_of,
)
from schema.tables import (
    AuditEventRow,
    ReturnCommentRow,
    SubmissionEntryRow,
    SubmissionFindingRow,
    SubmissionRow,
)
from schema.types.actors import Actor
from schema.types.figures import Figure
from schema.types.metrics import Metric, Period, Theme
from schema.types.orders import SubmissionEntrySort
from schema.types.organisations import Organisation
from schema.types.paging import Connection, Node
from schema.types.scalars import After, Before, First, IncludeInformation, Last


@entity(SubmissionEntryRow, orders=ENTRY_ORDERS)
@strawberry.type(description="One figure of a submission, if all its codes are known.")
class SubmissionEntry:
    """One figure of a submission, if all its codes are known."""

    row: int = field("Its place in the list that was sent, counted from 0.")
    metric: Metric = field("The metric.", referred("metric_id"))
    organisation: Organisation = field("The organisation that the figure describes.", referred("organisation_id"))
    period: Period = field("The period that the figure describes.", referred("period_id"))
    value: float | None = field("The value. Calculated if only numerator and denominator were sent.")
    numerator: float | None = field("The numerator.")
    denominator: float | None = field("The denominator.")
    lower_confidence_limit: float | None = field("The lower 95% confidence limit, if the source prints one.")
    upper_confidence_limit: float | None = field("The upper 95% confidence limit, if the source prints one.")
    qualifier: Qualifier = field("How exact the number is.")
    is_provisional: bool = field("Whether the figure is expected to be revised.")
    source_title: str | None = field("The title of the publication it was printed in. Null: the return is its source.")
    source_reference: str | None = field("The section, paragraph or table of that publication.")
    is_nil_return: bool = field("Whether it is a nil return: a statement that there is no figure.")
    note: str | None = field("A note for readers.")
    reason: str | None = field("Why the published figure changes, or why an unusual figure is right.")


@entity(SubmissionEntryRow)
@strawberry.type(description="One figure of a submission as it was sent, even if its codes are unknown.")
class SentFigure:
    """One figure of a submission as it was sent, even if its codes are unknown."""

    row: int = field("Its place in the list that was sent, counted from 0.")
    metric_code: str = field("The metric's code, as sent.")
    organisation_code: str = field("The organisation's code, as sent.")
    period_code: str = field(
        "The period's code, or what was sent if it is not a period. The quarter's code if none was sent."
    )
    value: float | None = field("The value. Calculated if only numerator and denominator were sent.")
    numerator: float | None = field("The numerator.")
    denominator: float | None = field("The denominator.")
    lower_confidence_limit: float | None = field("The lower 95% confidence limit, if the source prints one.")
    upper_confidence_limit: float | None = field("The upper 95% confidence limit, if the source prints one.")
    qualifier: Qualifier = field("How exact the number is.")
    is_provisional: bool = field("Whether the figure is expected to be revised.")
    source_title: str | None = field("The title of the publication it was printed in. Null: the return is its source.")
    source_reference: str | None = field("The section, paragraph or table of that publication.")
    is_nil_return: bool = field("Whether it is a nil return.")
    note: str | None = field("The note.")
    reason: str | None = field("The reason.")


@entity(SubmissionFindingRow)
@strawberry.type(description="A finding from the last check of a submission, about all of it or one figure.")
class Finding:
    """A finding from the last check of a submission, about all of it or one figure."""

    code: str = field("A code that does not change, such as validation/unknown-metric.")
    severity: Severity = field("Whether the finding blocks, needs a reason or is for information.")
    message: str = field("The finding, in one sentence.")
    remedy: str = field("What you can do about it.")
    row: int | None = field(
        "The figure's place in the list, counted from 0. Null for a finding about the whole submission."
    )
    metric: Metric | None = field("The metric the finding is about.", referred("metric_id"))
    organisation: Organisation | None = field("The organisation the finding is about.", referred("organisation_id"))
    path: list[str] = field("The path to the input field.")
    accepted_reason: str | None = field("The reason that answers a NEEDS_REASON finding. Null while it needs one.")


@entity(ReturnCommentRow)
@strawberry.type(description="What somebody who returned a submission says about one answer, or about a theme.")
class ReturnComment:
    """What somebody who returned a submission says about one answer, or about a theme."""

    metric: Metric | None = field("The metric of the answer. Null if it is about a theme.", referred("metric_id"))
    organisation: Organisation | None = field(
        "The organisation that the answer is about. Null if it is about a theme.", referred("organisation_id")
    )
    theme: Theme | None = field("The theme. Null if it is about one answer.", referred("theme_id"))
    words: str = field("What has to change.")
    written_by: Actor = field("Who wrote it.", actor_who("written"))
    written_at: dt.datetime = field("When the submission was returned with it.")
    answered_at: dt.datetime | None = field(
        "When an answer that it is about was first changed after that. Null while none was."
    )


@entity(None)
@strawberry.type(description="An action, and whether you can take it now.")
class AvailableAction:
    """An action, and whether you can take it now."""

    action: SubmissionAction = field("The action.")
    enabled: bool = field("Whether you can take it now.")
    reason: str | None = field("Why you cannot take it. Null when you can.")


@entity(None)
@strawberry.type(
    description="An entry compared with the published figure for the same metric, organisation and period."
)
class EntryChange:
    """An entry compared with the published figure for the same metric, organisation and period."""

    metric: Metric = field("The metric.", referred("metric_id"))
    organisation: Organisation = field("The organisation that the figure describes.", referred("organisation_id"))
    period: Period = field("The period that the figure describes.", referred("period_id"))
    figure: Figure | None = field("The published figure. Null if there is none.", referred("figure_id"))
    entry: SubmissionEntry | None = field(
        "The entry. Null when this version leaves the figure out.",
        referred("entry_id"),
    )
    before: float | None = field("The published value. Null if there is none.")
    after: float | None = field("The value of the entry. Null when it withdraws the figure.")
    kind: ChangeKind = field("How publishing the entry changes what is published.")


@entity(AuditEventRow, visible=visible_event, orders={"position": Order(lambda row, _: row.c.position)})
@strawberry.type(description="One recorded action. It never changes; each hash covers the one before it.")
class AuditEvent(Node):
    """One recorded action. It never changes; each hash covers the one before it."""

    at: dt.datetime = field("When the action was taken.")
    action: str = field("The action, such as submission.publish.")
    actor: Actor = field("Who did it.", reach(is_actor_of))
    subject: str = field("What the action was about.")
    reason: str | None = field("The reason, if one was given.")
    detail: str | None = field("Details, as JSON.", Expression(detail_text))
    hash: str = field("The SHA-256 of the previous hash and this event, as 64 hexadecimal digits.")


@entity(
    SubmissionRow,
    visible=visible_submission,
    orders=SUBMISSION_ORDERS,
)
@strawberry.type(description="A quarter's figures on their way to publication. You see the submissions in your scope.")
class Submission(Node):
    """A quarter's figures on their way to publication. You see the submissions in your scope."""

    quarter: str = field("The code of the quarter, such as 2024-25-Q4.")
    organisation: Organisation = field(
        "The organisation it is for. Every entry is for it or one of its members.",
        referred("organisation_id"),
    )
    status: SubmissionStatus = field("The status of the submission.")
    version: int = field("Increases with every change. Send it back as `expectedVersion`.")
    title: str = field("The title.")

    @field_with_arguments(Pages(entries_of, ("row",)))
    def entries(
        self,
        order_by: SubmissionEntrySort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[SubmissionEntry]:
        """Its figures. Figures with unknown codes are only in `sent`."""

    sent: list[SentFigure] = field(
        "Every figure as it was sent, even if its codes are unknown.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "row", size=100),
    )

    @field_with_arguments(Reach(findings_listed, size=100))
    def findings(self, include_information: IncludeInformation = False) -> list[Finding]:
        """The open findings of the last check: those that block, and those that need a reason and have none.

        Saving, validating, submitting, approving and publishing check it.
        """

    answered_findings: list[Finding] = field(
        "The findings of the last check that a reason answers, each with its `acceptedReason`.",
        Reach(findings_answered, size=100),
    )
    information_count: int = field(
        "How many findings of the last check are for information, such as an unchanged figure.",
        Expression(information_count),
    )
    checked_at: dt.datetime | None = field("When it was last checked.")
    available_actions: list[AvailableAction] = field(
        "Every action, and whether you can take it now.",
        Computed(ActionInputs, action_inputs),
    )
    history: list[AuditEvent] = field(
        "Every action taken, oldest first.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "position"),
    )
    changes: list[EntryChange] = field(
        "Its entries compared with what is published now.", Derived(entry_changes, size=100)
    )
    reason: str | None = field("The reason for every row without one of its own.")
    created_by: Actor = field("Who created it.", actor_who("created"))
    created_at: dt.datetime = field("When it was created.")
    edited_by: Actor = field("Who last changed its figures.", actor_who("edited"))
    submitted_by: Actor | None = field("Who last submitted it.", actor_who("submitted"))
    submitted_at: dt.datetime | None = field("When it was last submitted.")
    is_late: bool = field("Whether it was submitted after the quarter's soft deadline.")
    decided_by: Actor | None = field("Who last approved, returned or withdrew it.", actor_who("decided"))
    decided_at: dt.datetime | None = field("When it was approved, returned or withdrawn.")
    decision_reason: str | None = field("The reason, if one was given.")
    comments: list[ReturnComment] = field(
        "What was said about single answers and themes each time it was returned, oldest first.",
        reach(lambda row, other: other.c.submission_id == row.c.id, "id"),
    )
    published_by: Actor | None = field("The name of the person or key that published it.", actor_who("published"))
    published_at: dt.datetime | None = field("When it was published. Null before that.")
    public_note: str | None = field("The note that readers see.")
    amends: Optional["Submission"] = field("The published version that it replaces.", referred("amends_id"))
