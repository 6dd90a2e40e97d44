"""Many organisations next to each other in one metric: which of them stand out, and the limits of a funnel plot."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.enumerations import Judgement, OutlierMethod
from schema.mapping import Attribute, ById, entity, field, field_with_arguments
from schema.types.not_calculated import NotCalculated
from schema.types.organisations import Organisation
from schema.types.scalars import Height, Width

if TYPE_CHECKING:
    from schema.types.figures import Figure
    from schema.types.metrics import Period


@entity(None)
@strawberry.type(description="One organisation in a funnel plot.")
class FunnelPoint:
    """One organisation in a funnel plot."""

    organisation: Organisation = field("The organisation.", ById("organisation"))
    figure: Annotated["Figure", strawberry.lazy("schema.types.figures")] = field("Its figure.", ById("figure"))
    value: float = field("The value of the figure.")
    denominator: float | None = field("Its denominator: the place on the horizontal axis. Null without counts.")
    lower_95: float | None = field(
        "The lower 95% limit for the denominator: exact, by the binomial distribution or for a rate the Poisson "
        "distribution, and wider if `isAdjusted`. Null without counts."
    )
    upper_95: float | None = field("The upper 95% limit.")
    lower_998: float | None = field("The lower 99.8% limit.")
    upper_998: float | None = field("The upper 99.8% limit.")
    score: float = field("How many standard deviations the value is from the mean, or from the median.")
    adjusted_p: float = field(
        "The rate of false discoveries at which it would be one that stands out, by Benjamini and Hochberg."
    )
    is_outlier: bool = field("Whether it stands out: the rate is 5% or less.")
    judgement: Judgement = field("Whether it is better or worse than the others. SIMILAR if it does not stand out.")


@entity(None)
@strawberry.type(description="The organisations of one kind in one period, and which of them stand out.")
class Funnel:
    """The organisations of one kind in one period, and which of them stand out."""

    period: Annotated["Period", strawberry.lazy("schema.types.metrics")] = field("The period.", ById("period"))
    method: OutlierMethod = field("How the scores were calculated. MODIFIED_Z if a figure has no counts.")
    centre: float = field("The value of all of them together; for MODIFIED_Z, the median.")
    dispersion: float | None = field("How much more they differ than by chance: 1 is by chance. Null for MODIFIED_Z.")
    is_adjusted: bool = field("Whether the limits are wider because they differ more than by chance.")
    points: list[FunnelPoint] = field("All of them, the highest value first.")
    not_calculated: list[NotCalculated] = field("Which of its limits are null, and why.")
    outliers: list[FunnelPoint] = field("Those that stand out, the most unlikely first.")

    @field_with_arguments(Attribute(price=2_000))
    def svg(self, width: Width = 800, height: Height = 400) -> str | None:
        """A funnel plot with the limits, as an SVG document. Null for MODIFIED_Z, which has no denominators."""
