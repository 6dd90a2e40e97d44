"""How many practices there are in each group."""

import strawberry

from schema.enumerations import CqcRating
from schema.mapping import entity, field, referred
from schema.types.organisations import Organisation


@entity(None)
@strawberry.type(description="How many practices one group has.")
class PracticeCount:
    """How many practices one group has."""

    cqc_rating: CqcRating | None = field("The rating. Null where it is not known, and by other groups.")
    organisation: Organisation | None = field(
        "The network or the partnership. Null for practices without one, and by rating.", referred("organisation_id")
    )
    count: int = field("How many practices it has.")


@entity(None)
@strawberry.type(description="How many practices have a value between two bounds.")
class ValueBand:
    """How many practices have a value between two bounds."""

    at_least: float | None = field("The lowest value of the band. Null for the first band.")
    below: float | None = field("Every value of the band is less than this. Null for the last band.")
    has_figure: bool = field("Whether the practices have a figure. The last item counts those that have none.")
    count: int = field("How many practices are in the band.")
