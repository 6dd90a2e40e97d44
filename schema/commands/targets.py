"""What the command for targets takes and answers."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.enumerations import Comparator, Frequency, OrganisationKind, TargetKind
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.scalars import OdsCode
from schema.types.targets import Target


@command_input("A value to reach on the way to a target.")
class MilestoneInput:
    """A value to reach on the way to a target."""

    due: dt.date = strawberry.field(description="The date: after the baseline and before the due date.")
    value: float = strawberry.field(description="The value, in the metric's unit.")


@command_input("A new target, or a revision of a target.")
class SetTargetInput:
    """A new target, or a revision of a target."""

    id: strawberry.ID | None = strawberry.field(default=UNSET, description="The target to revise. Default: a new one.")
    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that has the target.")
    applies_to: OrganisationKind | None = strawberry.field(
        default=UNSET,
        description=(
            "The kind of member that the target is for. Each of them inherits it, unless it has a target of its own or "
            "of a nearer group. Default: as it is. A new target is for the organisation itself."
        ),
    )
    members_needed: int | None = strawberry.field(
        default=UNSET, description="How many of these members must meet it. Default: all, or as a percentage."
    )
    members_needed_percent: float | None = strawberry.field(
        default=UNSET, description="How many of these members must meet it, as a percentage. Send one of the two."
    )
    comparator: Comparator = strawberry.field(description="How figures are compared with the value.")
    value: float = strawberry.field(description="The value to reach; for BETWEEN, the lower bound.")
    upper_value: float | None = strawberry.field(default=UNSET, description="The upper bound, for BETWEEN only.")
    baseline: float | None = strawberry.field(default=UNSET, description="The value from which progress is measured.")
    baseline_on: dt.date | None = strawberry.field(
        default=UNSET, description="The date of the baseline. Send both or neither."
    )
    start: dt.date | None = strawberry.field(
        default=UNSET,
        description=(
            "The start: periods that end after it are judged. Default: the baseline's date, or else the due date of "
            "the target before it, or else 1 April for a count from 1 April."
        ),
    )
    due: dt.date | None = strawberry.field(default=UNSET, description="The date by which the target must be met.")
    kind: TargetKind | None = strawberry.field(
        default=UNSET,
        description=(
            "Whether it must be held after its due date, or reached by it. Default: as it is. A new target is REACH "
            "for a count or a rate that adds up over days, otherwise HOLD."
        ),
    )
    frequency: Frequency | None = strawberry.field(
        default=UNSET,
        description=(
            "The length of the periods whose figures it judges, for a metric that counts OVER_PERIOD. Default: as it "
            "is. A new target judges the length that most figures have."
        ),
    )
    counts_from: dt.date | None = strawberry.field(
        default=UNSET, description="The day from which this target or change counts. Default: today."
    )
    milestones: list[MilestoneInput] | None = strawberry.field(
        default=UNSET, description="Values to reach on the way, at most 40."
    )
    reason: str | None = strawberry.field(default=UNSET, description="Why the target is set or changed. You need one.")
    source: str | None = strawberry.field(
        default=UNSET, description="Where it was published. Default: its current source, or this tracker."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


TARGET = answer_with("target")


@entity(None)
@strawberry.type(description="The current target, or the problems. With a problem that blocks, nothing was done.")
class TargetPayload:
    """The current target, or the problems. With a problem that blocks, nothing was done."""

    target: Target | None = field("The target; null when a problem blocks.", thing("target"))
    problems: list[Problem] = field(
        "Everything that is wrong. Problems of severity INFO do not block: look at the target again.",
        RequestRows("problems"),
    )
    query: Query = field(QUERY, Root())
