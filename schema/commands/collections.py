"""What the commands for themes, and for what is collected, take and answer."""

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.commands.register import REASON, VALIDATE
from schema.enumerations import OrganisationKind
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.collections import Collection
from schema.types.metrics import Theme
from schema.types.scalars import OdsCode


@command_input("A new theme, or a change to a theme.")
class SaveThemeInput:
    """A new theme, or a change to a theme."""

    code: str = strawberry.field(description="The code of the theme, in snake_case. An unknown code adds a theme.")
    name: str = strawberry.field(description="The name.")
    position: int | None = strawberry.field(
        default=UNSET, description="Its place in lists. Default: the one that it has, or after the last theme."
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("Who is asked for the figures of a metric, from a quarter on. Earlier quarters stay as they were.")
class SaveCollectionInput:
    """Who is asked for the figures of a metric, from a quarter on. Earlier quarters stay as they were."""

    metric: str = strawberry.field(description="The metric's code.")
    kind: OrganisationKind = strawberry.field(description="The kind of organisation that is asked.")
    within: OdsCode = strawberry.field(
        description="The code of the group whose members are asked, or of the one organisation that is."
    )
    first_quarter: str = strawberry.field(description="The first quarter for which this holds: 2026-27-Q1.")
    last_quarter: str | None = strawberry.field(
        default=UNSET, description="The last quarter for which it holds. Default: it continues."
    )
    quarters: list[int] = strawberry.field(
        description="The quarters of the year in which it is asked for: [1, 2, 3, 4] for every quarter, [4] for once a "
        "year. With an empty list it is no longer asked for."
    )
    due_days: int | None = strawberry.field(
        default=UNSET,
        description="The number of days after the quarter's last day by which it is due: 0 is the last day itself. "
        "Default: the quarter's deadline.",
    )
    reason: str = strawberry.field(description=REASON)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


THEME = answer_with("theme")
COLLECTION = answer_with("collection")


@entity(None)
@strawberry.type(description="The current theme, or the problems. With problems, nothing was done.")
class ThemePayload:
    """The current theme, or the problems. With problems, nothing was done."""

    theme: Theme | None = field("The theme; null when there are problems.", thing("theme"))
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())


@entity(None)
@strawberry.type(description="What is collected now, or the problems. With problems, nothing was done.")
class CollectionPayload:
    """What is collected now, or the problems. With problems, nothing was done."""

    collection: Collection | None = field(
        "What is collected; null when there are problems, when it is no longer asked for, and for a new one with "
        "`validateOnly`.",
        thing("collection"),
    )
    requests_affected: int = field(
        "The number of requests for figures that come or go, in the quarters from the first one until now."
    )
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
