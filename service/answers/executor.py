"""A GraphQL request becomes the JSON of a response: `data` by one statement, or the errors of a refusal.

The reader answers queries. graphql-core answers questions about the schema itself. A mutation carries out its commands
one after the other, and reads the answer to each like any query.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from graphql import GraphQLSchema, OperationType
from starlette.types import Receive

from schema.commands.declaring import as_arguments
from schema.errors import Refusal
from service.answers import introspection
from service.answers.body import Body
from service.answers.caller import Caller
from service.answers.commands import commands_of, input_of
from service.answers.documents import Documents
from service.answers.introspection import Introspection
from service.answers.keeping import Again, Answer, Keeping, key_of
from service.answers.leaving import EndedIfClientLeaves
from service.answers.operations import Fields, root_fields, with_only
from service.answers.recognised import LONGEST, Known, Recognised
from service.answers.registered import Registered
from service.answers.rehearsals import Rehearsals
from service.answers.request import GraphQLRequest
from service.answers.subscriptions import Subscription
from service.database import Database
from service.noted import note
from service.reading_pool import ReadingPool
from service.reads import reader
from service.reads.answering import Answering
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.cost import MOST_ROWS
from service.reads.places import NOWHERE
from service.reads.reader import Operation, Reader
from service.reads.versions import Versions
from service.viewer import Viewer
from service.writes.command import Command, carry_out, permitted
from service.writes.commands import COMMANDS

# A quick check before the exact one. Many clients ask for __typename everywhere, which is not about the schema.
_NAMES_SCHEMA = re.compile(r"__(schema|type)\b")
_MAY_COMMAND = re.compile(r"\bmutation\b")


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
        self._registered = registered or Registered(database.reading.reserved)
        self._documents = Documents(schema, self._registered)
        self._reader = Reader(schema)
        self.answering = Answering(database, seconds_without_key=seconds_without_key)
        self._introspection = Introspection(schema)
        self.versions = self._versions_of_primary = Versions(database.primary.reserved)
        if database.reading is not database.primary:
            self.versions = Versions(database.reading.reserved)
        self._keeping = Keeping(self.versions, most_kept_bytes)
        self._recognised = Recognised()
        self.rehearsals = Rehearsals(
            schema,
            database,
            self._documents,
            self._reader,
            self.answering,
            self._commands,
            second_person_always=second_person_always,
        )

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
        # A command is not started before it is read; but who sends one may leave without waiting for it.
        with EndedIfClientLeaves(None if _MAY_COMMAND.search(request.query or "mutation") else receive):
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
            kept = None if known.key is None else await self._keeping.kept(known.key)
            return None if kept is None else _of(bound, kept)
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
        return _of(bound, await self._keeping.answer(key, read))

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
            return Answer(Body(data), version, is_public=bound.is_public)
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
        return Subscription.of(self._schema, operation, variables, root_fields(self._schema, operation, variables))

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

    def _schema_fields(self, operation: Operation, variables: Mapping[str, Any]) -> Fields:
        """All root fields, if one of them is about the schema; none otherwise."""
        fields = root_fields(self._schema, operation, variables)
        return fields if any(nodes[0].name.value in introspection.FIELDS for nodes in fields.values()) else {}

    async def _with_schema(
        self,
        operation: Operation,
        request: GraphQLRequest,
        variables: Mapping[str, Any],
        caller: Caller,
        fields: Fields,
        pool: ReadingPool,
    ) -> bytes:
        """The schema from graphql-core and the rest from its statement, under the keys in their order."""
        of_schema = {key: nodes for key, nodes in fields.items() if nodes[0].name.value in introspection.FIELDS}
        rest = {key: nodes for key, nodes in fields.items() if key not in of_schema}
        about_schema = await self._introspection.data(with_only(operation, of_schema), of_schema, request.variables)
        if not rest:
            return about_schema
        only = with_only(operation, rest)
        data = await self._data(pool, only, variables, caller.rows, caller.viewer)
        both = {**orjson.loads(about_schema), **orjson.loads(data)}
        return orjson.dumps({key: both[key] for key in fields})

    # ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _mutation(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> Answer:
        fields = root_fields(self._schema, operation, variables)
        parts = {key: with_only(operation, {key: nodes}) for key, nodes in fields.items()}
        commands = {key: self._commands.get(nodes[0].name.value) for key, nodes in fields.items()}
        places = {key: NOWHERE.below(key, nodes[0], is_list=False) for key, nodes in fields.items()}
        inputs = {
            key: places[key].reading(input_of)(command, self._schema, fields[key][0], variables)
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


def _of(bound: Bound, answer: Answer) -> Answer:
    """An answer that was kept, which may still be one person's."""
    return answer if bound.is_public else replace(answer, is_public=False)


def _texts(value: Any) -> Iterator[str]:
    """The texts in the input of a command, at any depth."""
    if isinstance(value, str):
        yield str(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)
