"""What the commands about people take. They have no mutations: people are never read or changed through GraphQL."""

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, command_input
from schema.enumerations import Role
from schema.types.scalars import OdsCode


@command_input("Somebody to invite, or a contact.")
class InvitePersonInput:
    """Somebody to invite; or, without a role, a contact of an organisation, who never signs in."""

    name: str = strawberry.field(description="The name of the person; every change they make is recorded under it.")
    email: str | None = strawberry.field(default=UNSET, description="Their e-mail address. A contact may have none.")
    telephone: str | None = strawberry.field(default=UNSET, description="Their telephone number.")
    role: Role | None = strawberry.field(default=UNSET, description="What they may do. Default: a contact.")
    organisation: OdsCode | None = strawberry.field(
        default=UNSET, description="The code of the organisation, with its members. Default: every organisation."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("What is on record of a person, all of it again.")
class ChangePersonInput:
    """What is on record of a person, all of it again. What is left out is removed."""

    person: int = strawberry.field(description="The number of the person.")
    name: str = strawberry.field(description="The name of the person.")
    email: str | None = strawberry.field(default=UNSET, description="Their e-mail address.")
    telephone: str | None = strawberry.field(default=UNSET, description="Their telephone number.")
    role: Role | None = strawberry.field(default=UNSET, description="What they may do. Default: a contact.")
    organisation: OdsCode | None = strawberry.field(default=UNSET, description="The code of the organisation.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("A person who may no longer sign in.")
class EndPersonInput:
    """A person who may no longer sign in, and gets no more messages."""

    person: int = strawberry.field(description="The number of the person.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("A person who needs a link to sign in.")
class MakeLinkInput:
    """A person who needs a link to sign in."""

    person: int = strawberry.field(description="The number of the person.")
    minutes: int = strawberry.field(
        description="How long the link works. The first one of a person works for 7 days at least."
    )
    idempotency_key: None = None
