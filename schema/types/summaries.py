"""How many targets have each status."""

import strawberry
from strawberry import UNSET

from schema.enumerations import TargetStatus
from schema.mapping import Pages, entity, field, field_with_arguments, reach
from schema.sql.targets import is_counted_in
from schema.types.filters import TargetWhere
from schema.types.orders import TargetSort
from schema.types.paging import Connection
from schema.types.scalars import After, Before, First, Last
from schema.types.targets import Target


@entity(None)
@strawberry.type(description="The targets that have one status.")
class TargetSummary:
    """The targets that have one status."""

    status: TargetStatus = field("The status.")
    count: int = field("How many targets have it.")
    targets: list[Target] = field(
        "The targets that have it.",
        reach(is_counted_in, "id", size=50),
        deprecated="Since 27 November 2026. It has no pages. Use `targetPage`.",
    )

    @field_with_arguments(Pages(reach(is_counted_in).related))
    def target_page(
        self,
        filter: TargetWhere = UNSET,  # noqa: A002
        order_by: TargetSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Connection[Target]:
        """The targets that have it, in the order they were set, in pages."""
