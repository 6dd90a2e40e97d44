"""Which targets have moved since a day, and how many in each direction."""

import strawberry

from schema.enumerations import TargetDirection, TargetStatus
from schema.mapping import entity, field, referred
from schema.sql.orders import MOVE_ORDERS
from schema.types.targets import Target


@entity(None, orders=MOVE_ORDERS)
@strawberry.type(description="A target with its status on two days.")
class TargetMove:
    """A target with its status on two days."""

    target: Target = field("The target.", referred("target_id"))
    before: TargetStatus | None = field("Its status on the earlier day. Null when it is new.")
    after: TargetStatus = field("Its status on the nearest date above, or today.")
    direction: TargetDirection = field("How it has moved.")


@entity(None)
@strawberry.type(description="How many targets have moved in one direction.")
class TargetMoveCount:
    """How many targets have moved in one direction."""

    direction: TargetDirection = field("The direction.")
    count: int = field("How many targets have moved in it.")
