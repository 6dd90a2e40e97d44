"""What the commands for the dates of quarters and for exceptions take and answer."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUARTER, QUERY, answer_with, command_input
from schema.commands.problems import Problem
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.scalars import OdsCode


@command_input("The three dates of a quarter. A date that is left out is removed.")
class SetQuarterInput:
    """The three dates of a quarter. A date that is left out is removed."""

    quarter: str = strawberry.field(description=QUARTER)
    opens_on: dt.date | None = strawberry.field(
        default=UNSET, description="The first day on which you can submit figures. Default: the quarter's first day."
    )
    soft_deadline: dt.date | None = strawberry.field(
        default=UNSET, description="The last day on which figures are on time."
    )
    hard_deadline: dt.date | None = strawberry.field(
        default=UNSET, description="The last day on which you can submit figures."
    )
    reason: str = strawberry.field(description="Why. It is recorded in the audit.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("An exception from what is collected for a quarter.")
class GrantExceptionInput:
    """An exception from what is collected for a quarter."""

    quarter: str = strawberry.field(description=QUARTER)
    organisation: OdsCode = strawberry.field(description="The code of the organisation that gets the exception.")
    metric: str | None = strawberry.field(
        default=UNSET, description="The code of the metric. Default: all metrics collected from the organisation."
    )
    until: dt.date | None = strawberry.field(
        default=UNSET, description="A later deadline. Default: the organisation is exempt from the quarter."
    )
    reason: str = strawberry.field(description="Why.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


CHANGED_QUARTER = answer_with()


@entity(None)
@strawberry.type(description="The quarter whose dates or exceptions changed, or the problems.")
class QuarterPayload:
    """The quarter whose dates or exceptions changed, or the problems."""

    quarter: str | None = field("The quarter's code, for `query { completeness }`; null when there are problems.")
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
