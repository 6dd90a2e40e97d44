"""Several metrics of an organisation as one score, with its weights and what it leaves out."""

import strawberry

from schema.enumerations import NotCalculatedCode
from schema.mapping import Derived, entity, field, referred
from schema.sql.orders import SCORE_ORDERS
from schema.sql.scores import parts_of
from schema.types.figures import Figure
from schema.types.metrics import Metric, Period
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="What one metric adds to a score, or why it adds nothing.")
class ScorePart:
    """What one metric adds to a score, or why it adds nothing."""

    metric: Metric = field("The metric.", referred("metric_id"))
    period: Period | None = field(
        "Its latest period in which 5 organisations of the kind have a figure. Null if there is none.",
        referred("period_id"),
    )
    figure: Figure | None = field("The organisation's figure for the period. Null without one.", referred("figure_id"))
    value: float | None = field("The value of the figure, in the metric's unit.")
    mean: float | None = field("The mean of all organisations of the kind with a figure for the period.")
    standard_deviation: float | None = field("The standard deviation of their values, as of a whole population.")
    weight: float | None = field(
        "Its share of all weights that count, 0 to 1; they add up to 1. Null if it counts for nobody."
    )
    z: float | None = field(
        "How many standard deviations better the value is than the mean: below 0 is worse, whatever the direction."
    )
    contribution: float | None = field("What it adds to the score. The contributions add up to the score.")
    reason: str | None = field("Why it is left out. Null if it counts.")
    reason_code: NotCalculatedCode | None = field("The code of that reason.")


@entity(None, orders=SCORE_ORDERS)
@strawberry.type(
    description="Several metrics of an organisation as one score: the weighted mean of how many standard deviations "
    "better each is than the mean of its kind. It says where to look, and hides as much as it shows: see the parts."
)
class OrganisationScore:
    """Several metrics of an organisation as one score: the weighted mean of how many standard deviations
    better each is than the mean of its kind. It says where to look, and hides as much as it shows: see the parts."""

    organisation: Organisation = field("The organisation.", referred("organisation_id"))
    score: float | None = field(
        "The score: 0 is the mean, and higher is better. Null if less than two thirds of the weights have a figure."
    )
    rank: int | None = field("Its place by score; 1 is the best, and equal scores share one. Null without a score.")
    of: int = field("How many organisations of the kind have a score.")
    reason: str | None = field("Why it has no score. Null if it has one.")
    reason_code: NotCalculatedCode | None = field("The code of that reason.")
    weight_there: float = field("The share of the weights that it has figures for, 0 to 1. The rest is left out.")
    parts: list[ScorePart] = field("Each metric, in the order of the codes.", Derived(parts_of))
