"""What the commands that keep the register take and answer: organisations, their groups and their successors."""

import datetime as dt

import strawberry
from sqlalchemy.dialects.postgresql import JSON
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.enumerations import CqcRating, OrganisationKind
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.organisations import Organisation
from schema.types.scalars import OdsCode

REASON = "Why. It is recorded in the audit."
VALIDATE = "Whether to say what would be affected, without changing anything."


@command_input("A new organisation, or a new name or postcode of one.")
class SaveOrganisationInput:
    """A new organisation, or a new name or postcode of one."""

    code: OdsCode = strawberry.field(description="Its code. An unknown code opens an organisation.")
    name: str = strawberry.field(description="Its name from this day on.")
    on: dt.date = strawberry.field(
        description="The first day of a new organisation, or of the new name and postcode. A name starts today at the "
        "latest."
    )
    kind: OrganisationKind | None = strawberry.field(
        default=UNSET, description="The kind of a new organisation. It cannot change."
    )
    postcode: str | None = strawberry.field(
        default=UNSET, description="Its postcode. Left out: it has none, or keeps the one that it has."
    )
    group: OdsCode | None = strawberry.field(
        default=UNSET,
        description="The group that a new organisation is in from its first day. A region has none. "
        "`moveMember` changes it.",
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("An organisation that closes, or a network that is dissolved.")
class CloseOrganisationInput:
    """An organisation that closes, or a network that is dissolved."""

    organisation: OdsCode = strawberry.field(description="The code of the organisation.")
    closed_on: dt.date = strawberry.field(description="Its last day.")
    members_to: OdsCode | None = strawberry.field(
        default=UNSET,
        description="The code of the group that its members are in from the next day on, if it has members.",
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("A member that moves to another group.")
class MoveMemberInput:
    """A member that moves to another group."""

    member: OdsCode = strawberry.field(description="The code of the organisation that moves.")
    to: OdsCode = strawberry.field(
        description="The code of the group that it moves to. A practice that moves to a partnership has no network."
    )
    on: dt.date = strawberry.field(description="The first day in the new group.")
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("Organisations that become one.")
class MergeOrganisationsInput:
    """Organisations that become one."""

    organisations: list[OdsCode] = strawberry.field(
        description="The codes of the organisations that close, on the day before. "
        "Their members move to the one that is left."
    )
    into: OdsCode = strawberry.field(
        description="The code of the one that is left. It is open already: `saveOrganisation` opens a new one."
    )
    on: dt.date = strawberry.field(description="The first day as one organisation.")
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("One part of an organisation that splits.")
class PartInput:
    """One part of an organisation that splits."""

    organisation: OdsCode = strawberry.field(
        description="The code of the organisation that the part becomes. It is open already."
    )
    members: list[OdsCode] | None = strawberry.field(
        default=UNSET, description="The codes of the members that it gets. Default: none."
    )


@command_input("An organisation that becomes several, or gives a part away.")
class SplitOrganisationInput:
    """An organisation that becomes several, or gives a part away."""

    organisation: OdsCode = strawberry.field(description="The code of the organisation.")
    into: list[PartInput] = strawberry.field(description="What its parts become.")
    on: dt.date = strawberry.field(description="The first day of the parts.")
    closes: bool | None = strawberry.field(
        default=True, description="Whether the organisation closes on the day before. All of its members then move."
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("An overall rating by the Care Quality Commission (CQC).")
class RateOrganisationInput:
    """An overall rating by the Care Quality Commission (CQC)."""

    organisation: OdsCode = strawberry.field(description="The code of the practice.")
    rated_on: dt.date = strawberry.field(description="The date of the rating.")
    rating: CqcRating | None = strawberry.field(
        default=UNSET,
        description="The rating. Left out: there was none on this date, and what is on record is removed.",
    )
    source: str | None = strawberry.field(
        default=UNSET, description="Where the rating is from. Default: Care Quality Commission."
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("The time of an organisation in a group.")
class StayInput:
    """The time of an organisation in a group."""

    group: OdsCode = strawberry.field(description="The code of the group.")
    starts: dt.date = strawberry.field(description="The first day, or the first day on record.")
    ends: dt.date | None = strawberry.field(default=UNSET, description="The last day. Left out: it continues.")


@command_input("A name that an organisation no longer has.")
class FormerNameInput:
    """A name that an organisation no longer has."""

    name: str = strawberry.field(description="The name.")
    postcode: str | None = strawberry.field(default=UNSET, description="The postcode.")
    until: dt.date = strawberry.field(description="The last day on which it had them.")


@command_input("An organisation that followed.")
class SuccessorInput:
    """An organisation that followed."""

    organisation: OdsCode = strawberry.field(description="Its code.")
    on: dt.date = strawberry.field(description="The first day on which it followed.")


@command_input("What was wrong on record. It changes the past; what you leave out stays, and null removes.")
class CorrectRegisterInput:
    """What was wrong on record. It changes the past; what you leave out stays, and null removes."""

    organisation: OdsCode = strawberry.field(description="The code of the organisation.")
    name: str | None = strawberry.field(default=UNSET, description="Its name today.")
    postcode: str | None = strawberry.field(default=UNSET, description="Its postcode today.")
    opened_on: dt.date | None = strawberry.field(default=UNSET, description="Its first day.")
    closed_on: dt.date | None = strawberry.field(
        default=UNSET, description="Its last day. Null opens it again. Its last stay in a group ends with it."
    )
    groups: list[StayInput] | None = strawberry.field(
        default=UNSET, description="All of its time in groups. The list replaces what is on record."
    )
    former_names: list[FormerNameInput] | None = strawberry.field(
        default=UNSET, description="All of its former names. The list replaces what is on record."
    )
    successors: list[SuccessorInput] | None = strawberry.field(
        default=UNSET, description="All that followed it. The list replaces what is on record."
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


REGISTERED = answer_with("organisation", hidden=(("recalculated", JSON()),))


@entity(None)
@strawberry.type(description="A figure that is calculated again, because its members are others or have changed.")
class RecalculatedFigure:
    """A figure that is calculated again, because its members are others or have changed."""

    metric: str = field("The code of its metric.")
    organisation: OdsCode = field("The code of its organisation.")
    period: str = field("The code of its period.")
    before: float | None = field("The value before; null if there was none.")
    after: float | None = field("The value after; null if it can no longer be calculated.")


@entity(None)
@strawberry.type(description="What a change of the register affects, or the problems. With problems, nothing was done.")
class RegisterPayload:
    """What a change of the register affects, or the problems. With problems, nothing was done."""

    organisation: Organisation | None = field(
        "The organisation today; null when there are problems, and for a new one with `validateOnly`.",
        thing("organisation"),
    )
    figures_affected: int = field(
        "The number of published figures of these organisations, for periods that end on the first day or later."
    )
    requests_affected: int = field(
        "The number of requests for figures that come or go, in the quarters from the first day until now."
    )
    targets_affected: int = field("The number of targets of these organisations that are not due before the first day.")
    recalculated: list[RecalculatedFigure] = field(
        "The calculated figures that change with it, each published as a revision.", RequestRows("recalculated")
    )
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
