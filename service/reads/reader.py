"""Finds the plan of an operation: one look-up, or a new plan that a thread makes.

A plan is kept by document, operation and the *shape* of the variables: which of them are sent, their booleans, their
enumeration values and the keys of their input objects. All other values are bound, so one plan serves them all. A plan
is for one day: today's date is written into it.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson
from graphql import (
    FragmentDefinitionNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    type_from_ast,
)
from sqlalchemy import ColumnElement, Date, literal_column
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from schema.london import HERE
from schema.sql.statuses import are_whole_on
from schema.sql.verdicts import are_judged
from service.cache import Cache
from service.reading_pool import ReadingPool
from service.reads import completion, guards
from service.reads.arguments import Binding, shape
from service.reads.cost import Cost, check_planning, cost_of
from service.reads.guards import Guard
from service.reads.parameters import Parameters
from service.reads.plan import Planner, type_names
from service.reads.standings import NO_STATUSES, with_state
from service.reads.statement import Statement
from service.reads.versions import is_versioned, with_version

# The memory of all plans that are kept; of any one, and for each character of its statement; in bytes, as measured.
MOST_MEMORY = 64_000_000
_MEMORY_OF_ANY, _MEMORY_OF_A_CHARACTER = 20_000, 5
_DIALECT = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Operation:
    """One operation of a document that has passed validation; `only` are the root keys of a part of it."""

    text: str
    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """Its name, where it has one."""
        return self.definition.name.value if self.definition.name else None


@dataclass(frozen=True)
class Question:
    """A statement that asks whether anything is wrong with a request, and how to bind one to it."""

    sql: str
    parameters: tuple[Callable[[Binding], Any], ...]


@dataclass(frozen=True)
class Plan:
    """A statement that answers an operation, and how to bind a request to it."""

    sql: str
    parameters: tuple[Callable[[Binding], Any], ...]
    # Values that the statement turned out not to need, such as the cursor of a page without nodes. Wrong ones are still
    # refused.
    checks: tuple[Callable[[Binding], Any], ...]
    completions: tuple[completion.Completion, ...]
    cost: Cost
    is_scoped: bool = False
    # The day for which it needs the status of targets, if it is today.
    statuses_on: dt.date | None = None
    # The other moments for which it does: a date, and by which instant things were known, if any.
    moments: tuple[Callable[[Binding], tuple[dt.date, dt.datetime | None]], ...] = ()
    # Whether it needs what is kept of each figure.
    needs_verdicts: bool = False
    guards: tuple[Guard, ...] = ()
    # What asks only what the guards find. The answer to a command is read without guards: it has been carried out.
    question: "Question | None" = None
    # Whether its answers may be kept: they are the same for all who ask, until the version of the data rises. The text
    # of such a statement begins with the version that it saw.
    is_keepable: bool = False
    # Whether they have anything that comes with a request, such as who is asking.
    is_of_a_request: bool = False
    # The JSON text of `data` where no row is asked for: then there is no statement.
    constant: bytes | None = None

    @property
    def has_state(self) -> bool:
        """Whether it needs the status of targets, or what is kept of each figure: its text begins with the state."""
        return self.statuses_on is not None or bool(self.moments) or self.needs_verdicts

    def values(self, binding: Binding) -> list[Any]:
        """The statement's parameters for a request. Refusals: those of sizes, cursors and cost."""
        self.cost.check(binding)
        for check in self.checks:
            check(binding)
        return [read(binding) for read in self.parameters]

    def values_before_reading(self, binding: Binding) -> list[Any]:
        """The values of a request before the status of any target is looked up. Refusals: those of `values`.

        In the place of the statuses there are the moments that they are for: the data decides the rest.
        """
        moments = [moment(binding) for moment in self.moments]
        return [*moments, *self.values(replace(binding, standings=[NO_STATUSES] * len(moments)))]

    @cached_property
    def digest(self) -> bytes:
        """What stands for the statement, and for what is written of the values that Python computes from its rows."""
        forms = [completion.form for completion in self.completions]
        return hashlib.blake2b("\n".join([self.sql, *forms]).encode()).digest()


class Reader:
    """Plans operations on the root of every reading, and keeps the plans from one request to the next."""

    def __init__(self, schema: GraphQLSchema, *, most_memory: int = MOST_MEMORY) -> None:
        self._schema = schema
        self._command_inputs = _inputs_of_commands(schema)
        self._plans: Cache[Hashable, Plan] = Cache(most_memory, _memory)

    async def plan(self, operation: Operation, variables: Mapping[str, Any], *, is_kept: bool = True) -> Plan:
        """The plan for an operation, the shape of its variables and the day: a thread makes it.

        Without `is_kept` its answers are never kept, and its statement asks for no version of the data.

        Refusals: those of a document that is too large or asks for too much.
        """
        day = today()
        definition = operation.definition
        key = (operation.text, operation.only, operation.name, self._shape(definition, variables), day, is_kept)
        size = len(operation.text)
        return await self._plans.kept_by_thread(
            key, lambda: self._new_plan(operation, variables, day, is_kept), size=size
        )

    async def check(
        self,
        pool: ReadingPool,
        operation: Operation,
        variables: Mapping[str, Any],
        commanded: frozenset[str] = frozenset(),
    ) -> None:
        """Refuse now what would be refused when it is read, but for codes that commands bring."""
        plan, binding = await self.plan(operation, variables), Binding(variables, commanded=commanded)
        plan.values_before_reading(binding)
        if plan.question is not None:
            found = await pool.fetchval(plan.question.sql, *(read(binding) for read in plan.question.parameters))
            guards.check(found, plan.guards, binding)

    def _new_plan(self, operation: Operation, variables: Mapping[str, Any], day: dt.date, is_kept: bool) -> Plan:
        planner = Planner(self._schema, operation.fragments, variables)
        root = self._schema.get_root_type(operation.definition.operation)
        if root is None:
            raise TypeError("validation lets only operations with a root through")
        wanted = planner.wanted(root, [operation.definition.selection_set])
        if (named := type_names(wanted)) is not None:
            return Plan("", (), (), (), Cost(1, ()), constant=orjson.dumps(named))
        # Both before any SQL is written: that takes the longest.
        check_planning(wanted)
        cost = cost_of(wanted)
        cost.check(Binding(variables))
        statement = Statement(day)
        answer = statement.of_root(wanted)
        found = guards.guards_of(planner.codes, statement.parameters)
        is_query = operation.definition.operation is OperationType.QUERY
        return compiled_plan(statement, answer, cost, found, is_guarded=is_query, is_kept=is_kept)

    def _shape(self, definition: OperationDefinitionNode, variables: Mapping[str, Any]) -> Hashable:
        shapes = []
        for variable in definition.variable_definitions or ():
            name = variable.variable.name.value
            kind: Any = type_from_ast(self._schema, variable.type)
            if name in variables and get_named_type(kind) not in self._command_inputs:
                shapes.append((name, shape(kind, variables[name])))
        return tuple(shapes)


def _inputs_of_commands(schema: GraphQLSchema) -> frozenset[Any]:
    """The input objects of commands. They may be long, and no statement is shaped by them."""
    fields = schema.mutation_type.fields.values() if schema.mutation_type else ()
    kinds: set[Any] = set()
    to_see = [argument.type for field in fields for argument in field.args.values()]
    while to_see:
        kind = get_named_type(to_see.pop())
        if isinstance(kind, GraphQLInputObjectType) and kind not in kinds:
            kinds.add(kind)
            to_see += [field.type for field in kind.fields.values()]
    return frozenset(kinds)


def compiled_plan(
    statement: Statement, select: Any, cost: Cost, found: Sequence[Guard], *, is_guarded: bool, is_kept: bool
) -> Plan:
    """A statement, compiled once: its text, and the parameters in the order of the text."""
    is_shared = not (statement.is_scoped or statement.parameters.are_of_one_request)
    is_keepable = is_kept and is_guarded and is_shared and is_versioned(select)
    if is_guarded:
        select = guards.guarded(select, found)
    asked = statement.parameters
    if asked.moments or asked.needs_statuses or asked.needs_verdicts:
        select = with_state(select, _conditions(asked))
    if is_keepable:
        select = with_version(select)
    readers = statement.parameters.readers
    sql, parameters, names = _compiled(select, readers)
    question = None if is_guarded or not found else Question(*_compiled(guards.question(found), readers)[:2])
    completions = tuple(
        completion.Completion.of(each.number, each.path, each.mapping, each.item) for each in statement.computed
    )
    unused = [read for name, read in readers.items() if name not in names]
    checks = (*statement.parameters.checks, *unused)
    return Plan(
        sql,
        parameters,
        checks,
        completions,
        cost,
        is_scoped=statement.is_scoped,
        statuses_on=asked.today if asked.needs_statuses else None,
        moments=tuple(moment.reader(asked.today) for moment in asked.moments),
        needs_verdicts=asked.needs_verdicts,
        guards=tuple(found),
        question=question,
        is_keepable=is_keepable,
        is_of_a_request=asked.are_of_a_request,
    )


def _conditions(asked: Parameters) -> list[ColumnElement[bool]]:
    """On which conditions what is kept is of the figures that a statement sees."""
    day: Any = literal_column(f"date '{asked.today.isoformat()}'", Date())
    of_targets = [are_whole_on(day)] if asked.needs_statuses else []
    return [*of_targets, are_judged()] if asked.needs_verdicts else of_targets


def _compiled(select: Any, readers: Mapping[str, Callable[[Binding], Any]]) -> tuple[str, Any, Sequence[str]]:
    """The text of a statement, how to read its parameters in their order, and their names."""
    compiled = select.compile(dialect=_DIALECT)
    names = compiled.positiontup or ()
    return compiled.string, tuple(readers.get(name) or _constant(compiled.params[name]) for name in names), names


def _memory(plan: Plan) -> int:
    return _MEMORY_OF_ANY + _MEMORY_OF_A_CHARACTER * len(plan.sql)


def today() -> dt.date:
    """The day it is where the NHS is."""
    return dt.datetime.now(HERE).date()


def _constant(value: Any) -> Callable[[Binding], Any]:
    return lambda _: value
