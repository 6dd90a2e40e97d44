"""What the commands for submissions take and answer."""

import strawberry
from sqlalchemy import BigInteger, FromClause, func
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from strawberry import UNSET

from schema.commands.declaring import KEY, PROBLEMS, QUARTER, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.commands.rows import ON_CONFLICT, ROW_RESULTS, ROWS, RowResult
from schema.enumerations import OnConflict, Qualifier
from schema.mapping import Arguments, Reach, RelatedRows, RequestRows, Root, entity, field
from schema.query import Query
from schema.types.figures import Figure
from schema.types.scalars import OdsCode
from schema.types.submissions import Submission

_ON_BEHALF_OF = "The organisation that sends the figures. Each figure is for it or for one of its members."


@command_input("The publication that a figure was printed in.")
class SourceInput:
    """The publication that a figure was printed in."""

    title: str = strawberry.field(description="The title of the publication.")
    reference: str | None = strawberry.field(default=UNSET, description="The section, paragraph or table.")


@command_input("One figure of a submission.")
class FigureInput:
    """One figure of a submission."""

    metric: str = strawberry.field(description="The metric's code.")
    organisation: OdsCode = strawberry.field(description="The code of the organisation the figure describes.")
    period: str | None = strawberry.field(
        default=UNSET,
        description=(
            "The period: its code, or as people write it: Nov 2024, 31/01/2025. Default: the quarter. A count from "
            "1 April or since a launch ends with the quarter."
        ),
    )
    value: float | None = strawberry.field(
        default=UNSET,
        description="The value, in the metric's unit. Default: calculated from the numerator and the denominator.",
    )
    numerator: float | None = strawberry.field(default=UNSET, description="The numerator.")
    denominator: float | None = strawberry.field(default=UNSET, description="The denominator, above 0.")
    qualifier: Qualifier | None = strawberry.field(
        default=UNSET,
        description="How exact the number is: over (MORE_THAN), fewer than (LESS_THAN) or about. Default: EXACT.",
    )
    lower_confidence_limit: float | None = strawberry.field(
        default=UNSET,
        description=(
            "The lower 95% confidence limit, as the source prints it. Send both limits or neither. "
            "Without them, an unchanged value keeps its limits."
        ),
    )
    upper_confidence_limit: float | None = strawberry.field(
        default=UNSET, description="The upper 95% confidence limit, as the source prints it."
    )
    is_provisional: bool | None = strawberry.field(
        default=UNSET,
        description="Whether you expect to revise the figure. Its status is then PROVISIONAL. Default: false.",
    )
    is_nil_return: bool | None = strawberry.field(
        default=False, description="Whether there is no figure to report. A nil return has no value."
    )
    note: str | None = strawberry.field(default=UNSET, description="What readers should know about the figure.")
    source: SourceInput | None = strawberry.field(
        default=UNSET, description="Where the figure was printed. Default: this return."
    )
    reason: str | None = strawberry.field(
        default=UNSET, description="Why a published figure changes, or why an unusual figure is correct."
    )


@command_input("A quarter's figures, in one call.")
class UpdateQuarterlyFiguresInput:
    """A quarter's figures, in one call."""

    quarter: str = strawberry.field(description=QUARTER)
    organisation: OdsCode = strawberry.field(description=_ON_BEHALF_OF)
    figures: list[FigureInput] = strawberry.field(description="The figures, at most 10,000.")
    reason: str | None = strawberry.field(
        default=UNSET, description="Why published figures change. It applies to each figure without its own reason."
    )
    public_note: str | None = strawberry.field(
        default=UNSET, description="A note for readers. It is shown with each figure without its own note."
    )
    on_conflict: OnConflict | None = strawberry.field(default=UNSET, description=ON_CONFLICT)
    validate_only: bool | None = strawberry.field(
        default=False, description="Whether to report problems without saving anything."
    )
    include_information: bool | None = strawberry.field(
        default=UNSET,
        description="Whether `problems` also has what is for information only, with severity INFO. Default: false.",
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("The complete submission. It replaces the existing figures.")
class SaveSubmissionInput:
    """The complete submission. It replaces the existing figures."""

    id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The submission to edit. Default: a new submission."
    )
    expected_version: int | None = strawberry.field(
        default=UNSET, description="The version that you read. You need it with `id`."
    )
    quarter: str = strawberry.field(description=QUARTER)
    organisation: OdsCode = strawberry.field(description=_ON_BEHALF_OF)
    title: str | None = strawberry.field(default=UNSET, description="Your title for it. Default: the quarter's name.")
    figures: list[FigureInput] = strawberry.field(description="All of its figures, at most 10,000.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("What has to change in one answer of a submission that you return, or in its answers of a theme.")
class ReturnCommentInput:
    """What has to change in one answer of a submission that you return, or in its answers of a theme."""

    metric: str | None = strawberry.field(
        default=UNSET, description="The code of the answer's metric. Send it or a `theme`, and not both."
    )
    organisation: OdsCode | None = strawberry.field(
        default=UNSET,
        description="The code of the organisation that the answer is about. Default: the one the submission is for.",
    )
    theme: str | None = strawberry.field(default=UNSET, description="The code of the theme.")
    words: str = strawberry.field(description="What has to change.")


@command_input("A step with a submission.")
class SubmissionInput:
    """A step with a submission."""

    id: strawberry.ID = strawberry.field(description="The submission.")
    expected_version: int = strawberry.field(description="The version that you read.")
    reason: str | None = strawberry.field(
        default=UNSET, description="Why. You need a reason to return or withdraw a submission."
    )
    public_note: str | None = strawberry.field(
        default=UNSET, description="A note for readers, when you publish or withdraw."
    )
    comments: list[ReturnCommentInput] | None = strawberry.field(
        default=UNSET, description="Comments on single answers or on a theme, when you return it: at most 500."
    )
    on_conflict: OnConflict | None = strawberry.field(
        default=UNSET, description=f"{ON_CONFLICT} You can send it when you submit, approve or publish."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("Corrections of published figures. They start a new version of their submission.")
class AmendFiguresInput:
    """Corrections of published figures. They start a new version of their submission."""

    figures: list[FigureInput] = strawberry.field(
        description="The figures that change. All other figures of the submission stay the same."
    )
    quarter: str = strawberry.field(description=QUARTER)
    organisation: OdsCode = strawberry.field(description="The organisation that the submission was published for.")
    reason: str = strawberry.field(description="Why the figures change.")
    public_note: str = strawberry.field(description="A note for readers about the change.")
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("A figure that goes back to an earlier revision.")
class RestoreFigureInput:
    """A figure that goes back to an earlier revision."""

    figure: strawberry.ID = strawberry.field(description="The figure.")
    revision: int = strawberry.field(description="The revision to restore. 0: none; the figure is withdrawn.")
    expected_revision: int = strawberry.field(description="The current revision, as you read it.")
    reason: str = strawberry.field(description="Why the earlier figure is right.")
    public_note: str | None = strawberry.field(
        default=UNSET, description="A note for readers. It is shown if the restored figure has no note of its own."
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Whether to report problems without saving anything."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


FIGURE = answer_with("figure")
_ROW_RESULTS = ("row_results", JSON())
SUBMISSION = answer_with("submission", hidden=(_ROW_RESULTS,))
UPDATE = answer_with("submission", hidden=(("figure_ids", ARRAY(BigInteger())), _ROW_RESULTS))


def _figures(row: FromClause, other: FromClause, _: Arguments) -> RelatedRows:
    return RelatedRows(
        (other.c.id == func.any(row.c.figure_ids),), (func.array_position(row.c.figure_ids, other.c.id),)
    )


@entity(None)
@strawberry.type(description="The submission after a step, or the problems. With problems, nothing was done.")
class SubmissionPayload:
    """The submission after a step, or the problems. With problems, nothing was done."""

    submission: Submission | None = field("The current submission; null when there are problems.", thing("submission"))
    rows: list[RowResult] = field(f"{ROWS} Steps that check no figures have no rows.", ROW_RESULTS)
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())


@entity(None)
@strawberry.type(description="The current figure, or the problems. With problems, nothing was done.")
class FigurePayload:
    """The current figure, or the problems. With problems, nothing was done."""

    figure: Figure | None = field("The figure; null when there are problems.", thing("figure"))
    problems: list[Problem] = field(PROBLEMS, RequestRows("problems"))
    query: Query = field(QUERY, Root())


@entity(None)
@strawberry.type(description="What an update did, or the problems. With a problem that is not INFO, nothing was done.")
class UpdateQuarterlyFiguresPayload:
    """What an update did, or the problems. With a problem that is not INFO, nothing was done."""

    submission: Submission | None = field(
        "The submission that holds the update: PUBLISHED, or SUBMITTED if a second person must approve it. "
        "It is null when there are problems, and with `validateOnly`.",
        thing("submission"),
    )
    figures: list[Figure] = field(
        "The published figures, in the order of the input. "
        "The list is empty when there are problems or nothing is published yet. "
        "With `validateOnly`, new figures are left out.",
        Reach(_figures, size=200),
    )
    rows: list[RowResult] = field(ROWS, ROW_RESULTS)
    problems: list[Problem] = field(
        "Everything that is wrong, by row. With `includeInformation`, also what is for information only.",
        RequestRows("problems"),
    )
    created: int = field("Number of new figures; 0 while the submission waits for a second person.")
    updated: int = field("Number of published figures with a new revision.")
    unchanged: int = field("Number of figures identical to those already published.")
    information_count: int = field(
        "Number of findings for information, such as an unchanged figure. `includeInformation` lists them."
    )
    skipped: int = field("Number of rows that were left out.")
    query: Query = field(QUERY, Root())
