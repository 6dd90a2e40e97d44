"""One metric of one organisation over time: points, process limits, variation, assurance, trend and forecast."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.enumerations import Assurance, SpecialCause, TrendDirection, Variation
from schema.mapping import Computed, entity, field, field_with_arguments, reach
from schema.sql.series import drawn_from, point_rows, with_data
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

    figure: Figure = field("The figure, as it stands now.", reach(lambda row, other: other.c.id == row.c.figure_id))
    period: Period = field("Its period.", reach(lambda row, other: other.c.id == row.c.period_id))
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

    metric: Metric = field("What it measures.", reach(lambda row, other: other.c.id == row.c.metric_id))
    organisation: Organisation = field(
        "Whom it is about.", reach(lambda row, other: other.c.id == row.c.organisation_id)
    )
    points: list[SeriesPoint] = field(
        "Its figures, oldest first.", Computed("series_points", with_data, point_rows, many=True)
    )
    process_limits: list[ProcessLimits] = field(
        "One for each recalculation, oldest first; none for a stretch of fewer than three points.",
        Computed("series_limits", with_data, many=True),
    )
    recalculations: list[Recalculation] = field(
        "The days from which its limits are reckoned anew, soonest first, those without figures on both sides too.",
        Computed("series_recalculations", with_data, many=True),
    )
    variation: Variation = field("What the latest point says of the process.", Computed("series_variation", with_data))
    assurance: Assurance = field(
        "Whether the process can be relied on to meet its target.", Computed("series_assurance", with_data)
    )
    trend: TrendDirection = field("Where the latest five points go.", Computed("series_trend", with_data))
    reasons: list[str] = field("Why something is NOT_ASSESSABLE, in words.", Computed("series_reasons", with_data))

    @field_with_arguments(Computed("series_forecast", drawn_from("quarters"), many=True))
    def forecast(self, quarters: Quarters = 4) -> list[ForecastPoint]:
        """The quarters to come; none with fewer than four points in the last eight quarters."""

    @field_with_arguments(Computed("series_svg", drawn_from("width", "height"), price=1_000))
    def svg(self, width: Width = 800, height: Height = 400) -> str:
        """An XmR chart by the conventions of Making Data Count, as an SVG document."""
