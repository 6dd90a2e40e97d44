"""Targets, their revisions and milestones, and how far along each one is."""

import datetime as dt
from typing import Annotated

import strawberry
from strawberry import UNSET

from schema.computed.targets import ProgressHistoryInputs, ProgressInputs
from schema.enumerations import Comparator, TargetStatus
from schema.mapping import ById, Computed, Expression, entity, field, field_with_arguments, reach
from schema.sql.progress import CURRENT_IDS, HISTORY_IDS, current_progress_inputs, progress_history_inputs
from schema.sql.targets import milestones_in_force, status_of
from schema.tables import MilestoneRow, TargetRevisionRow, TargetRow
from schema.types.figures import Figure, Source
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation
from schema.types.paging import Node
from schema.types.scalars import From, To

AsOf = Annotated[
    dt.date | None, strawberry.argument(description="Judge by the figures of periods that ended by then; today.")
]


@entity(MilestoneRow)
@strawberry.type(description="A value that a target asks for on the way.")
class Milestone:
    """A value that a target asks for on the way."""

    due: dt.date = field("When it is due.")
    value: float = field("The value, in the metric's unit.")


@entity(TargetRevisionRow)
@strawberry.type(description="A target as it was set or changed, with the reason.")
class TargetRevision:
    """A target as it was set or changed, with the reason."""

    revision: int = field("1 when it was first set.")
    comparator: Comparator = field("How a figure was compared with it.")
    value: float = field("The value that it asked for.")
    due: dt.date | None = field("When it was due.")
    reason: str = field("Why it was set or changed.")
    recorded_at: dt.datetime = field("When.")
    recorded_by: str | None = field("By whom.")


@entity(None)
@strawberry.type(description="How a target stands in one period, with the reason in words.")
class TargetProgress:
    """How a target stands in one period, with the reason in words."""

    target: Annotated["Target", strawberry.lazy("schema.types.targets")] = field(
        "The target that is judged.", ById("target")
    )
    figure: Figure | None = field("The figure that is judged.", ById("figure"))
    period: Period | None = field("The figure's period.", ById("period"))
    is_met: bool | None = field("Whether the figure meets the target; strictness is kept. Null without a figure.")
    status: TargetStatus = field("Where the target stands.")
    reason: str = field("One plain sentence that a board paper could carry.")
    gap: float | None = field("The distance still to go, in the metric's unit; 0 or less when the target is met.")
    percent_of_target: float | None = field("The value as a percentage of the target; null when the target is 0.")
    gap_closed_percent: float | None = field("How much of the way from the baseline is done; null without a baseline.")
    expected: float | None = field("What the way from the baseline over the milestones asks for by now.")
    required_per_quarter: float | None = field("The change needed in each quarter that is left.")
    observed_per_quarter: float | None = field(
        "The Theil–Sen slope of the last eight quarters; null with fewer than three figures."
    )
    projected_value: float | None = field("Where that slope arrives on the due date.")
    projected_met_on: dt.date | None = field("When that slope meets the target; null when it points the other way.")


@entity(TargetRow)
@strawberry.type(description="What an organisation is asked to reach in a metric, and by when.")
class Target(Node):
    """What an organisation is asked to reach in a metric, and by when."""

    metric: Metric = field("What it asks for.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field("Who is asked.", reach(lambda row, other: other.c.id == row.c.organisation_id))
    comparator: Comparator = field("How a figure is compared with the value.")
    value: float = field("The value that is asked for, in the metric's unit; the lower bound of BETWEEN.")
    upper_value: float | None = field("The upper bound of BETWEEN; null for every other comparator.")
    baseline: float | None = field("The value that progress is counted from.")
    baseline_on: dt.date | None = field("The day of the baseline.")
    due: dt.date | None = field("The day by which it is to be met; null when it stands for good.")
    milestones: list[Milestone] = field(
        "What it asks for on the way, soonest first.",
        reach(milestones_in_force, "due", size=4),
    )
    source: Source = field("Where it was published.", reach(lambda row, other: other.c.id == row.c.source_id))

    status: TargetStatus = field("How it stands today; `current` says why.", Expression(status_of))

    @field_with_arguments(Computed(ProgressInputs, current_progress_inputs, CURRENT_IDS))
    def current(self, as_of: AsOf = UNSET) -> TargetProgress:
        """How it stands, by the latest figure."""

    @field_with_arguments(Computed(ProgressHistoryInputs, progress_history_inputs, HISTORY_IDS))
    def progress(self, from_: From = UNSET, to: To = UNSET) -> list[TargetProgress]:
        """How it stood in each period with a published figure, oldest first, by what the periods until then showed."""

    revisions: list[TargetRevision] = field(
        "How it was set and changed, oldest first.",
        reach(lambda row, other: other.c.target_id == row.c.id, "revision", size=3),
    )
