"""Figures, their sources, and the revisions that made them what they are."""

import datetime as dt
from typing import Annotated, Optional

import strawberry

from schema.computed.figures import ComparisonInputs, IntervalInputs
from schema.enumerations import FigureStatus, Qualifier
from schema.mapping import (
    Computed,
    Expression,
    Reach,
    entity,
    field,
    field_with_arguments,
    reach,
)
from schema.sql.figures import (
    FIGURE_ORDERS,
    benchmark_organisation,
    change_since_previous,
    comparison_inputs,
    figures_known_at,
    interval_inputs,
    previous_figure,
    revisions_until,
)
from schema.tables import FigureRevisionRow, FigureRow, SourceRow
from schema.types.comparisons import Comparison, ConfidenceInterval
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation
from schema.types.paging import Node
from schema.types.scalars import OdsCode

Confidence = Annotated[float | None, strawberry.argument(description="How sure: 0.90 to 0.999.")]
With = Annotated[OdsCode, strawberry.argument(name="with", description="The other organisation's code.")]


@entity(SourceRow)
@strawberry.type(description="Where a figure or a target was published.")
class Source:
    """Where a figure or a target was published."""

    title: str = field("The publication.")
    reference: str | None = field("The section, paragraph or table in it.")
    url: str | None = field("Where it can be read.")
    published_on: dt.date | None = field("When it was published.")


@entity(FigureRevisionRow)
@strawberry.type(description="One publication of a figure: the first, or a correction with its reason.")
class FigureRevision:
    """One publication of a figure: the first, or a correction with its reason."""

    revision: int = field("1 for the first publication.")
    value: float = field("The value then, in the metric's unit.")
    numerator: float | None = field("The numerator then.")
    denominator: float | None = field("The denominator then.")
    note: str | None = field("What was noted about it.")
    reason: str | None = field("Why it was corrected; null for the first.")
    published_at: dt.datetime = field("When it was published.")
    published_by: str | None = field("Who published it.")


@entity(FigureRow, orders=FIGURE_ORDERS, known_at=figures_known_at)
@strawberry.type(description="The value of one metric for one organisation and one period.")
class Figure(Node):
    """The value of one metric for one organisation and one period."""

    metric: Metric = field("What it measures.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "Whom it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    period: Period = field("When it is for.", reach(lambda row, other: other.c.id == row.c.period_id))
    value: float = field("The value, in the metric's unit; a percentage is 0 to 100.")
    numerator: float | None = field("What the metric's numerator label says, where the source gives it.")
    denominator: float | None = field("What the metric's denominator label says, where the source gives it.")
    lower_confidence_limit: float | None = field("The lower 95 % confidence limit that the source printed beside it.")
    upper_confidence_limit: float | None = field("The upper 95 % confidence limit that the source printed beside it.")
    qualifier: Qualifier = field("Whether the source gave the number itself, or hedged it.")
    status: FigureStatus = field("How far it can be relied on.")
    is_synthetic: bool = field("Made up for the sandbox, never a real figure.")
    note: str | None = field("What a reader should know about it.")
    source: Source = field("Where it was published.", reach(lambda row, other: other.c.id == row.c.source_id))
    revision: int = field("1 for the first publication; each correction adds one.")
    revisions: list[FigureRevision] = field(
        "Every publication of it, oldest first.",
        reach(revisions_until, "revision", size=3),
    )
    published_at: dt.datetime = field("When this revision of it was published.")

    @field_with_arguments(Computed(IntervalInputs, interval_inputs))
    def confidence_interval(self, confidence: Confidence = 0.95) -> ConfidenceInterval | None:
        """Wilson's for a percentage with its counts, Byar's or the exact one for a rate with its counts or a count, or
        the one that the source printed; null where unit or numbers allow none."""

    previous: Optional["Figure"] = field(
        "The figure of the series whose period ended last before this one's, as it stands now.",
        Reach(previous_figure, size=1),
    )
    change: float | None = field("The value less the previous one.", Expression(change_since_previous))

    @field_with_arguments(Computed(ComparisonInputs, comparison_inputs, {"organisation": benchmark_organisation}))
    def comparison(self, with_: With) -> Comparison | None:
        """It beside the figure of another organisation for the same metric and period; null where there is none."""
