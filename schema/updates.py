"""What a quarterly update takes, and what it answers."""

import strawberry
from sqlalchemy import BigInteger, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from strawberry import UNSET

from schema.mapping import Arguments, Found, Given, Reach, Root, entity, said
from schema.query import Query
from schema.types.figures import Figure
from schema.types.scalars import OdsCode

PAYLOAD = Given("payload", hidden=(("figure_ids", ARRAY(BigInteger())), ("problems", JSON())))


def _figures(row: FromClause, other: FromClause, _: Arguments) -> Found:
    return Found((other.c.id == func.any(row.c.figure_ids),), (func.array_position(row.c.figure_ids, other.c.id),))


@strawberry.input(description="One figure of an update.")
class FigureInput:
    """One figure of an update."""

    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation that it is about.")
    period: str | None = strawberry.field(default=UNSET, description="Its period's code; the quarter if left out.")
    value: float | None = strawberry.field(
        default=UNSET,
        description="The value, in the metric's unit; reckoned from numerator and denominator if left out.",
    )
    numerator: float | None = strawberry.field(default=UNSET, description="The numerator.")
    denominator: float | None = strawberry.field(default=UNSET, description="The denominator, above 0.")
    note: str | None = strawberry.field(default=UNSET, description="What a reader should know about it.")
    reason: str | None = strawberry.field(default=UNSET, description="Why a published figure changes.")


@strawberry.input(description="A quarter's figures.")
class UpdateQuarterlyFiguresInput:
    """A quarter's figures."""

    quarter: str = strawberry.field(description="The quarter: 2024-25-Q3.")
    organisation: OdsCode = strawberry.field(
        description="On whose behalf: every figure is about it or about one of its members."
    )
    figures: list[FigureInput] = strawberry.field(description="The figures, at most 10,000.")
    reason: str | None = strawberry.field(
        default=UNSET, description="Why published figures change, for every row without a reason of its own."
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Only say what is wrong; nothing is written."
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET,
        description="A text of your own: the same update with the same key has one effect and one answer.",
    )


@entity(None)
@strawberry.type(
    description="All that is wrong, at once. code is stable; path leads to the input field; row is the figure's place."
)
class Problem:
    """All that is wrong, at once. code is stable; path leads to the input field; row is the figure's place."""

    code: str = said("Stable: validation/unknown-metric.")
    message: str = said("What is wrong, in one sentence.")
    remedy: str = said("What to do about it.")
    path: list[str] = said("The way to the input field.")
    row: int | None = said("The figure's place in the list, from 0; null when no one figure is at fault.")


@entity(None)
@strawberry.type(description="What an update did, or all that is wrong with it: then it did nothing.")
class UpdateQuarterlyFiguresPayload:
    """What an update did, or all that is wrong with it: then it did nothing."""

    figures: list[Figure] = said(
        "The figures as they are published now, in the order of the input; none when there are problems, and of what "
        "is new none when only validating.",
        Reach(_figures, size=200),
    )
    problems: list[Problem] = said("All that is wrong, by row.", Given("problems"))
    created: int = said("How many figures are new.")
    updated: int = said("How many published figures have a new revision.")
    unchanged: int = said("How many say what is published already.")
    query: Query = said("The root of every reading, for one round trip.", Root())
