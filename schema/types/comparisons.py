"""A figure's confidence interval, and its comparison with another organisation's figure."""

import strawberry

from schema.enumerations import (
    ComparisonBasis,
    IntervalMethod,
    Judgement,
    NotCalculatedCode,
    OrganisationKind,
    Significance,
)
from schema.mapping import ById, entity, field
from schema.sql.comparisons import MOST_SIMILAR
from schema.sql.distributions import FEWEST
from schema.tables import OrganisationRow
from schema.types.filters import operator
from schema.types.organisations import Organisation
from schema.types.scalars import OdsCode


@entity(None)
@strawberry.type(description="A confidence interval.")
class ConfidenceInterval:
    """A confidence interval."""

    lower: float = field("The lower confidence limit, in the metric's unit.")
    upper: float = field("The upper confidence limit, in the metric's unit.")
    confidence: float = field("The confidence level, such as 0.95.")
    method: IntervalMethod = field("How the interval was calculated.")


@strawberry.input(one_of=True, description="What a figure is compared with. Name exactly one field.")
class ComparedWith:
    """What a figure is compared with. Name exactly one field."""

    code: OdsCode | None = operator("The organisation with this code.", names=OrganisationRow)
    kind: OrganisationKind | None = operator(
        "Its own group of this kind, such as its primary care network, on the last day of the period."
    )
    peers: OrganisationKind | None = operator(
        "The others of its kind in its own group of this kind, on the last day of the period. Null with fewer than 5."
    )
    similar: int | None = operator(
        f"So many of the practices that `Practice.similar` lists, {FEWEST} to {MOST_SIMILAR}, the most similar ones. "
        "They are the same for every period. Null with fewer than 5 figures."
    )


@entity(None)
@strawberry.type(description="A figure compared with another organisation's, for the same metric and period.")
class Comparison:
    """A figure compared with another organisation's, for the same metric and period."""

    organisation: Organisation = field(
        "The other organisation. For peers, the group that they are in; for similar practices, the practice itself.",
        ById("organisation"),
    )
    value: float = field("The other organisation's value. For peers and similar practices, their median.")
    difference: float = field("The figure's value minus that value.")
    basis: ComparisonBasis = field("Where that value comes from.")
    rests_on: int | None = field("From how many members' or peers' figures it is calculated. Null for a published one.")
    of: int | None = field("How many members or peers there are. Null for a published figure.")
    significance: Significance = field(
        "Whether the figure is significantly higher or lower, by its 95 % confidence interval."
    )
    judgement: Judgement = field("Whether the difference is better or worse, by the metric's direction.")
    reason: str | None = field("Why the figures cannot be compared. Null if they can.")
    reason_code: NotCalculatedCode | None = field("The code of that reason.")


@entity(None)
@strawberry.type(description="The place of a figure among those of its kind.")
class Rank:
    """The place of a figure among those of its kind."""

    place: int = field("Its place. 1 is the best, or the highest for a neutral metric. Equal values share a place.")
    of: int = field("How many figures there are.")
