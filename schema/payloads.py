"""What commands answer: the thing, null when refused; all that was wrong; and the root of every reading."""

from typing import Any

import strawberry
from sqlalchemy import BigInteger, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from schema.enumerations import Severity
from schema.mapping import Arguments, Reach, RelatedRows, RequestRows, Root, entity, field, reach
from schema.query import Query
from schema.types.figures import Figure
from schema.types.metrics import Metric
from schema.types.submissions import Submission
from schema.types.targets import Target

# The keys of what a command did come with its answer; the fields reach the rows by them.
PAYLOAD = RequestRows(
    "payload",
    hidden=(
        ("figure_ids", ARRAY(BigInteger())),
        ("submission_id", BigInteger()),
        ("target_id", BigInteger()),
        ("metric_id", BigInteger()),
        ("problems", JSON()),
    ),
)
_ROOT = "The root of every reading, for one round trip."


def _figures(row: FromClause, other: FromClause, _: Arguments) -> RelatedRows:
    return RelatedRows(
        (other.c.id == func.any(row.c.figure_ids),), (func.array_position(row.c.figure_ids, other.c.id),)
    )


def _the(name: str) -> Any:
    return reach(lambda row, other: other.c.id == row.c[f"{name}_id"])


@entity(None)
@strawberry.type(
    description="All that is wrong, at once. code is stable; path leads to the input field; row is the figure's place."
)
class Problem:
    """All that is wrong, at once. code is stable; path leads to the input field; row is the figure's place."""

    code: str = field("Stable: validation/unknown-metric.")
    severity: Severity = field("Whether it has to be corrected, or explained by a reason.")
    message: str = field("What is wrong, in one sentence.")
    remedy: str = field("What to do about it.")
    path: list[str] = field("The way to the input field.")
    row: int | None = field("The figure's place in the list, from 0; null when no one figure is at fault.")
    current_version: int | None = field("The submission's version now, where another one was expected; else null.")


@entity(None)
@strawberry.type(description="The submission after a step, or all that was wrong: then nothing was done.")
class SubmissionPayload:
    """The submission after a step, or all that was wrong: then nothing was done."""

    submission: Submission | None = field("The submission as it is now; null when refused.", _the("submission"))
    problems: list[Problem] = field("All that is wrong.", RequestRows("problems"))
    query: Query = field(_ROOT, Root())


@entity(None)
@strawberry.type(description="What an update did, or all that is wrong with it: then it did nothing.")
class UpdateQuarterlyFiguresPayload:
    """What an update did, or all that is wrong with it: then it did nothing."""

    submission: Submission | None = field(
        "The submission that keeps the update: PUBLISHED, or SUBMITTED where a second person has to agree; null when "
        "refused, and when only validating.",
        _the("submission"),
    )
    figures: list[Figure] = field(
        "The figures as they are published now, in the order of the input; none when there are problems or nothing is "
        "published yet, and of what is new none when only validating.",
        Reach(_figures, size=200),
    )
    problems: list[Problem] = field("All that is wrong, by row.", RequestRows("problems"))
    created: int = field("How many figures are new; 0 while the submission waits for a second person.")
    updated: int = field("How many published figures have a new revision.")
    unchanged: int = field("How many say what is published already.")
    query: Query = field(_ROOT, Root())


@entity(None)
@strawberry.type(description="The target as it is set now, or all that was wrong.")
class TargetPayload:
    """The target as it is set now, or all that was wrong."""

    target: Target | None = field("The target; null when refused.", _the("target"))
    problems: list[Problem] = field("All that is wrong.", RequestRows("problems"))
    query: Query = field(_ROOT, Root())


@entity(None)
@strawberry.type(description="The quarter whose dates or exceptions changed, or all that was wrong.")
class QuarterPayload:
    """The quarter whose dates or exceptions changed, or all that was wrong."""

    quarter: str | None = field("The quarter's code, for `query { completeness }`; null when refused.")
    problems: list[Problem] = field("All that is wrong.", RequestRows("problems"))
    query: Query = field(_ROOT, Root())


@entity(None)
@strawberry.type(description="The metric as it is now, or all that was wrong.")
class MetricPayload:
    """The metric as it is now, or all that was wrong."""

    metric: Metric | None = field("The metric; null when refused.", _the("metric"))
    problems: list[Problem] = field("All that is wrong.", RequestRows("problems"))
    query: Query = field(_ROOT, Root())
