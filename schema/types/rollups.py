"""Members' figures become their group's, by the rule of the metric."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.enumerations import NotCalculatedCode, RollUp
from schema.mapping import entity, field, referred

if TYPE_CHECKING:
    from schema.types.metrics import Period


@entity(None)
@strawberry.type(description="A group's value for a period, calculated from its members' figures.")
class RolledUp:
    """A group's value for a period, calculated from its members' figures."""

    value: float | None = field("The value: a total in the metric's unit, or a percentage. Null with a reason.")
    numerator: float | None = field(
        "The sum that was divided: numerators, members that said yes, or levels. Null for a total."
    )
    denominator: float | None = field(
        "The sum it was divided by: denominators, members that answered, or highest levels. Null for a total."
    )
    rests_on: int | None = field(
        "How many members' figures the value is calculated from. Null if its members are not on record."
    )
    of: int | None = field(
        "How many members the group had when the period ended. Null for a period before the first day on record."
    )
    method: RollUp = field("How the value was calculated.")
    reason: str | None = field("Why there is no value. Null if there is one.")
    reason_code: NotCalculatedCode | None = field("The code of that reason.")


@entity(None)
@strawberry.type(description="A group's value for one of many periods, calculated from its members' figures.")
class RolledUpPoint:
    """A group's value for one of many periods, calculated from its members' figures."""

    period: Annotated["Period", strawberry.lazy("schema.types.metrics")] = field("The period.", referred("period_id"))
    value: float | None = field("The value: a total in the metric's unit, or a percentage. Null with a reason.")
    numerator: float | None = field("The sum that was divided. Null for a total.")
    denominator: float | None = field("The sum it was divided by. Null for a total.")
    rests_on: int | None = field(
        "How many members' figures the value is calculated from. Null if its members are not on record."
    )
    of: int | None = field(
        "How many members the group had when the period ended. Null for a period before the first day on record."
    )
    method: RollUp = field("How the value was calculated.")
    reason: str | None = field("Why there is no value. Null if there is one.")
    reason_code: NotCalculatedCode | None = field("The code of that reason.")
