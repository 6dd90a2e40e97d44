"""A figure's confidence interval, and a figure beside another organisation's."""

import strawberry

from schema.enumerations import IntervalMethod, Judgement, Significance
from schema.mapping import ById, entity, field
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="Between which limits the figure behind a number lies, with some confidence.")
class ConfidenceInterval:
    """Between which limits the figure behind a number lies, with some confidence."""

    lower: float = field("The lower confidence limit, in the metric's unit.")
    upper: float = field("The upper confidence limit, in the metric's unit.")
    confidence: float = field("How sure it is: 0.95.")
    method: IntervalMethod = field("How it was reckoned.")


@entity(None)
@strawberry.type(description="A figure beside that of another organisation, for the same metric and period.")
class Comparison:
    """A figure beside that of another organisation, for the same metric and period."""

    organisation: Organisation = field("The other organisation.", ById("organisation"))
    value: float = field("The other's value.")
    difference: float = field("The figure's value less the other's.")
    significance: Significance = field("Where the other's value is of the figure's 95 % confidence interval.")
    judgement: Judgement = field("Whether that is better or worse, by the metric's direction.")
    reason: str | None = field("Why nothing is compared.")
