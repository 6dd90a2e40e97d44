"""What the command for targets takes and answers."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.enumerations import Comparator
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
    comparator: Comparator = strawberry.field(description="How figures are compared with the value.")
    value: float = strawberry.field(description="The value to reach; for BETWEEN, the lower bound.")
    upper_value: float | None = strawberry.field(default=UNSET, description="The upper bound, for BETWEEN only.")
    baseline: float | None = strawberry.field(default=UNSET, description="The value from which progress is measured.")
    baseline_on: dt.date | None = strawberry.field(
        default=UNSET, description="The date of the baseline. Send both or neither."
    )
    due: dt.date | None = strawberry.field(default=UNSET, description="The date by which the target must be met.")
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
@strawberry.type(description="The current target, or the problems. With problems, nothing was done.")
class TargetPayload:
    """The current target, or the problems. With problems, nothing was done."""

    target: Target | None = field("The target; null when there are problems.", thing("target"))
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
