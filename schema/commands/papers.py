"""What the commands for a quarter's paper take and answer."""

import datetime as dt

import strawberry
from strawberry import UNSET

from schema.commands.declaring import KEY, QUARTER, QUERY, answer_with, command_input, thing
from schema.commands.problems import Problem
from schema.mapping import RequestRows, Root, entity, field
from schema.query import Query
from schema.types.papers import Paper
from schema.types.scalars import OdsCode

BOARD = "The code of the integrated care board (ICB)."
VERSION = "The version that you read. With another one, nothing is changed. Default: change it in any version."
KEPT = "Default: as it is. Null or an empty text empties it."
KEPT_ON = "Default: as it is, or as in the last paper. Null or an empty text empties it."
VALIDATE = "Only check: report what would be wrong, and change nothing."


@command_input("The title block of a quarter's paper. The first one starts the paper.")
class SavePaperInput:
    """The title block of a quarter's paper. The first one starts the paper."""

    quarter: str = strawberry.field(description=QUARTER)
    board: OdsCode = strawberry.field(description=BOARD)
    addressed_to: str | None = strawberry.field(default=UNSET, description=f"Who it is for: the committee. {KEPT_ON}")
    sent_from: str | None = strawberry.field(default=UNSET, description=f"Who presents it. {KEPT_ON}")
    dated_on: dt.date | None = strawberry.field(default=UNSET, description=f"The date of the meeting. {KEPT}")
    recommendation: str | None = strawberry.field(
        default=UNSET, description=f"What the committee is asked to do. {KEPT_ON}"
    )
    expected_version: int | None = strawberry.field(default=UNSET, description=VERSION)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("What somebody writes about a section of a quarter's paper.")
class SaveNarrativeInput:
    """What somebody writes about a section of a quarter's paper."""

    quarter: str = strawberry.field(description=QUARTER)
    board: OdsCode = strawberry.field(description=BOARD)
    section: str = strawberry.field(description="The heading of the section, or `Summary`.")
    words: str = strawberry.field(
        description="The text, with an empty line between paragraphs. An empty text takes the narrative out."
    )
    owner: str | None = strawberry.field(
        default=UNSET, description="The person who answers for it. Default: as it is, or you. An empty one: you."
    )
    expected_version: int | None = strawberry.field(
        default=UNSET, description="The version that you read, of this paper's own narrative: 0 if it has none."
    )
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("An action that a quarter's paper asks for, or what became of it.")
class SavePaperActionInput:
    """An action that a quarter's paper asks for, or what became of it."""

    quarter: str = strawberry.field(description="The quarter whose paper asks for it, or says what became of it.")
    board: OdsCode = strawberry.field(description=BOARD)
    number: int | None = strawberry.field(default=UNSET, description="The action to change. Default: a new one.")
    metric: str | None = strawberry.field(
        default=UNSET, description=f"The code of the metric that it should change. {KEPT}"
    )
    what: str | None = strawberry.field(
        default=UNSET, description="What has to be done. A new action needs it. Default: as it is."
    )
    owner: str | None = strawberry.field(
        default=UNSET, description="The person who does it. A new action needs one. Default: as it is."
    )
    due: dt.date | None = strawberry.field(
        default=UNSET, description="The date by which it should be done. A new action needs one. Default: as it is."
    )
    outcome: str | None = strawberry.field(default=UNSET, description=f"What became of it. {KEPT}")
    is_closed: bool | None = strawberry.field(
        default=UNSET, description="Whether this paper is the last one that has it. It needs an outcome then."
    )
    expected_version: int | None = strawberry.field(default=UNSET, description=VERSION)
    validate_only: bool | None = strawberry.field(default=False, description=VALIDATE)
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


@command_input("The paper to freeze. It never changes after that.")
class FreezePaperInput:
    """The paper to freeze. It never changes after that."""

    quarter: str = strawberry.field(description=QUARTER)
    board: OdsCode = strawberry.field(description=BOARD)
    expected_version: int | None = strawberry.field(
        default=UNSET,
        description="The version of the paper that you read. If somebody changed it since, it is not frozen. "
        "Default: freeze any version.",
    )
    validate_only: bool | None = strawberry.field(
        default=False, description="Only check: the problems are the paper's checklist."
    )
    idempotency_key: str | None = strawberry.field(default=UNSET, description=KEY)


PAPER = answer_with("paper")


@entity(None)
@strawberry.type(description="The current paper, or the problems. With a problem that blocks, nothing was done.")
class PaperPayload:
    """The current paper, or the problems. With a problem that blocks, nothing was done."""

    paper: Paper | None = field(
        "The paper; null when a problem blocks, and for a new one with `validateOnly`.", thing("paper")
    )
    problems: list[Problem] = field(
        "Everything that is wrong. Problems of severity INFO do not block: look at them before you freeze the paper.",
        RequestRows("problems"),
    )
    query: Query = field(QUERY, Root())
