"""A figure's confidence interval, and its comparison with another organisation's figure."""

import strawberry

from schema.enumerations import IntervalMethod, Judgement, Significance
from schema.mapping import ById, entity, field
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="A confidence interval.")
class ConfidenceInterval:
    """A confidence interval."""

    lower: float = field("The lower confidence limit, in the metric's unit.")
    upper: float = field("The upper confidence limit, in the metric's unit.")
    confidence: float = field("The confidence level, such as 0.95.")
    method: IntervalMethod = field("How the interval was calculated.")


@entity(None)
@strawberry.type(description="A figure compared with another organisation's, for the same metric and period.")
class Comparison:
    """A figure compared with another organisation's, for the same metric and period."""

    organisation: Organisation = field("The other organisation.", ById("organisation"))
    value: float = field("The other organisation's value.")
    difference: float = field("The figure's value minus the other organisation's value.")
    significance: Significance = field(
        "Whether the figure is significantly higher or lower, by its 95 % confidence interval."
    )
    judgement: Judgement = field("Whether the difference is better or worse, by the metric's direction.")
    reason: str | None = field("Why the figures cannot be compared. Null if they can.")
