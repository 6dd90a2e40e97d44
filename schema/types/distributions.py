"""The spread of one metric over the organisations of one kind, in one period."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.mapping import entity, field, referred

if TYPE_CHECKING:
    from schema.types.metrics import Period


@entity(None)
@strawberry.type(description="The spread of figures over organisations.")
class Distribution:
    """The spread of figures over organisations."""

    period: Annotated["Period", strawberry.lazy("schema.types.metrics")] = field("The period.", referred("period_id"))
    count: int = field("How many organisations have a figure.")
    minimum: float = field("The smallest value.")
    maximum: float = field("The largest value.")
    mean: float = field("The mean. Each organisation counts once.")
    median: float = field("The median.")
    deciles: list[float] = field("The 9 deciles, from the 10th to the 90th percentile, by linear interpolation.")
