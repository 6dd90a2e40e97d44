"""One metric of one organisation over time: points, process limits, variation, assurance, trend and forecast."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.enumerations import Assurance, SpecialCause, TrendDirection, Variation
from schema.mapping import Attribute, ById, entity, field, field_with_arguments
from schema.types.figures import Figure
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation

Quarters = Annotated[int | None, strawberry.argument(description="How many quarters ahead: 4, at most 12.")]
Width = Annotated[int | None, strawberry.argument(description="In pixels: 800, between 320 and 2,400.")]
Height = Annotated[int | None, strawberry.argument(description="In pixels: 400, between 200 and 1,600.")]


@entity(None)
@strawberry.type(description="One figure of a series, with what it says of the process.")
class SeriesPoint:
    """One figure of a series, with what it says of the process."""

    figure: Figure = field("The figure, as it stands now.", ById("figure"))
    period: Period = field("Its period.", ById("period"))
    value: float = field("Its value, in the metric's unit.")
    special_causes: list[SpecialCause] = field(
        "What it is a sign of, by the rules of Making Data Count, in their order."
    )
    target: float | None = field(
        "What the target asked for that was in force when the period ended; the lower bound of BETWEEN."
    )
    target_upper: float | None = field("The upper bound of BETWEEN; null for every other comparator.")
    expected: float | None = field("What the way to that target asked for by then.")


@entity(None)
@strawberry.type(description="Mean and process limits of a stretch of a series: the mean ± 2.66 mean moving ranges.")
class ProcessLimits:
    """Mean and process limits of a stretch of a series: the mean ± 2.66 mean moving ranges."""

    from_: dt.date = strawberry.field(
        name="from", description="The end of its first period.", metadata=field("").metadata
    )
    to: dt.date = field("The end of its last period.")
    mean: float = field("The mean, in the metric's unit.")
    lower: float = field("The lower process limit, as reckoned: a percentage's may be below 0.")
    upper: float = field("The upper process limit, as reckoned: a percentage's may be above 100.")
    points: int = field("How many points they rest on.")
    is_trial: bool = field("Whether they rest on fewer than twelve points.")
    reason: str | None = field("Why they were reckoned anew; null for the first.")


@entity(None)
@strawberry.type(description="A day from which the process limits of a series are reckoned anew, and why.")
class Recalculation:
    """A day from which the process limits of a series are reckoned anew, and why."""

    starts: dt.date = field("The day: figures of periods that end on it or later have limits of their own.")
    reason: str = field("How the process changed.")


@entity(None)
@strawberry.type(description="Where the Theil–Sen line of the last eight quarters leads.")
class ForecastPoint:
    """Where the Theil–Sen line of the last eight quarters leads."""

    period: Period = field("The quarter that it is for; while no figure is given for it, its id names nothing.")
    value: float = field("The line's value at the quarter's end, in the metric's unit.")
    lower: float = field("The lower limit of the 95 % prediction interval.")
    upper: float = field("The upper limit of the 95 % prediction interval.")


@entity(None)
@strawberry.type(description="One metric of one organisation over time.")
class Series:
    """One metric of one organisation over time."""

    metric: Metric = field("What it measures.", ById("metric"))
    organisation: Organisation = field("Whom it is about.", ById("organisation"))
    points: list[SeriesPoint] = field(
        "Its figures, oldest first.",
    )
    process_limits: list[ProcessLimits] = field(
        "One for each recalculation, oldest first; none for a stretch of fewer than three points.",
    )
    recalculations: list[Recalculation] = field(
        "The days from which its limits are reckoned anew, soonest first, those without figures on both sides too.",
    )
    variation: Variation = field(
        "What the latest point says of the process.",
    )
    assurance: Assurance = field(
        "Whether the process can be relied on to meet its target.",
    )
    trend: TrendDirection = field(
        "Where the latest five points go.",
    )
    reasons: list[str] = field(
        "Why something is NOT_ASSESSABLE, in words.",
    )

    @field_with_arguments(Attribute())
    def forecast(self, quarters: Quarters = 4) -> list[ForecastPoint]:
        """The quarters to come; none with fewer than four points in the last eight quarters."""

    @field_with_arguments(Attribute(price=1_000))
    def svg(self, width: Width = 800, height: Height = 400) -> str:
        """An XmR chart by the conventions of Making Data Count, as an SVG document."""
