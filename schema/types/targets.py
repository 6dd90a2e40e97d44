"""Targets, their revisions and milestones, and progress towards them."""

import datetime as dt
from typing import Annotated, Optional

import strawberry
from strawberry import UNSET

from schema.computed_inputs.targets import ProgressHistoryInputs, ProgressInputs
from schema.enumerations import Comparator, Frequency, OrganisationKind, TargetKind, TargetStatus
from schema.mapping import (
    ById,
    Computed,
    Expression,
    Pages,
    Reach,
    entity,
    field,
    field_with_arguments,
    reach,
    referred,
)
from schema.sql.progress import (
    CURRENT_IDS,
    HISTORY_IDS,
    counts_from,
    current_progress_inputs,
    progress_history_inputs,
    targets_known_at,
)
from schema.sql.revised import revisions_until
from schema.sql.sandbox import is_made_up
from schema.sql.targets import (
    TARGET_ORDERS,
    has_status,
    inheriting,
    milestones_in_force,
    standing_of,
    status_of,
)
from schema.tables import MilestoneRow, TargetRevisionRow, TargetRow
from schema.types.figures import Figure, Source
from schema.types.filters import TargetWhere
from schema.types.metrics import Metric, Period
from schema.types.not_calculated import NotCalculated
from schema.types.orders import TargetSort
from schema.types.organisations import Organisation
from schema.types.paging import Connection, Node
from schema.types.scalars import After, Before, First, From, Last, Statuses, To

AsOf = Annotated[
    dt.date | None,
    strawberry.argument(
        description="Use the figures of periods that ended by this date, here and in everything below. "
        "Default: the nearest date above, or today."
    ),
]


# Here, because within `Target` the name is that of its field.
_INHERITING_PAGE = Pages(inheriting, ("organisation_code",))


@entity(MilestoneRow)
@strawberry.type(description="A value to reach on the way to a target.")
class Milestone:
    """A value to reach on the way to a target."""

    due: dt.date = field("The due date.")
    value: float = field("The value, in the metric's unit.")


@entity(TargetRevisionRow)
@strawberry.type(description="One revision of a target, with the reason for it.")
class TargetRevision:
    """One revision of a target, with the reason for it."""

    revision: int = field("1 when the target was first set.")
    comparator: Comparator = field("How figures were compared with the value.")
    value: float = field("The value to reach.")
    start: dt.date | None = field("The start at this revision.")
    due: dt.date | None = field("The due date at this revision.")
    kind: TargetKind = field("Whether it had to be held or reached.")
    frequency: Frequency | None = field("The length of the periods that it judged. Null: that of most figures.")
    members_needed: int | None = field("How many members had to meet it.")
    members_needed_percent: float | None = field("How many members had to meet it, as a percentage.")
    counts_from: dt.date = field(
        "The day from which it counts. It judges the figures of periods that end on or after it.",
        Expression(lambda row, _: counts_from(row)),
    )
    reason: str = field("Why the target was set or changed.")
    recorded_at: dt.datetime = field("When it was recorded.")
    recorded_by: str | None = field("The name of the person or key that recorded it.")


@entity(None)
@strawberry.type(description="How many members meet a target that is for each of them.")
class TargetMembers:
    """How many members meet a target that is for each of them."""

    count: int = field("How many members inherit it on the day: all but those that have a target of their own.")
    met: int = field("How many of them meet it: their status is MET or MET_AT_RISK.")
    no_data: int = field("How many of them have no figure that it judges.")
    needed: int = field("How many of them must meet it.")


@entity(None)
@strawberry.type(description="Progress towards a target in one period, with the reason in words.")
class TargetProgress:
    """Progress towards a target in one period, with the reason in words."""

    target: Annotated["Target", strawberry.lazy("schema.types.targets")] = field("The target.", ById("target"))
    figure: Figure | None = field("The figure that decides whether the target is met.", ById("figure"))
    period: Period | None = field("The figure's period.", ById("period"))
    start: dt.date | None = field("The start: periods that end after it are judged. Null when it is open.")
    is_met: bool | None = field(
        "Whether the figure meets the target: 90 does not meet MORE_THAN 90. Null without a figure."
    )
    status: TargetStatus = field("The status of the target.")
    reason: str = field("The reason for the status, in one sentence for a board paper.")
    gap: float | None = field(
        "How far the figure is from the target, in the metric's unit. 0 or less when the target is met."
    )
    gap_percent: float | None = field(
        "The gap as a percentage of the target, for BETWEEN of the nearer bound. It can be compared between metrics. "
        "Null when that is 0."
    )
    percent_of_target: float | None = field("The value as a percentage of the target. Null when the target is 0.")
    gap_closed_percent: float | None = field(
        "How much of the gap between baseline and target is closed, as a percentage. Null without a baseline."
    )
    expected: float | None = field("The value expected by now, on the way from the baseline through the milestones.")
    required_per_quarter: float | None = field("The change needed in each remaining quarter. Null once it is met.")
    observed_per_quarter: float | None = field(
        "The Theil–Sen slope of the last 8 quarters. Null with fewer than 3 figures."
    )
    projected_value: float | None = field("The value on the due date if that slope continues. Null after that date.")
    projected_met_on: dt.date | None = field(
        "When the target is met if that slope continues. Null when it points the other way."
    )
    members: TargetMembers | None = field(
        "How many members meet it, for a target that is for each of them; it has no figure. Null for any other target."
    )
    not_calculated: list[NotCalculated] = field("Each of its numbers that is null, and why.")


@entity(TargetRow, made_up=is_made_up, known_at=targets_known_at, orders=TARGET_ORDERS)
@strawberry.type(description="A value that an organisation should reach for a metric, by a date or permanently.")
class Target(Node):
    """A value that an organisation should reach for a metric, by a date or permanently."""

    metric: Metric = field("What it asks for.", referred("metric_id"))
    organisation: Organisation = field("The organisation that should meet the target.", referred("organisation_id"))
    comparator: Comparator = field("How figures are compared with the value.")
    value: float = field("The value to reach, in the metric's unit. For BETWEEN, the lower value.")
    upper_value: float | None = field("The upper value for BETWEEN. Null for every other comparator.")
    baseline: float | None = field("The value that progress is measured from.")
    baseline_on: dt.date | None = field("The date of the baseline.")
    start: dt.date | None = field(
        "The start, as it was set: periods that end after it are judged. Null: see `current { start }`."
    )
    due: dt.date | None = field("The due date. Null for a permanent target.")
    kind: TargetKind = field("Whether it must be held after its due date, or reached by it.")
    frequency: Frequency | None = field(
        "The length of the periods whose figures it judges, as it was set. Null: that of most figures."
    )
    milestones: list[Milestone] = field(
        "Values to reach on the way, earliest first.",
        reach(milestones_in_force, "due", size=4),
    )
    source: Source = field("The publication that it comes from.", referred("source_id"))

    status: TargetStatus = field(
        "The status on the nearest date above, or today. `current` gives the reason.", Expression(status_of, has_status)
    )
    gap: float | None = field(
        "How far the figure that decides is from the target on that date, in the metric's unit. 0 or less when it is "
        "met. Null without a figure, and for a target that is for members.",
        Expression(standing_of("gap")),
    )
    gap_percent: float | None = field(
        "The gap as a percentage of the target, for BETWEEN of the nearer bound. It can be compared between metrics. "
        "Null when that is 0, without a figure, and for a target that is for members.",
        Expression(standing_of("gap_percent")),
    )

    @field_with_arguments(Computed(ProgressInputs, current_progress_inputs, CURRENT_IDS))
    def current(self, as_of: AsOf = UNSET) -> TargetProgress:
        """Progress on the latest figure."""

    @field_with_arguments(Computed(ProgressHistoryInputs, progress_history_inputs, HISTORY_IDS))
    def progress(self, from_: From = UNSET, to: To = UNSET) -> list[TargetProgress]:
        """Progress in each period whose figure the target judges, oldest first. Later periods do not count."""

    revisions: list[TargetRevision] = field(
        "All revisions of the target, oldest first.",
        reach(revisions_until("target_id", "rule_id"), "revision", size=3),
    )
    applies_to: OrganisationKind | None = field(
        "The kind of member that it is for: each of them inherits it, unless it has a target of its own. Null: it is "
        "for its organisation itself."
    )
    members_needed: int | None = field("How many members must meet it. Null: see `membersNeededPercent`, or all.")
    members_needed_percent: float | None = field("How many members must meet it, as a percentage of those it is for.")
    inherited_from: Optional["Target"] = field(
        "The target that it is inherited from. Null: it was set for its organisation.",
        referred("inherited_from_id"),
    )
    is_inherited: bool = field(
        "Whether it is inherited from a group's target.",
        Expression(lambda row, _: row.c.inherited_from_id.is_not(None)),
    )

    @field_with_arguments(
        Reach(inheriting, size=180), deprecated="Since 27 November 2026. It has no pages. Use `inheritingPage`."
    )
    def inheriting(self, status: Statuses = UNSET) -> list["Target"]:
        """The members' targets that inherit it on the nearest date above, or today, by organisation."""

    @field_with_arguments(_INHERITING_PAGE)
    def inheriting_page(
        self,
        status: Statuses = UNSET,
        filter: TargetWhere = UNSET,  # noqa: A002
        order_by: TargetSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection["Target"]:
        """The members' targets that inherit it on the nearest date above, or today, in pages."""
