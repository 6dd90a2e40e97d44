"""How a GraphQL field is said in SQL, declared beside the field itself.

A field with the name of a column is that column. Every other field says what it is:

    Expression   a value computed in SQL from its row
    Reach        one row, or a list of rows, of another type
    Pages        pages of rows of another type, with filters and orders
    Derived      rows of no table: a selection that is written out where it is needed
    Computed     an object or a list that Python completes from columns that SQL brings along
    Picked       rows that such an object names by their keys
    Given        rows that the request itself brings: who is asking, what a command did
    AnyNode      whatever an id names
    Root         the root of every reading, again

These are declarations. `service.reads` turns them into statements.
"""

import dataclasses
import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import strawberry
from sqlalchemy import ColumnElement, FromClause, Select, Text, literal_column
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

KEY = "sql"
ENTITY = "__entity__"
T = TypeVar("T")


class Arguments(Protocol):
    """The arguments of one field as SQL: every scalar is a bound parameter, so a statement serves any value."""

    def given(self, name: str) -> bool:
        """Whether the argument was given and is not null."""

    def value(self, name: str) -> ColumnElement[Any]:
        """The scalar, or list of scalars, that was given."""

    def term(self, name: str) -> Any:
        """The enumeration value or boolean that was given, or None: part of the plan, not a parameter."""

    def words(self, name: str) -> frozenset[str]:
        """The field names that an input object uses, at any depth."""

    def key(self, name: str, of: str) -> ColumnElement[int]:
        """The row's key within a global id of the kind `of`; null when the id names something else."""

    def day(self, name: str = "on") -> ColumnElement[dt.date]:
        """The date that was given, or today."""

    def quarter(self, name: str) -> ColumnElement[dt.date]:
        """The last day of the quarter whose code was given. Refusals: `plan/unknown-period`."""

    def period_end(self, name: str) -> ColumnElement[dt.date]:
        """The last day of the period whose code was given. Refusals: `plan/unknown-period`."""

    def standings(self, day: str = "asOf") -> FromClause:
        """How every target stands on the day that was given, or today: rows of `target_id` and `status`."""

    def scope(self) -> ColumnElement[int]:
        """The organisation that the viewer acts for, 0 for all; null for who sees only what is published."""

    def viewer(self) -> ColumnElement[Any]:
        """Who is asking, as JSON rows of one or none."""

    def event(self) -> ColumnElement[int]:
        """The key of the row that an event is about, in a subscription."""


@dataclass(frozen=True)
class Expression:
    """A value: `says(row, arguments)` is its SQL."""

    says: Callable[[FromClause, Arguments], ColumnElement[Any]]


@dataclass(frozen=True)
class Found:
    """The rows of another type that a row reaches: the conditions, and the order that makes a list one list.

    `beside` are further tables that the conditions name: they belong to this reach alone. `newest_of` keeps one of
    the rows that agree on these columns: the one whose period ends last.
    """

    where: tuple[ColumnElement[bool], ...] = ()
    order: tuple[ColumnElement[Any], ...] = ()
    limit: int | None = None
    beside: tuple[FromClause, ...] = ()
    newest_of: tuple[str, ...] = ()

    def also(self, *conditions: ColumnElement[bool]) -> "Found":
        """The same with further conditions."""
        return replace(self, where=(*self.where, *conditions))


@dataclass(frozen=True)
class Reach:
    """Other rows: `says(row, other, arguments)` tells which. `row` is None at the root of a query."""

    says: Callable[[Any, FromClause, Arguments], Found]
    # How many rows a list is reckoned to hold, when the cost of a document is added up.
    size: int = 20


@dataclass(frozen=True)
class Pages:
    """Pages of other rows. `order` names the orders used when none is asked for; the id always breaks ties."""

    says: Callable[[Any, FromClause, Arguments], Found]
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derived:
    """Rows of no table: `rows(row, arguments)` selects them; `row` is None at the root. Their `place` orders them."""

    rows: Callable[[Any, Arguments], Select[Any]]
    size: int = 20


@dataclass(frozen=True)
class Computed:
    """What Python completes: `inputs(row, arguments)` is a JSON value for the computation called `name`.

    `rows(row, arguments)` is the FROM clause of the objects that come of it, oldest first, each with a column `key` by
    which the computation knows it, and a column `place` where there are many; their fields that are neither columns nor
    reaches are what the computation gives.

    Without `rows` the computation gives the whole: objects with the attributes that the fields name, or, on a field
    without fields of its own, the value itself. Where such an object leads to rows again, its field is `Picked`.
    """

    name: str
    inputs: Callable[[Any, Arguments], ColumnElement[Any]]
    rows: Callable[[FromClause, Arguments], FromClause] | None = None
    many: bool = False
    # How many rows could be read in the time that it takes, where that is many.
    price: int = 0


@dataclass(frozen=True)
class Picked:
    """Rows that an object of a computation names: its attribute is a key, a list of keys, or None.

    `rows(row, arguments)` are all that it may name, each with a column `key`; both are the computed field's.
    """

    rows: Callable[[FromClause, Arguments], FromClause]
    size: int = 20


@dataclass(frozen=True)
class Given:
    """Rows that come with the request, as JSON under this name; below another row, in its column of this name.

    `hidden` are columns of theirs that no field shows and that reaches use.
    """

    name: str
    hidden: tuple[tuple[str, TypeEngine[Any]], ...] = ()


@dataclass(frozen=True)
class AnyNode:
    """Whatever the ids in an argument name, each row of its own type."""

    argument: str


@dataclass(frozen=True)
class Root:
    """The root of every reading, again."""


@dataclass(frozen=True)
class Order:
    """What a list may be ordered by. Only an order that is never null can be paged through by an index."""

    says: Callable[[FromClause], ColumnElement[Any]]
    nullable: bool = False


@dataclass(frozen=True)
class Entity:
    """Where a type's rows are. `among` narrows a table that several types share; `known_at` is its past.

    `visible` are the rows that a scope lets its viewer see: any other row answers like one that does not exist.
    """

    table: type[SQLModel] | None
    among: Callable[[FromClause], ColumnElement[bool]] | None = None
    known_at: Callable[[ColumnElement[dt.datetime]], FromClause] | None = None
    visible: Callable[[FromClause, ColumnElement[int]], ColumnElement[bool]] | None = None
    orders: dict[str, Order] = dataclasses.field(default_factory=dict)


Mapping = Expression | Reach | Pages | Derived | Computed | Picked | Given | AnyNode | Root


def row_of(rows: Any) -> ColumnElement[Any]:
    """The whole row of an alias as one value, for `row_to_json`."""
    return literal_column(f'"{rows.name}"')


def constant(text: str) -> ColumnElement[str]:
    """A name of the schema as SQL: an enumeration's value, a code, a sentence. Never what a request brings."""
    return literal_column(f"'{text}'", Text())


def entity(table: type[SQLModel] | None, **how: Any) -> Callable[[type[T]], type[T]]:
    """A decorator: the rows of this type are in `table`; see `Entity` for the rest."""

    def declare(cls: type[T]) -> type[T]:
        setattr(cls, ENTITY, Entity(table, **how))
        return cls

    return declare


def field(description: str, mapping: Mapping | None = None) -> Any:
    """A field without arguments, with the sentence that the printed schema shows for it."""
    return strawberry.field(description=description, metadata={KEY: mapping})


def field_with_arguments(mapping: Mapping) -> Callable[[Callable[..., T]], Any]:
    """A decorator for a field with arguments: its signature declares them, its docstring describes it.

    The body is empty and never runs: the statement answers.
    """

    def declare(signature: Callable[..., T]) -> Any:
        return strawberry.field(
            resolver=signature, description=inspect.cleandoc(signature.__doc__ or ""), metadata={KEY: mapping}
        )

    return declare


def reach(condition: Callable[[Any, FromClause], ColumnElement[bool]], *order: str, size: int = 20) -> Reach:
    """A reach that needs no argument: one condition, and the columns that order it."""
    return Reach(lambda row, other, _: Found((condition(row, other),), tuple(other.c[name] for name in order)), size)
