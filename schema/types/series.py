"""One metric of one organisation over time: points, process limits, variation, assurance, trend and forecast."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.enumerations import Assurance, FigureOrigin, Frequency, SpecialCause, TrendDirection, Variation
from schema.mapping import Attribute, ById, entity, field, field_with_arguments
from schema.types.charts import CountChart, Drift, Growth
from schema.types.figures import Figure
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation

Quarters = Annotated[int | None, strawberry.argument(description="How many quarters ahead, at most 12. Default: 4.")]
Width = Annotated[int | None, strawberry.argument(description="The width in pixels, from 280 to 2,400. Default: 800.")]
Height = Annotated[
    int | None, strawberry.argument(description="The height in pixels, from 200 to 1,600. Default: 400.")
]


@entity(None)
@strawberry.type(description="One figure of a series, with its special causes and the target in force.")
class SeriesPoint:
    """One figure of a series, with its special causes and the target in force."""

    figure: Figure = field(
        "The figure. Of what is worked out, the count to the end of the period.",
        ById("figure"),
    )
    period: Period = field("The point's period. Its id finds nothing if no figure is published for it.")
    origin: FigureOrigin = field("DERIVED for a quarter or month worked out from a count from a day on.")
    value: float = field("The value, in the metric's unit.")
    special_causes: list[SpecialCause] = field(
        "Signs that the process has changed, in the order of the Making Data Count rules."
    )
    target: float | None = field(
        "The value of the target in force when the period ended. For BETWEEN, the lower value."
    )
    target_upper: float | None = field("The upper value for BETWEEN. Null for every other comparator.")
    is_met: bool | None = field("Whether the figure meets that target, by its exact value. Null without a target.")
    expected: float | None = field("The value expected by the end of the period, on the way to the target.")


@entity(None)
@strawberry.type(
    description="The mean and process limits of one stretch of a series: the mean ± 2.66 times the mean moving range."
)
class ProcessLimits:
    """The mean and process limits of one stretch of a series: the mean ± 2.66 times the mean moving range."""

    from_: dt.date = strawberry.field(
        name="from", description="The end of its first period.", metadata=field("").metadata
    )
    to: dt.date = field("The end of its last period.")
    mean: float = field("The mean, in the metric's unit.")
    lower: float = field("The lower process limit, as calculated. For a percentage it may be below 0.")
    upper: float = field("The upper process limit, as calculated. For a percentage it may be above 100.")
    points: int = field("How many points the limits are calculated from.")
    is_trial: bool = field("Whether the limits are trial limits, calculated from fewer than 12 points.")
    reason: str | None = field("Why the limits were recalculated. Null for the first stretch.")


@entity(None)
@strawberry.type(description="A date from which the process limits of a series are recalculated, and why.")
class Recalculation:
    """A date from which the process limits of a series are recalculated, and why."""

    starts: dt.date = field("The date. Periods that end on or after it have their own limits.")
    reason: str = field("What changed in the process.")
    fix_after: int | None = field("After how many figures the limits are fixed; null if all figures count.")


@entity(None)
@strawberry.type(description="One quarter of a forecast, from the Theil–Sen line of the last eight quarters.")
class ForecastPoint:
    """One quarter of a forecast, from the Theil–Sen line of the last eight quarters."""

    period: Period = field("The quarter. Its id finds nothing until a figure is published for it.")
    value: float = field("The forecast at the end of the quarter, in the metric's unit.")
    lower: float = field("The lower limit of the 95 % prediction interval.")
    upper: float = field("The upper limit of the 95 % prediction interval.")


@entity(None)
@strawberry.type(description="One metric of one organisation over time.")
class Series:
    """One metric of one organisation over time."""

    metric: Metric = field("The metric.", ById("metric"))
    organisation: Organisation = field("The organisation that the figure describes.", ById("organisation"))
    frequency: Frequency | None = field(
        "The length of the periods, or that of most of them for what is counted on a day. Null without figures."
    )
    points: list[SeriesPoint] = field(
        "The figures of that length, oldest first. The quarters and months of a count from 1 April, or since a launch, "
        "are worked out where both ends are published.",
    )
    process_limits: list[ProcessLimits] = field(
        "The limits of each stretch, oldest first. A stretch of fewer than 3 points has none.",
    )
    recalculations: list[Recalculation] = field(
        "The dates from which the limits are recalculated, earliest first, even without figures on both sides.",
    )
    suggested_recalculation: Recalculation | None = field(
        "A date from which the limits could be recalculated. The last 8 points or more are all on one side of the "
        "mean, within limits of their own. It is only offered: to accept it, use `recalculateLimits`.",
    )
    missing_periods: list[Period] = field(
        "The months, quarters or years that are missing between the first figure and the last, earliest first.",
    )
    variation: Variation = field(
        "What the latest point says about the process. It needs 6 points; with fewer than 12 it is provisional.",
    )
    assurance: Assurance = field(
        "Whether the process is likely to meet its target. It needs 6 points; with fewer than 12 it is provisional.",
    )
    trend: TrendDirection = field(
        "The direction of the latest 5 points.",
    )
    reasons: list[str] = field(
        "Why variation, assurance or trend is NOT_ASSESSABLE, or variation and assurance are provisional; and which "
        "periods are missing between the first figure and the last.",
    )

    count_chart: CountChart | None = field(
        "Its p-chart or u-chart, with limits for each denominator. Null with fewer than 3 points, without the counts "
        "of each, or if all counts are 0 or whole.",
    )
    drift: Drift | None = field(
        "A lasting drift since the first 12 points, too small for a single point to show. Null without one, or with "
        "fewer than 13 points since the limits were recalculated.",
    )
    growth: Growth | None = field(
        "Compound annual growth, and progress without a target. Null for less than a year, or if it cannot be "
        "calculated.",
    )

    @field_with_arguments(Attribute())
    def forecast(self, quarters: Quarters = 4) -> list[ForecastPoint]:
        """A forecast of the next quarters. Empty with fewer than 4 points in the last 8 quarters."""

    @field_with_arguments(Attribute(price=1_000))
    def svg(self, width: Width = 800, height: Height = 400) -> str:
        """An XmR chart in the style of Making Data Count, as an SVG document."""
