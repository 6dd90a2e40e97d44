"""A command is carried out and rolled back, and queries say what somebody sees before and after it."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from graphql import GraphQLSchema
from sqlmodel.ext.asyncio.session import AsyncSession

from service.answers.caller import Caller
from service.answers.commands import input_of
from service.answers.documents import Documents
from service.answers.operations import root_fields
from service.answers.request import GraphQLRequest
from service.at_once import AtOnce
from service.database import Database
from service.judging.series import judge_touched_series
from service.reads import reader
from service.reads.answering import Answering, read_within
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.reader import Plan, Reader
from service.writes.command import Command, rehearse

# Reads the JSON text of `data` of a query while a command is rehearsed.
Look: TypeAlias = Callable[[GraphQLRequest], Awaitable[bytes]]
Seen = TypeVar("Seen")
See: TypeAlias = Callable[[Look, dt.datetime], Awaitable[Seen]]
# Each of them keeps commands waiting: a fifth would do so for seconds.
MOST_REHEARSALS = 4


class Rehearsed(NamedTuple, Generic[Seen]):
    """What was seen before and after a command that was rolled back, and the command's outcome."""

    before: Seen
    outcome: Mapping[str, Any]
    after: Seen


class Rehearsals:
    """Rehearses the commands of one process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        database: Database,
        documents: Documents,
        reader: Reader,
        answering: Answering,
        commands: Mapping[str, Command[Any]],
        *,
        second_person_always: bool,
    ) -> None:
        self._schema = schema
        self._database = database
        self._documents = documents
        self._reader = reader
        self._answering = answering
        self._commands = commands
        self._second_person_always = second_person_always
        self._at_once = AtOnce(MOST_REHEARSALS, "Too many people are looking at what would change.")

    async def rehearse(
        self, commanded: GraphQLRequest, see: See[Seen], caller: Caller, *, planned: Sequence[GraphQLRequest] = ()
    ) -> Rehearsed[Seen]:
        """What somebody sees before and after a command that is then rolled back, by queries.

        Both times they know the instant before which everything was published that the command does not publish.
        Queries that look like those of `planned` need not be planned while other commands wait.
        Refusals: those of the command and of the queries, and `page/busy`.
        """
        with self._at_once:
            plans = [(await self._looking(each))[0] for each in planned]
            if any(plan.needs_verdicts for plan in plans):
                await self._answering.judging.complete_figures()
            return await self._rehearse(commanded, see, caller)

    async def _looking(self, seen: GraphQLRequest) -> tuple[Plan, Mapping[str, Any]]:
        """The plan of a query of a rehearsal, which is kept for the next, and the values of its variables."""
        looked_at = await self._documents.operation(seen)
        values = self._documents.variables(looked_at, seen.variables)
        return await self._reader.plan(looked_at, values, is_kept=False), values

    async def _rehearse(self, commanded: GraphQLRequest, see: See[Seen], caller: Caller) -> Rehearsed[Seen]:
        operation = await self._documents.operation(commanded)
        variables = self._documents.variables(operation, commanded.variables)
        [[node, *_]] = root_fields(self._schema, operation, variables).values()
        command = self._commands[node.name.value]
        await self._answering.judging.complete(reader.today())

        async def look(session: AsyncSession, at: dt.datetime) -> Seen:
            held = await (await session.connection()).get_raw_connection()
            connection: Any = held.driver_connection

            async def read(seen: GraphQLRequest) -> bytes:
                plan, values = await self._looking(seen)
                if plan.needs_verdicts:
                    await judge_touched_series(session)
                return await read_within(connection, Bound(plan, Binding(values, caller.rows, caller.viewer)))

            return await see(read, at)

        return Rehearsed(
            *await rehearse(
                self._database,
                command,
                input_of(command, self._schema, node, variables),
                look,
                by=caller.viewer,
                second_person_always=self._second_person_always,
            )
        )
