"""How the figures of one metric spread over the organisations of one kind, in one period."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.mapping import entity, field, reach

if TYPE_CHECKING:
    from schema.types.metrics import Period


@entity(None)
@strawberry.type(description="How figures spread over organisations.")
class Distribution:
    """How figures spread over organisations."""

    period: Annotated["Period", strawberry.lazy("schema.types.metrics")] = field(
        "The period.", reach(lambda row, other: other.c.id == row.c.period_id)
    )
    count: int = field("How many organisations have a figure.")
    minimum: float = field("The least.")
    maximum: float = field("The most.")
    mean: float = field("The mean, each organisation counting once.")
    median: float = field("The median.")
    deciles: list[float] = field("The nine from the 10th to the 90th percentile, by linear interpolation.")
