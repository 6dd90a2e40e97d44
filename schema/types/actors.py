"""Who did something, or is asking."""

import strawberry

from schema.enumerations import Role
from schema.mapping import entity, said
from schema.tables import ActorRow


@entity(ActorRow)
@strawberry.type(description="Who is asking, or did something.")
class Actor:
    """Who is asking, or did something."""

    name: str = said("The name of the key, or of the person.")
    role: Role = said("What the actor may do; of a change in the past, might do then.")
