"""A GraphQL request becomes the JSON of a response: `data` by one statement, or the errors of a refusal.

The reader answers queries. graphql-core answers questions about the schema itself. A mutation carries out its commands
one after the other, and reads the answer to each like any query.
"""

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import orjson
from graphql import (
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    value_from_ast,
)
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.types import Receive

from schema.commands.declaring import as_arguments, from_arguments
from schema.errors import Refusal
from service.answers import introspection
from service.answers.body import Body
from service.answers.commands import commands_of
from service.answers.documents import Documents
from service.answers.introspection import Introspection
from service.answers.keeping import Again, Answer, Keeping, key_of
from service.answers.leaving import EndedIfClientLeaves
from service.answers.recognised import LONGEST, Known, Recognised
from service.answers.registered import Registered
from service.answers.request import GraphQLRequest
from service.answers.subscriptions import Subscription
from service.at_once import AtOnce
from service.database import Database
from service.judging.series import judge_touched_series
from service.noted import note
from service.reading_pool import ReadingPool
from service.reads import reader
from service.reads.answering import Answering, read_within
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.cost import MOST_ROWS
from service.reads.places import NOWHERE
from service.reads.plan import Planner
from service.reads.reader import Operation, Plan, Reader
from service.reads.versions import Versions
from service.viewer import Viewer
from service.writes.command import Command, carry_out, permitted, rehearse
from service.writes.commands import COMMANDS

# A quick check before the exact one. Many clients ask for __typename everywhere, which is not about the schema.
_NAMES_SCHEMA = re.compile(r"__(schema|type)\b")


@dataclass(frozen=True)
class Caller:
    """The person or program that sent a request; without a viewer, an anonymous one.

    `rate` is what is left of its requests a minute, where they are counted.
    """

    viewer: Viewer | None
    rate: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def rows(self) -> dict[str, str]:
        """The rows that come with the request."""
        viewer = {"viewer": self.viewer.row} if self.viewer else {}
        return viewer if self.rate is None else {**viewer, "rate_limit": orjson.dumps([self.rate]).decode()}


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


class Executor:
    """Executes the requests of one process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        database: Database,
        *,
        second_person_always: bool = False,
        seconds_without_key: float | None = None,
        most_kept_bytes: int = 0,
        registered: Registered | None = None,
        commands: Iterable[Command[Any]] = COMMANDS,
    ) -> None:
        self._schema = schema
        self._database = database
        self._second_person_always = second_person_always
        self._commands = commands_of(schema, commands)
        self._registered = registered or Registered(database.reading)
        self._documents = Documents(schema, self._registered)
        sentence = "Too many people are looking at what would change."
        self._rehearsals = AtOnce(MOST_REHEARSALS, sentence)
        self._reader = Reader(schema)
        self.answering = Answering(database, seconds_without_key=seconds_without_key)
        self._introspection = Introspection(schema)
        self.versions = Versions(database.reading)
        self._versions_of_primary = Versions(database.primary)
        self._keeping = Keeping(self.versions, most_kept_bytes)
        self._recognised = Recognised()

    async def data(
        self, request: GraphQLRequest, caller: Caller, *, may_write: bool, receive: Receive | None = None
    ) -> bytes:
        """The JSON text of `data`: `answer` without what is known of it."""
        return (await self.answer(request, caller, may_write=may_write, receive=receive)).body.data

    async def answer(
        self,
        request: GraphQLRequest,
        caller: Caller,
        *,
        may_write: bool,
        receive: Receive | None = None,
        at_least: int = 0,
    ) -> Answer:
        """The answer to a request. Refusals and failures are raised.

        A query ends when `receive` hears that its client has left; a command is carried out to its end. What is read
        has everything up to the position `at_least`.
        """
        if not request.wants_cost and (repeated := await self._repeated(request, caller, at_least, receive)):
            return repeated
        operation = await self._documents.operation(request)
        kind = operation.definition.operation
        note(kind=kind.value, operation=operation.name)
        if kind is OperationType.SUBSCRIPTION:
            raise Refusal(
                "request/subscription",
                "A subscription needs a stream: send Accept: text/event-stream, or use a WebSocket.",
            )
        if kind is OperationType.MUTATION and not may_write:
            raise Refusal("request/method", "Send a mutation by POST.")
        variables = self._documents.variables(operation, request.variables)
        if kind is OperationType.MUTATION:
            return await self._mutation(operation, variables, caller)
        with EndedIfClientLeaves(receive):
            if _NAMES_SCHEMA.search(operation.text) and (fields := self._schema_fields(operation, variables)):
                pool = self._database.primary if await self._is_behind(at_least) else self._database.reading
                return Answer(Body(await self._with_schema(operation, request, variables, caller, fields, pool)))
            return await self._read(request, operation, variables, caller, at_least)

    async def _repeated(
        self, request: GraphQLRequest, caller: Caller, at_least: int, receive: Receive | None
    ) -> Answer | None:
        """The answer to a request that came before, byte for byte, without looking at it; None if it has to be."""
        known = self._recognised.get(request.sent, caller, reader.today())
        if known is None or await self._is_behind(at_least):
            return None
        again = self._how_again(known, request)
        answer = await again.answer(receive)
        return None if answer is None else replace(answer, again=again)

    def _how_again(self, known: Known, request: GraphQLRequest) -> Again:
        return Again(partial(self._again, known, self._registered.is_settled(request)), known.memory)

    async def _again(self, known: Known, is_settled: bool, receive: Receive | None) -> Answer | None:
        """The answer to a known request: kept, or read by its plan, unless its document may be another one by now."""
        bound = known.bound
        if bound is None:
            return None
        note(kind=OperationType.QUERY.value, operation=known.operation)
        if not is_settled:
            return None if known.key is None else await self._keeping.kept(known.key)
        if bound.plan.constant is not None:
            # There is nothing to wait for.
            receive = None
        with EndedIfClientLeaves(receive):
            return await self._answered(bound, known.key)

    async def _answered(self, bound: Bound, key: bytes | None) -> Answer:
        """The answer to a query: read now, or kept since it was read last."""
        read = partial(self.answering.read, self._database.reading, bound)
        if key is None:
            return Answer(Body((await read()).data), is_public=bound.plan.constant is not None)
        return await self._keeping.answer(key, read)

    async def _read(
        self,
        request: GraphQLRequest,
        operation: Operation,
        variables: Mapping[str, Any],
        caller: Caller,
        at_least: int,
    ) -> Answer:
        """The answer to a query that has been looked at."""
        # Before the plan is made: at midnight, it is of the day that it was, or of the next.
        day = reader.today()
        plan = await self._reader.plan(operation, variables)
        bound = Bound(plan, Binding(variables, caller.rows, caller.viewer))
        if request.wants_cost:
            return await self._read_with_cost(bound, at_least)
        if await self._is_behind(at_least):
            data, version = await self.answering.read(self._database.primary, bound)
            return Answer(Body(data), version, is_public=plan.is_keepable)
        if not plan.is_keepable and plan.constant is None:
            return await self._answered(bound, None)
        key = key_of(bound.distinction) if plan.is_keepable else None
        answer, is_settled = await self._answered(bound, key), self._registered.is_settled(request)
        if not request.sent or len(request.sent) > LONGEST or (key is None and not is_settled):
            return answer
        known = Known.of(bound, operation=operation.name, key=key)
        self._recognised.add(request.sent, caller, day, known)
        return replace(answer, again=self._how_again(known, request))

    async def _read_with_cost(self, bound: Bound, at_least: int) -> Answer:
        """The answer to a query, read now, with what it could have cost."""
        pool = self._database.primary if await self._is_behind(at_least) else self._database.reading
        data, version = await self.answering.read(pool, bound)
        cost = {"rows": bound.plan.cost.rows(bound.binding), "mostRows": MOST_ROWS}
        return Answer(Body(data, orjson.dumps({"cost": cost})), version)

    async def _data(
        self,
        pool: ReadingPool,
        operation: Operation,
        variables: Mapping[str, Any],
        rows: Mapping[str, str],
        viewer: Viewer | None,
    ) -> bytes:
        """The JSON text of `data`, by exactly one statement. `variables` are coerced; `rows` come with the request."""
        plan = await self._reader.plan(operation, variables)
        return (await self.answering.read(pool, Bound(plan, Binding(variables, rows, viewer)))).data

    async def _is_behind(self, position: int) -> bool:
        """Whether readings are from a replica that has not come to a position yet."""
        if not position or self._database.reading is self._database.primary:
            return False
        return (await self.versions.now()).position < position

    def _fields(self, operation: Operation, variables: Mapping[str, Any]) -> dict[str, list[FieldNode]]:
        root = self._schema.get_root_type(operation.definition.operation)
        if root is None:
            raise TypeError("validation lets only operations with a root through")
        planner = Planner(self._schema, operation.fragments, variables)
        return planner.fields(root, [operation.definition.selection_set])

    # ── Subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────

    async def is_subscription(self, request: GraphQLRequest) -> bool:
        """Whether a request is for a subscription."""
        operation = await self._documents.operation(request)
        return operation.definition.operation is OperationType.SUBSCRIPTION

    async def subscription(self, request: GraphQLRequest) -> Subscription | None:
        """What a request subscribes to; None for a query or a mutation. Refusals: those of reading it."""
        operation = await self._documents.operation(request)
        if operation.definition.operation is not OperationType.SUBSCRIPTION:
            return None
        variables = self._documents.variables(operation, request.variables)
        await self._reader.check(self._database.reading, operation, variables)
        return Subscription.of(self._schema, operation, variables, self._fields(operation, variables))

    async def event(
        self, subscription: Subscription, event: int, caller: Caller, members: Sequence[str] | None = None
    ) -> Bound:
        """The plan that reads the row of an event for a subscription, with the event bound to it.

        With `members`, an event of many organisations shows these alone.

        A plan is for one day: a subscription that lasts for days has one for each.
        """
        plan = await self._reader.plan(subscription.operation, subscription.variables)
        return Bound(plan, Binding(subscription.variables, caller.rows, caller.viewer, event, members=members))

    # ── The schema itself ─────────────────────────────────────────────────────────────────────────────────────

    def _schema_fields(self, operation: Operation, variables: Mapping[str, Any]) -> dict[str, list[FieldNode]]:
        """All root fields, if one of them is about the schema; none otherwise."""
        fields = self._fields(operation, variables)
        return fields if any(nodes[0].name.value in introspection.FIELDS for nodes in fields.values()) else {}

    async def _with_schema(
        self,
        operation: Operation,
        request: GraphQLRequest,
        variables: Mapping[str, Any],
        caller: Caller,
        fields: dict[str, list[FieldNode]],
        pool: ReadingPool,
    ) -> bytes:
        """The schema from graphql-core and the rest from its statement, under the keys in their order."""
        of_schema = {key: nodes for key, nodes in fields.items() if nodes[0].name.value in introspection.FIELDS}
        rest = {key: nodes for key, nodes in fields.items() if key not in of_schema}
        about_schema = await self._introspection.data(_only(operation, of_schema), of_schema, request.variables)
        if not rest:
            return about_schema
        only = _only(operation, rest)
        data = await self._data(pool, only, variables, caller.rows, caller.viewer)
        both = {**orjson.loads(about_schema), **orjson.loads(data)}
        return orjson.dumps({key: both[key] for key in fields})

    # ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _mutation(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> Answer:
        fields = self._fields(operation, variables)
        parts = {key: _only(operation, {key: nodes}) for key, nodes in fields.items()}
        commands = {key: self._commands.get(nodes[0].name.value) for key, nodes in fields.items()}
        places = {key: NOWHERE.below(key, nodes[0], is_list=False) for key, nodes in fields.items()}
        inputs = {
            key: places[key].reading(self._input)(command, fields[key][0], variables)
            for key, command in commands.items()
            if command
        }
        commanded = frozenset(text for each in inputs.values() for text in _texts(as_arguments(each)))
        for part in parts.values():
            # Refuse an answer that cannot be read before anything is done.
            await self._reader.check(self._database.primary, part, variables, commanded)
        for key, command in commands.items():
            # Do nothing when the role cannot use one of the commands: the answers of those before it would be lost.
            with places[key].of_refusals():
                if command:
                    await permitted(self._database, command, by=caller.viewer)
        answers, version = [], None
        for key, command in commands.items():
            rows = dict(caller.rows)
            if command:
                outcome = await carry_out(
                    self._database,
                    command,
                    inputs[key],
                    by=caller.viewer,
                    second_person_always=self._second_person_always,
                )
                rows["payload"] = orjson.dumps([outcome]).decode()
                # Asked before the answer is read, so that the answer has all of it.
                version = await self._versions_of_primary.now()
            answer = await self._data(self._database.primary, parts[key], variables, rows, caller.viewer)
            answers.append(answer.strip()[1:-1])
        return Answer(Body(b"{" + b",".join(answers) + b"}"), version)

    async def rehearse(
        self, commanded: GraphQLRequest, see: See[Seen], caller: Caller, *, planned: Sequence[GraphQLRequest] = ()
    ) -> Rehearsed[Seen]:
        """What somebody sees before and after a command that is then rolled back, by queries.

        Both times they know the instant before which everything was published that the command does not publish.
        Queries that look like those of `planned` need not be planned while other commands wait.
        Refusals: those of the command and of the queries, and `page/busy`.
        """
        with self._rehearsals:
            plans = [(await self._looking(each))[0] for each in planned]
            if any(plan.needs_verdicts for plan in plans):
                await self.answering.judging.complete_figures()
            return await self._rehearse(commanded, see, caller)

    async def _looking(self, seen: GraphQLRequest) -> tuple[Plan, Mapping[str, Any]]:
        """The plan of a query of a rehearsal, which is kept for the next, and the values of its variables."""
        looked_at = await self._documents.operation(seen)
        values = self._documents.variables(looked_at, seen.variables)
        return await self._reader.plan(looked_at, values, is_kept=False), values

    async def _rehearse(self, commanded: GraphQLRequest, see: See[Seen], caller: Caller) -> Rehearsed[Seen]:
        operation = await self._documents.operation(commanded)
        variables = self._documents.variables(operation, commanded.variables)
        [[node, *_]] = self._fields(operation, variables).values()
        command = self._commands[node.name.value]
        await self.answering.judging.complete(reader.today())

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
                self._input(command, node, variables),
                look,
                by=caller.viewer,
                second_person_always=self._second_person_always,
            )
        )

    def _input(self, command: Command[Any], node: FieldNode, variables: Mapping[str, Any]) -> Any:
        """The input of a command, as an instance of its class."""
        root = self._schema.mutation_type
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        arguments = (
            value_from_ast(values["input"], root.fields[node.name.value].args["input"].type, dict(variables))
            if root
            else None
        )
        if arguments is Undefined or arguments is None:
            raise Refusal("document/variables", "A variable in an input is null where a value is needed.")
        return from_arguments(command.input, arguments)


def _texts(value: Any) -> Iterator[str]:
    """The texts in the input of a command, at any depth."""
    if isinstance(value, str):
        yield str(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def _only(operation: Operation, fields: Mapping[str, list[FieldNode]]) -> Operation:
    """The operation with some of its root fields only."""
    nodes = tuple(node for each in fields.values() for node in each)
    definition = operation.definition
    reduced = OperationDefinitionNode(
        operation=definition.operation,
        name=definition.name,
        variable_definitions=definition.variable_definitions,
        directives=definition.directives,
        selection_set=SelectionSetNode(selections=nodes),
    )
    return Operation(operation.text, reduced, operation.fragments, tuple(fields))
