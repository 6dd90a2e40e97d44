"""Who did something, or is asking."""

import strawberry

from schema.enumerations import Role
from schema.mapping import entity, field
from schema.tables import ActorRow


@entity(ActorRow)
@strawberry.type(description="Who is asking, or did something.")
class Actor:
    """Who is asking, or did something."""

    name: str = field("The name of the key, or of the person.")
    role: Role = field("What the actor may do; of a change in the past, might do then.")
