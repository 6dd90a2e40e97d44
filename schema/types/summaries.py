"""How many targets stand how."""

import strawberry

from schema.enumerations import TargetStatus
from schema.mapping import entity, field, reach
from schema.sql.targets import is_counted_in
from schema.types.targets import Target


@entity(None)
@strawberry.type(description="The targets that stand one way.")
class TargetSummary:
    """The targets that stand one way."""

    status: TargetStatus = field("How they stand.")
    count: int = field("How many they are.")
    targets: list[Target] = field("Which they are.", reach(is_counted_in, "id", size=50))
