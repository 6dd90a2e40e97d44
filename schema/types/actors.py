"""The people and keys that do something, or ask."""

import strawberry

from schema.enumerations import Role
from schema.mapping import entity, field
from schema.tables import ActorRow


@entity(ActorRow)
@strawberry.type(description="A person or an API key.")
class Actor:
    """A person or an API key."""

    name: str = field("The name of the person or the key.")
    role: Role = field("The role. For a past action, the role at that time.")
