"""Commands as tests give them: the input of a mutation in, the plain outcome out."""

from collections.abc import Awaitable
from typing import Any

from sqlalchemy import event

from schema import ids
from schema.commands.declaring import from_arguments
from schema.enumerations import Role
from service.database import Database
from service.viewer import Viewer
from service.writes.command import carry_out
from service.writes.commands import BY_NAME

BOB = Viewer("Bob", Role.SUBMITTER, "bbbbbbbb")
ADA = Viewer("Ada", Role.APPROVER, "aaaaaaaa")
EVE = Viewer("Eve", Role.APPROVER, "eeeeeeee")
ROOT = Viewer("Root", Role.ADMINISTRATOR, "cccccccc")
QUARTER = {"quarter": "2024-25-Q4", "organisation": "QKS"}


async def give(
    database: Database, name: str, given: dict[str, Any], *, by: Viewer | None, second_person_always: bool = False
) -> dict[str, Any]:
    """Carry out the command of a mutation, with its input as GraphQL coerces it."""
    command = BY_NAME[name]
    made = from_arguments(command.input, given)
    return await carry_out(database, command, made, by=by, second_person_always=second_person_always)


def figure(value: float | None = 88.7, metric: str = "call_back_percent", **more: Any) -> dict[str, Any]:
    """One figure of the ICB."""
    given = {"metric": metric, "organisation": "QKS", **more}
    return given if value is None else {**given, "value": value}


def update_of(*figures: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The input of `updateQuarterlyFigures`."""
    return {**QUARTER, "figures": list(figures or [figure()]), **more}


async def update(database: Database, *figures: dict[str, Any], by: Viewer | None = ADA, **more: Any) -> dict[str, Any]:
    return await give(database, "updateQuarterlyFigures", update_of(*figures, **more), by=by)


async def save(database: Database, *figures: dict[str, Any], by: Viewer | None = BOB, **more: Any) -> dict[str, Any]:
    """Begin or edit a submission."""
    return await give(database, "saveSubmission", {**QUARTER, "figures": list(figures), **more}, by=by)


async def amend(database: Database, *figures: dict[str, Any], by: Viewer | None = BOB, **more: Any) -> dict[str, Any]:
    given = {**QUARTER, "figures": list(figures), "reason": "Counted again.", "publicNote": "Corrected.", **more}
    return await give(database, "amendFigures", given, by=by)


async def version_of(database: Database, submission: int) -> int:
    return int(await database.reading.fetchval("SELECT version FROM submission WHERE id = $1", submission))


async def status_of(database: Database, submission: int) -> str:
    return str(await database.reading.fetchval("SELECT status FROM submission WHERE id = $1", submission))


async def step(database: Database, name: str, submission: int, *, by: Viewer, **more: Any) -> dict[str, Any]:
    """A step at the version that the submission has now: `step(database, "submit", …)`."""
    given = {
        "id": ids.made("Submission", submission),
        "expectedVersion": await version_of(database, submission),
        **more,
    }
    return await give(database, f"{name}Submission", given, by=by)


async def drafted(database: Database, *figures: dict[str, Any], by: Viewer = BOB) -> int:
    outcome = await save(database, *(figures or [figure()]), by=by)
    assert outcome["problems"] == []
    return int(outcome["submission_id"])


async def submitted(database: Database, *figures: dict[str, Any]) -> int:
    made = await drafted(database, *figures)
    await step(database, "submit", made, by=BOB)
    return made


async def approved(database: Database, *figures: dict[str, Any]) -> int:
    made = await submitted(database, *figures)
    await step(database, "approve", made, by=ADA)
    return made


async def published(database: Database, *figures: dict[str, Any]) -> int:
    made = await approved(database, *figures)
    await step(database, "publish", made, by=ADA)
    assert await status_of(database, made) == "PUBLISHED"
    return made


def codes(outcome: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in outcome["problems"]]


async def statements_of(database: Database, work: Awaitable[Any]) -> int:
    """How many statements a command sends; one for many rows is one."""
    return len(await sent_by(database, work))


async def sent_by(database: Database, work: Awaitable[Any]) -> list[Any]:
    """The statements that a command sends, as SQLAlchemy's contexts: each has its `statement` and its `cache_hit`."""
    sent: list[Any] = []
    engine = database._engine.sync_engine

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, *_: Any) -> None:
        sent.append(context)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await work
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


async def of_practices(database: Database, number: int) -> list[dict[str, Any]]:
    """A figure of each of some practices."""
    practices = await database.reading.fetch(
        "SELECT code FROM organisation WHERE kind = 'PRACTICE' AND closed_on IS NULL ORDER BY code LIMIT $1", number
    )
    return [figure(8_000, "registered_patients", organisation=row["code"], reason="As counted.") for row in practices]
