"""Members' figures become their group's, by the rule of the metric: the method's section on roll-ups."""

import strawberry

from schema.enumerations import RollUp
from schema.mapping import entity, field


@entity(None)
@strawberry.type(description="What the members' figures of a period make of their group's.")
class RolledUp:
    """What the members' figures of a period make of their group's."""

    value: float | None = field(
        "The value: a total in the metric's unit, or a share as a percentage; null with a reason."
    )
    numerator: float | None = field("What was divided: numerators, those that said yes, or levels; null for a total.")
    denominator: float | None = field("What it was divided by: denominators, members that answered, or highest levels.")
    rests_on: int = field("How many members have a figure that it rests on.")
    of: int = field("How many members there were when the period ended.")
    method: RollUp = field("How it was made.")
    reason: str | None = field("Why there is no value.")
