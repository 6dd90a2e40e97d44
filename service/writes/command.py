"""A command is declared once; permission, idempotency, its turn and its audit events follow from the declaration."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.declaring import as_arguments
from schema.enumerations import Severity
from schema.errors import Refusal
from service.database import Database
from service.judging.touched import judge_touched
from service.viewer import Viewer
from service.writes.limits import is_unusable
from service.writes.outcome import Outcome, Refused, problem, too_long
from service.writes.trust import actors, audit, idempotency, refusals
from service.writes.trust.permissions import Permission, check_permission

LONGEST_KEY = 200
# Of each statement of a rehearsal, which keeps other commands waiting.
_LONGEST_STATEMENT = "5s"


class CommandInput(Protocol):
    """What every input has. A command whose input has a true `validate_only` is rolled back, whatever its outcome."""

    @property
    def idempotency_key(self) -> str | None:
        """A text under which the command has one effect and one answer for each actor."""


Input = TypeVar("Input", bound=CommandInput)
Seen = TypeVar("Seen")


@dataclass(frozen=True, kw_only=True)
class Command(Permission, Generic[Input]):
    """One mutation: its name, what it takes, who may use it, the audit events that it may leave, and what it does."""

    name: str
    input: type[Input]
    events: tuple[str, ...]
    run: Callable[["Work", Input], Awaitable[Outcome]]


@dataclass(frozen=True)
class Work:
    """A command that is being carried out: its transaction, and who gives it."""

    command: Command[Any]
    session: AsyncSession
    by: Viewer
    second_person_always: bool = False
    # Still to write: other commands wait from the first event on until this one ends.
    events: list[audit.Event] = field(default_factory=list)

    async def turn(self) -> dt.datetime:
        """Wait for the turn of this command; the instant at which it came."""
        return await audit.turn(self.session)

    def event(self, subject: str, *, at: dt.datetime, event: str | None = None, **what: Any) -> audit.Event:
        """An audit event, still to write: the first that the command declares, or another one of them."""
        event = event or self.command.events[0]
        if event not in self.command.events:
            raise ValueError(f"{self.command.name} does not declare the event {event}")
        return audit.event(event, subject, by=self.by, at=at, **what)

    async def record(self, subject: str, *, at: dt.datetime, event: str | None = None, **what: Any) -> None:
        """Leave an audit event; `what` is the rest of it, as `audit.event` takes it."""
        await self.write([self.event(subject, at=at, event=event, **what)])

    async def write(self, events: Sequence[audit.Event]) -> None:
        """Write what has changed, and leave audit events, in their order, to be written when the command has run."""
        await actors.recorded(self.session, self.by)
        await self.session.flush()
        self.events.extend(events)


async def permitted(database: Database, command: Command[Any], *, by: Viewer | None) -> Viewer:
    """The viewer, when their role may use a command; otherwise the audit says who tried.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    try:
        return check_permission(by, command)
    except Refusal as refusal:
        if by is not None:
            await refusals.record(database, command.name, [refusal.code], by=by)
        raise


async def carry_out(
    database: Database,
    command: Command[Input],
    request: Input,
    *,
    by: Viewer | None,
    second_person_always: bool = False,
    guard: Callable[[AsyncSession], Awaitable[None]] | None = None,
    then: Callable[[AsyncSession, Mapping[str, Any]], Awaitable[None]] | None = None,
) -> dict[str, Any]:
    """Carry a command out in one transaction; what comes back is its outcome as plain data.

    A command with an `idempotency_key` has one effect and one answer for each actor. A refused command had no effect:
    the corrected one may have the same key. A `guard` looks at the world first, in the same transaction and at the
    command's turn, and may refuse it. `then` goes on after it, with its answer, in the same transaction. The audit says
    who was refused, but not when they only asked with `validateOnly`.
    Refusals: those of `permitted`, and those of the command.
    """
    viewer = await permitted(database, command, by=by)

    async def work(session: AsyncSession) -> Outcome:
        if guard is not None:
            await audit.turn(session)
            await guard(session)
        outcome = await _run(Work(command, session, viewer, second_person_always), request)
        if then is not None:
            await then(session, outcome.answer)
        return outcome

    try:
        if getattr(request, "validate_only", False):
            async with database.rehearsal(scope=viewer.scope) as session:
                return (await work(session)).answer
        async with database.command(scope=viewer.scope) as session:
            return (await _once(session, command, request, work, by=viewer)).answer
    except Refused as refused:
        if not getattr(request, "validate_only", False):
            await refusals.record(database, command.name, _codes(refused.outcome.answer), by=viewer)
        return refused.outcome.answer
    except Refusal as refusal:
        await refusals.record(database, command.name, [refusal.code], by=viewer)
        raise


def _codes(answer: Mapping[str, Any]) -> list[str]:
    """The codes of what keeps a command from being carried out."""
    return [each["code"] for each in answer["problems"] if each["severity"] != Severity.INFO]


async def rehearse(
    database: Database,
    command: Command[Input],
    request: Input,
    look: Callable[[AsyncSession, dt.datetime], Awaitable[Seen]],
    *,
    by: Viewer | None,
    second_person_always: bool = False,
) -> tuple[Seen, dict[str, Any], Seen]:
    """What a look sees before a command, the outcome of the command, and what a look sees after it.

    Nothing is written, and no other command comes in between: all of it happens in one transaction, at one turn, and is
    rolled back. A look knows the instant of the turn, by the clock of the database: what the command publishes is
    published after that. A refused command changes nothing. Refusals: those of `permitted`.
    """
    viewer = await permitted(database, command, by=by)
    async with database.rehearsal(scope=viewer.scope) as session:
        at = await audit.turn(session)
        # Only from here on: to wait for the turn may take longer.
        await session.exec(select(func.set_config("statement_timeout", _LONGEST_STATEMENT, True)))
        before = await look(session, at)
        try:
            async with session.begin_nested():
                outcome = (await _run(Work(command, session, viewer, second_person_always), request)).answer
        except Refused as refused:
            return before, refused.outcome.answer, before
        await session.flush()
        return before, outcome, await look(session, at)


@dataclass(frozen=True)
class Answered:
    """The answer to a command, and whether it was refused, or had been carried out under its key before."""

    answer: dict[str, Any]
    is_refused: bool = False
    is_repeated: bool = False


class _Undone(Exception):
    """Several commands are rolled back together."""


async def carry_out_all(
    database: Database, given: Sequence[tuple[Command[Any], Any]], *, by: Viewer | None, rehearse: bool = False
) -> list[Answered]:
    """Carry several commands out in one transaction, in their order, each after the effect of those before it.

    Either all are done, or none: when one is refused, or in a rehearsal. The answers are the same either way.
    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`.
    """
    viewers = [check_permission(by, command) for command, _ in given]
    answers: list[Answered] = []
    with suppress(_Undone):
        async with database.command(scope=viewers[0].scope if viewers else None) as session:
            for (command, request), viewer in zip(given, viewers, strict=True):
                answers.append(await _in_turn(session, command, request, by=viewer))
            if rehearse or any(each.is_refused for each in answers):
                raise _Undone
    for (command, _), viewer, each in zip(given, viewers, answers, strict=True):
        if each.is_refused and not rehearse:
            await refusals.record(database, command.name, _codes(each.answer), by=viewer)
    return answers


async def _in_turn(session: AsyncSession, command: Command[Input], request: Input, *, by: Viewer) -> Answered:
    """The answer to one of several commands. What a refused one did is undone, so that the next can be checked too."""

    async def work(session: AsyncSession) -> Outcome:
        return await _run(Work(command, session, by), request)

    try:
        async with session.begin_nested():
            return await _once(session, command, request, work, by=by)
    except Refused as refused:
        return Answered(refused.outcome.answer, is_refused=True)
    finally:
        # The next command reads everything again, as it would in a session of its own.
        session.expunge_all()
        session.info.clear()


async def _run(work: Work, request: Any) -> Outcome:
    """The outcome of a command; the targets that it has touched are judged again with it, and its events come last."""
    outcome = await work.command.run(work, request)
    await judge_touched(work.session)
    if work.events:
        await audit.write(work.session, work.events, by=work.by)
    return outcome


async def _once(
    session: AsyncSession,
    command: Command[Input],
    request: Input,
    work: Callable[[AsyncSession], Awaitable[Outcome]],
    *,
    by: Viewer,
) -> Answered:
    """The answer of a command, or the one that it had under its key before."""
    key = request.idempotency_key
    if key is None:
        return Answered((await work(session)).answer)
    if not key or is_unusable(key, LONGEST_KEY):
        message = too_long("idempotencyKey", key, LONGEST_KEY) if key else "The idempotencyKey is empty."
        raise Refused(problem("validation/unusable-text", message, "idempotencyKey"))
    content = {"command": command.name, **as_arguments(request)}
    try:
        earlier = await idempotency.earlier_answer(session, key, content, by=by)
    except idempotency.KeyReused as reason:
        message = "The idempotencyKey was used for another command."
        raise Refused(problem("validation/key-reused", message, "idempotencyKey")) from reason
    if earlier is not None:
        # An answer that was kept by an earlier version lacks what has been added to it since.
        return Answered({**Outcome().answer, **earlier}, is_repeated=True)
    answer = (await work(session)).answer
    idempotency.remember(session, key, content, answer, by=by)
    return Answered(answer)
