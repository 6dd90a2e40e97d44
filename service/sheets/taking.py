"""What was checked is taken, all of it or what is right, as a draft or as a submission: by the commands for these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.commands.submissions import SaveSubmissionInput, UpdateQuarterlyFiguresInput
from schema.enumerations import OnConflict, SubmissionStatus
from schema.tables import SubmissionRow
from schema.types.scalars import OdsCode
from service.database import Database
from service.sheets.checking import UPDATE, Becomes, Checked, at_cell, review_now
from service.sheets.drafts import cells_of, open_draft
from service.sheets.findings import CellFinding
from service.sheets.reading import Line
from service.viewer import Viewer
from service.writes.command import carry_out
from service.writes.commands import BY_NAME
from service.writes.outcome import Problem, Refused, problem

_SAVE = BY_NAME["saveSubmission"]
_CHANGED = "upload/changed-since", "Since you looked, other figures were published, or the file or its reason changed."
_BEGUN = "upload/changed-since", "Meanwhile somebody began a return for this organisation and quarter."


class Take(StrEnum):
    """Which answers to take: all of them or none, or those without open findings."""

    ALL = "all"
    RIGHT = "right"


class Form(StrEnum):
    """What to make of them: a draft, or a submission that goes as far as the sender's role allows."""

    DRAFT = "draft"
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Choice:
    """What to do with a file that was checked. `review` is the one that somebody looked at; None: any."""

    take: Take
    form: Form = Form.SUBMISSION
    review: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Taken:
    """What became of it: the submission, and how many figures are new, changed, the same, and left out."""

    submission: str | None = None
    status: SubmissionStatus | None = None
    version: int | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    problems: Sequence[CellFinding] = field(default_factory=list)


async def take_file(
    database: Database, checked: Checked, choice: Choice, *, by: Viewer | None, second_person_always: bool = False
) -> Taken:
    """Take the answers of a checked file. With problems, nothing was taken.

    Problems: `upload/changed-since`, `upload/open-findings`, `upload/nothing-right`, and those of the command.
    """
    if choice.review is not None and choice.review != checked.review:
        return _nothing(*_CHANGED)
    readable = [each for each in checked.answers if each.line.figure is not None]
    right = [each for each in readable if each.becomes is not Becomes.NOT_TAKEN]
    if choice.take is Take.ALL and (len(readable) < len(checked.answers) or _holds(checked, choice, len(right))):
        wrong = len(checked.answers) - len(right)
        return _nothing("upload/open-findings", f"{wrong:,} of {len(checked.answers):,} answers have open findings.")
    if choice.take is Take.RIGHT and not right:
        return _nothing("upload/nothing-right", "No answer of the file is without open findings.")
    chosen = readable if choice.take is Take.ALL else right
    lines = [each.line for each in chosen]
    if choice.form is Form.DRAFT:
        command, request = await _draft(database, checked, lines, choice, by=by)
    else:
        command, request = _submission(checked, lines, choice)
    answer = await carry_out(
        database,
        command,
        request,
        by=by,
        second_person_always=second_person_always,
        guard=None if by is None else partial(_look_again, checked, choice, request, by),
    )
    if answer.get("submission_id") is None:
        return Taken(problems=[at_cell(Problem(**each), lines) for each in answer["problems"]])
    counts = {name: answer[name] for name in ("created", "updated", "unchanged")}
    left_out = len(checked.answers) - len(lines) + answer["skipped"]
    return Taken(**await _as_stored(database, answer["submission_id"], by=by), **counts, left_out=left_out)


async def _look_again(checked: Checked, choice: Choice, request: Any, by: Viewer, session: AsyncSession) -> None:
    """Look at the world at the turn of the command. Refused: `upload/changed-since`."""
    if choice.review is not None and await review_now(session, checked, by=by) != checked.review:
        raise Refused(problem(*_CHANGED))
    makes_draft = isinstance(request, SaveSubmissionInput) and request.id is None
    if makes_draft and await open_draft(session, checked.purpose) is not None:
        raise Refused(problem(*_BEGUN))


def _holds(checked: Checked, choice: Choice, right: int) -> bool:
    """Whether open findings hold all answers together. A draft keeps the slips."""
    return choice.form is Form.SUBMISSION and right < len(checked.answers)


async def _draft(
    database: Database, checked: Checked, lines: Sequence[Line], choice: Choice, *, by: Viewer | None
) -> tuple[Any, Any]:
    """Saves the answers into the draft that is under way, where there is one; its other figures stay as they are."""
    common = _common(checked, lines, choice)
    async with database.rehearsal(scope=None if by is None else by.scope) as session:
        draft = await open_draft(session, checked.purpose)
        cells = await cells_of(session, common["figures"], checked.purpose.quarter)
    if draft is None:
        return _SAVE, SaveSubmissionInput(**common)
    figures = [*common["figures"], *draft.without(cells)]
    # To save the same answers into it once more changes nothing, so that this needs no key.
    edit = {"id": draft.id, "expected_version": draft.version, "figures": figures, "idempotency_key": None}
    return _SAVE, SaveSubmissionInput(**{**common, **edit})


def _submission(checked: Checked, lines: Sequence[Line], choice: Choice) -> tuple[Any, Any]:
    skips = OnConflict.SKIP if choice.take is Take.RIGHT else None
    return UPDATE, UpdateQuarterlyFiguresInput(**_common(checked, lines, choice), on_conflict=skips)


def _common(checked: Checked, lines: Sequence[Line], choice: Choice) -> dict[str, Any]:
    return {
        "quarter": checked.purpose.quarter,
        "organisation": OdsCode(checked.purpose.organisation),
        "figures": [line.figure for line in lines],
        "idempotency_key": choice.idempotency_key,
    }


async def _as_stored(database: Database, key: int, *, by: Viewer | None) -> dict[str, Any]:
    """The id of a submission, its status and its version."""
    async with database.rehearsal(scope=None if by is None else by.scope) as session:
        rows = await session.exec(select(SubmissionRow.status, SubmissionRow.version).where(SubmissionRow.id == key))
        status, version = rows.one()
    return {"submission": ids.made("Submission", key), "status": SubmissionStatus(status), "version": version}


def _nothing(code: str, message: str) -> Taken:
    said = problem(code, message)
    return Taken(problems=[CellFinding(said.code, said.severity, said.message, said.remedy, place=None)])
