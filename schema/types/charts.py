"""What a series shows next to its XmR chart: a chart of its counts, a lasting drift, and its growth."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.enumerations import CountChartMethod, GrowthProgress, Variation
from schema.mapping import Attribute, ById, entity, field, field_with_arguments
from schema.types.figures import Figure
from schema.types.scalars import Height, Width

Laney = Annotated[
    bool | None, strawberry.argument(description="Whether to draw Laney's limits, p′ or u′. False: plain ones, p or u.")
]


@entity(None)
@strawberry.type(description="One point of a chart of counts, with the limits for its denominator.")
class CountChartPoint:
    """One point of a chart of counts, with the limits for its denominator."""

    figure: Figure = field("The figure.", ById("figure"))
    value: float = field("The numerator for the denominator, in the metric's unit, not rounded.")
    lower: float = field("The lower limit, as calculated. It may be below 0.")
    upper: float = field("The upper limit, as calculated. For a percentage it may be above 100.")
    lower_prime: float = field("The lower limit of Laney's chart.")
    upper_prime: float = field("The upper limit of Laney's chart.")
    is_outside: bool = field("Whether it is outside the limits.")
    is_outside_prime: bool = field("Whether it is outside the limits of Laney's chart.")


@entity(None)
@strawberry.type(description="A p-chart or u-chart, with Laney's p′ or u′ limits.")
class CountChart:
    """A p-chart or u-chart, with Laney's p′ or u′ limits."""

    method: CountChartMethod = field("Which chart it is.")
    mean: float = field("The value of all points together, in the metric's unit.")
    sigma_z: float = field(
        "How much more the points differ than their denominators explain. If it is far from 1, use Laney's limits."
    )
    points: list[CountChartPoint] = field("The points since the limits were last recalculated, oldest first.")

    @field_with_arguments(Attribute(price=1_000))
    def svg(self, width: Width = 800, height: Height = 400, laney: Laney = True) -> str:
        """The chart as an SVG document, with limits that step with the denominator: p or u, or Laney's p′ or u′."""


@entity(None)
@strawberry.type(description="A lasting drift, found by a cumulative sum (CUSUM).")
class Drift:
    """A lasting drift, found by a cumulative sum (CUSUM)."""

    is_up: bool = field("Whether the values are higher than before.")
    since: dt.date = field("The end of the first period of the drift.")
    shown_on: dt.date = field("The end of the period that first shows it.")
    variation: Variation = field("What it means, by the metric's direction.")


@entity(None)
@strawberry.type(description="Compound annual growth from the first figure of a series to the last.")
class Growth:
    """Compound annual growth from the first figure of a series to the last."""

    percent: float = field("Percent a year.")
    progress: GrowthProgress | None = field("What that means without a target. Null for a neutral metric.")
    from_: dt.date = strawberry.field(
        name="from", description="The end of the first period.", metadata=field("").metadata
    )
    to: dt.date = field("The end of the last period.")
