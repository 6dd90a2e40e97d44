"""How many targets have each status."""

import strawberry

from schema.enumerations import TargetStatus
from schema.mapping import entity, field, reach
from schema.sql.targets import is_counted_in
from schema.types.targets import Target


@entity(None)
@strawberry.type(description="The targets that have one status.")
class TargetSummary:
    """The targets that have one status."""

    status: TargetStatus = field("The status.")
    count: int = field("How many targets have it.")
    targets: list[Target] = field("The targets that have it.", reach(is_counted_in, "id", size=50))
