"""What the command for many submissions takes and answers."""

import strawberry
from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSON
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.commands.rows import ON_CONFLICT, ROW_RESULTS, ROWS, RowResult
from schema.enumerations import OnConflict, PublishOutcome
from schema.mapping import Expression, RequestRows, Root, entity, field
from schema.query import Query
from schema.types.submissions import Submission


@command_input("A submission, and the version that you read.")
class SubmissionVersionInput:
    """A submission, and the version that you read."""

    id: strawberry.ID = strawberry.field(description="The submission.")
    expected_version: int = strawberry.field(description="The version that you read.")


@command_input("Submissions that are published together.")
class PublishSubmissionsInput:
    """Submissions that are published together."""

    submissions: list[SubmissionVersionInput] = strawberry.field(
        description="The submissions, SUBMITTED or APPROVED: at most 500, with at most 10,000 figures in all."
    )
    reason: str | None = strawberry.field(default=UNSET, description="Why you approve and publish them.")
    public_note: str | None = strawberry.field(
        default=UNSET, description="A note for readers. It is shown with each figure without its own note."
    )
    on_conflict: OnConflict | None = strawberry.field(default=UNSET, description=ON_CONFLICT)
    all_or_nothing: bool | None = strawberry.field(
        default=False, description="Whether to publish none of them when one is refused."
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Whether to say what would be done, without doing it."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


PUBLISHED = answer_with(hidden=(("results", JSON()),))
_RESULTS = RequestRows(
    "results", hidden=(("submission_id", BigInteger()), ("row_results", JSON()), ("problems", JSON()))
)


@entity(None)
@strawberry.type(description="What became of one submission.")
class SubmissionResult:
    """What became of one submission."""

    id: strawberry.ID = field("The id that you sent.", Expression(lambda row, _: row.c.id))
    outcome: PublishOutcome = field("What became of it.")
    submission: Submission | None = field("The current submission; null if you cannot see it.", thing("submission"))
    rows: list[RowResult] = field(ROWS, ROW_RESULTS)
    problems: list[Problem] = field("Why it was refused; empty when it was published.", RequestRows("problems"))


@entity(None)
@strawberry.type(description="What became of each submission. With problems, nothing was done.")
class PublishSubmissionsPayload:
    """What became of each submission. With problems, nothing was done."""

    submissions: list[SubmissionResult] = field(
        "What became of each submission, in the order of the input. Empty when the command as a whole is wrong.",
        _RESULTS,
    )
    published: int = field("Number of submissions that were published.")
    refused: int = field("Number of submissions that were refused.")
    created: int = field("Number of new figures.")
    updated: int = field("Number of published figures with a new revision.")
    unchanged: int = field("Number of figures identical to those already published.")
    skipped: int = field("Number of rows that were left out.")
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())
