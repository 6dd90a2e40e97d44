"""What every command has in common: who may give it, one effect for each key, all or nothing, and problems as data."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Severity
from schema.errors import remedy
from service.database import Database
from service.viewer import Viewer
from service.writes.limits import is_unusable
from service.writes.trust import idempotency

LONGEST_KEY = 200


@dataclass(frozen=True)
class Problem:
    """Something wrong with a command; shapes are those of the type `Problem`."""

    code: str
    message: str
    remedy: str
    path: list[str]
    row: int | None = None
    severity: Severity = Severity.BLOCK
    current_version: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a command did, by the keys of the rows that it concerns. `figure_ids` are in the order of the input."""

    problems: list[Problem] = field(default_factory=list)
    figure_ids: list[int] = field(default_factory=list)
    submission_id: int | None = None
    target_id: int | None = None
    metric_id: int | None = None
    quarter: str | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Refused(Exception):
    """A command that is refused: its transaction is rolled back, and the problems are its answer."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(each.code for each in problems))
        self.outcome = Outcome(problems=list(problems))


Work = Callable[[AsyncSession], Awaitable[Outcome]]


def problem(code: str, message: str, *path: str, current_version: int | None = None) -> Problem:
    """A problem of a command, with the remedy of its code; `path` leads on from the input."""
    return Problem(code, message, remedy(code), ["input", *path], current_version=current_version)


async def once(
    database: Database, name: str, given: Mapping[str, Any], work: Work, *, by: Viewer, rehearsed: bool = False
) -> dict[str, Any]:
    """Carry a command out in one transaction; what comes back is its `Outcome` as plain data.

    A command with an `idempotencyKey` has one effect and one answer for each actor. What was refused had no effect: the
    corrected command may come with the same key. A rehearsal is rolled back whatever comes of it.
    """
    try:
        if rehearsed:
            async with database.rehearsal(scope=by.scope) as session:
                return asdict(await work(session))
        async with database.command(scope=by.scope) as session:
            return await _kept(session, name, given, work, by=by)
    except Refused as refused:
        return asdict(refused.outcome)


async def _kept(
    session: AsyncSession, name: str, given: Mapping[str, Any], work: Work, *, by: Viewer
) -> dict[str, Any]:
    key = given.get("idempotencyKey")
    if key is None:
        return asdict(await work(session))
    if not 1 <= len(key) <= LONGEST_KEY or "\x00" in key:
        message = f"The idempotencyKey has {len(key):,} characters, or a NUL among them."
        raise Refused(problem("validation/unusable-text", message, "idempotencyKey"))
    request = {"command": name, **given}
    try:
        earlier = await idempotency.earlier_answer(session, key, request, by=by)
    except idempotency.KeyReused as reason:
        message = "The idempotencyKey was used for another command."
        raise Refused(problem("validation/key-reused", message, "idempotencyKey")) from reason
    if earlier is not None:
        return earlier
    answer = asdict(await work(session))
    idempotency.remember(session, key, request, answer, by=by)
    return answer


def text_of(given: Mapping[str, Any], name: str) -> str | None:
    """A text of the input, without the spaces around it; None when nothing is left."""
    value = given.get(name)
    return (value.strip() or None) if isinstance(value, str) else None


def usable(texts: Mapping[str, str | None], longest: int) -> Sequence[Problem]:
    """A problem for each text that cannot be kept: too long, or with a NUL."""
    return [
        problem("validation/unusable-text", f"The {name} has {len(text):,} characters, or a NUL among them.", name)
        for name, text in texts.items()
        if text is not None and is_unusable(text, longest)
    ]
