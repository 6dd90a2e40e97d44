"""What each GraphQL field is in SQL, declared next to the field itself.

A field with the name of a column is that column. Every other field has a mapping:

    Expression   a value that SQL computes from its row
    Reach        one row, or a list of rows, of another type
    Pages        pages of rows of another type, with filters and orders
    Derived      rows of no table: a selection that is written out where it is needed
    Computed     a value, an object or a list that Python computes from inputs that SQL selects
    Kept         a value that is kept of what is known now, and computed of what was known before
    Attribute    a field of such an object that has arguments, or takes long to compute
    ById         rows that such an object names by their ids
    Picked       the same, of rows that the mapping selects itself
    RequestRows  rows that the request itself brings: the viewer, the outcome of a command
    AnyNode      the row that an id names
    Root         the root of every query, again

These are declarations. `service.reads` turns them into statements.
"""

import dataclasses
import datetime as dt
import inspect
from collections.abc import Callable, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import strawberry
from sqlalchemy import BinaryExpression, ColumnElement, FromClause, Select, Text, literal_column
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

KEY = "sql"
NAMES = "names"
SPACELESS = "spaceless"
ROWS = "rows"
ENTITY = "__entity__"
T = TypeVar("T")


class RequestContext(Protocol):
    """What a statement needs of the request around a field, as SQL. None of it is an argument."""

    def scope(self) -> ColumnElement[int]:
        """The organisation that the viewer acts for, 0 for all; null for who sees only what is published."""

    def event(self) -> ColumnElement[int]:
        """The key of the row that an event is about, in a subscription."""

    def members(self) -> ColumnElement[Any]:
        """The codes of the only organisations that an event may show; null for all."""


class Arguments(Protocol):
    """The arguments of one field as SQL. Every scalar is a parameter, so one statement serves any value.

    `on` and `asKnownAt` are also there where only a field above has them: a date holds for everything below it.
    """

    @property
    def request(self) -> RequestContext:
        """The request around the field."""

    def has(self, name: str) -> bool:
        """Whether the request has the argument, and it is not null."""

    def value(self, name: str) -> ColumnElement[Any]:
        """The scalar, or list of scalars, of an argument that the request has."""

    def value_or_null(self, name: str, kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
        """The scalar of an argument, or null of this type where the request does not have it."""

    def short_text(self, name: str, most: int) -> ColumnElement[str]:
        """The text of an argument, of so many characters at most. Refusals: `plan/unusable-value`."""

    def count(self, name: str, least: int, most: int) -> ColumnElement[int]:
        """The whole number of an argument, within these. Refusals: `plan/unusable-value`."""

    def bounds(self, name: str, most: int) -> ColumnElement[Any]:
        """The numbers of an argument in order, each once, at most so many. Refusals: `plan/unusable-value`."""

    def weights(self, name: str, of: str) -> ColumnElement[Any]:
        """The numbers of an argument, one for each value of another, or 1 for each. Refusals: `plan/unusable-value`."""

    def term(self, name: str) -> Any:
        """The enumeration value or boolean of an argument, or None: part of the plan, not a parameter."""

    def inner(self, name: str) -> "Arguments":
        """The one field of an input object, as an argument of the same field. Refusals: `plan/one-field`."""

    def fields_used(self, name: str) -> frozenset[str]:
        """The fields that a filter asks of its rows themselves, not of those that they lead to."""

    def day(self) -> ColumnElement[dt.date]:
        """The date that the field is about: its own or the nearest above, the day of `asKnownAt`, or today."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What the SQL of the field has in several places under this name: it is made once."""

    def day_on_record(self) -> ColumnElement[dt.date]:
        """The same date, for a field that says who was a member. Refusals: `plan/not-on-record`."""

    def known_at(self) -> ColumnElement[dt.datetime] | None:
        """The instant by which things had been known, of the field or the nearest above; None for now."""

    def until(self) -> ColumnElement[dt.date] | None:
        """The last day on which periods may end: the argument `to`, or the nearest date; None without either."""

    def standings(self) -> FromClause:
        """The status and gap of every target on that date, as known then: rows with the columns of `statuses_on`."""

    def standing(self, column: str, target: ColumnElement[int]) -> ColumnElement[Any]:
        """One column of those rows, of the target with a key."""

    def standings_on(self, name: str, *, as_known_then: bool) -> FromClause:
        """The same on the date of an argument, by what was known at the end of it if that is asked for."""

    def verdicts(self) -> FromClause:
        """What is kept of each figure as things are known now. Refusals: `plan/filter-of-the-past`, below a time."""

    def quarter(self, name: str) -> ColumnElement[dt.date]:
        """The last day of the quarter with the code of an argument. Refusals: `plan/unknown-period`."""

    def period_code(self, name: str) -> ColumnElement[str]:
        """The code of the period that an argument names or writes in words. Refusals: `plan/unknown-period`."""

    def period_start(self, name: str) -> ColumnElement[dt.date]:
        """The first day of that period. Refusals: `plan/unknown-period`."""

    def period_end(self, name: str) -> ColumnElement[dt.date]:
        """The last day of that period. Refusals: `plan/unknown-period`."""


@dataclass(frozen=True)
class Expression:
    """A value: `sql(row, arguments)`.

    `among` is the condition that it is one of some values of an enumeration, where that finds the rows sooner. Such a
    value is never null.
    """

    sql: Callable[[FromClause, Arguments], ColumnElement[Any]]
    among: Callable[[FromClause, Arguments, Sequence[str]], ColumnElement[bool]] | None = None


@dataclass(frozen=True)
class RelatedRows:
    """The rows of another type that a row leads to: the conditions, and the order that makes a list one list.

    `joined` are further tables that the conditions name: they belong to this reach alone. `newest_of` keeps one row for
    each of its rows: of those that agree with it on its columns, the one whose period ends last. `refers` is the one of
    the conditions that says that a column has the other's id.
    """

    where: tuple[ColumnElement[bool], ...] = ()
    order: tuple[ColumnElement[Any], ...] = ()
    limit: int | None = None
    joined: tuple[FromClause, ...] = ()
    newest_of: FromClause | None = None
    refers: BinaryExpression[bool] | None = None

    def also(self, *conditions: ColumnElement[bool]) -> "RelatedRows":
        """The same with further conditions."""
        return replace(self, where=(*self.where, *conditions))


Relation = Callable[[Any, FromClause, Arguments], RelatedRows]


@dataclass(frozen=True)
class Reach:
    """Other rows: `related(row, other, arguments)` says which. `row` is None at the root of a query."""

    related: Relation
    # How many rows a list is assumed to hold, when the cost of a document is added up.
    size: int = 20


@dataclass(frozen=True)
class Pages:
    """Pages of other rows. `order` names the orders used by default; the id always breaks ties.

    Rows of no table come from `rows(row, arguments)`, which selects them with an `id` that orders them.
    """

    related: Relation | None = None
    order: tuple[str, ...] = ()
    rows: Callable[[Any, Arguments], Select[Any]] | None = None
    # The argument that names what each row has a part for, and how many it may name.
    each: str | None = None
    most: int = 0
    # How many rows could be read in the time that it takes to find the page, where that is many.
    price: int = 0
    # What PostgreSQL takes to plan the statement of a page, in kilobytes, as measured.
    planning: int = 500


@dataclass(frozen=True)
class Derived:
    """Rows of no table: `rows(row, arguments)` selects them; `row` is None at the root. Their `place` orders them."""

    rows: Callable[[Any, Arguments], Select[Any]]
    size: int = 20
    # What PostgreSQL takes to plan their statement, in kilobytes, as measured.
    planning: int = 1_000


Ids = Callable[[Any, Arguments], Select[Any] | ColumnElement[Any]]


@dataclass(frozen=True)
class Computed:
    """What Python computes from `inputs`, a class of `schema.computed_inputs`. `sql(row, arguments)` selects them.

    Where they are null, so is the field. `service.reads.computations` names the function for each class of inputs. It
    gives a value, an object or a list. All fields of such an object are attributes of it, at any depth.

    Where an object leads to rows again, its field is mapped to `ById`: `ids` selects, by a name, all ids that the
    objects may hold.
    """

    inputs: type[Any]
    sql: Callable[[Any, Arguments], ColumnElement[Any]]
    ids: ReadOnly[str, Ids] = dataclasses.field(default_factory=dict)
    # Whether the rows that it names are as they were known at the end of its date.
    is_known_by_then: bool = False
    # How many rows could be read in the time that it takes, where that is many.
    price: int = 0
    # What PostgreSQL takes to plan the statement of its inputs, in kilobytes, as measured.
    planning: int = 2_000
    # The argument that names what each object of its list is about, how many it may name, and else their number.
    each: str | None = None
    most: int = 0
    size: int = 20


@dataclass(frozen=True)
class Kept:
    """A value that the database keeps of what is known now; `then` computes it of what was known at an instant.

    It is the attribute of the field's name of what is computed. A filter asks for what is kept.
    """

    now: Expression
    then: Computed


@dataclass(frozen=True)
class Attribute:
    """An attribute of a computed object: a method where the field has arguments. Arguments that are null are left out.

    `price` is how many rows could be read in the time that it takes.
    """

    price: int = 0


@dataclass(frozen=True)
class ById:
    """The row whose id a computed object holds: one of the ids that `Computed.ids` selects under this name."""

    ids: str


@dataclass(frozen=True)
class Picked:
    """Rows that a computed object names: its attribute is a key, a list of keys, or None.

    `rows(row, arguments)` are all that it may name, each with a column `key`; both are the computed field's.
    """

    rows: Callable[[FromClause, Arguments], FromClause]
    size: int = 20


@dataclass(frozen=True)
class RequestRows:
    """Rows that come with the request, as JSON under this name; below another row, in its column of this name.

    `hidden` are columns that no field shows and that reaches use.
    """

    name: str
    hidden: tuple[tuple[str, TypeEngine[Any]], ...] = ()
    # Whether they differ from one request to the next, so that an answer with them is never kept.
    is_of_one_request: bool = False


@dataclass(frozen=True)
class AnyNode:
    """The rows that the ids in an argument name, each of its own type."""

    argument: str


@dataclass(frozen=True)
class Root:
    """The root of every query, again."""


@dataclass(frozen=True)
class Order:
    """What a list may be ordered by: `sql(row, arguments)`, as of the date of the list.

    Only an order that is never null can be paged through by an index.
    """

    sql: Callable[[FromClause, Arguments], ColumnElement[Any]]
    nullable: bool = False


@dataclass(frozen=True)
class Entity:
    """Where a type's rows are. `among` narrows a table that several types share; `known_at` is its past.

    `counts` is a table whose column `figures` says how many rows have the same values in its other columns: a list that
    asks for nothing but these is counted there.

    `visible` are the rows that a scope lets its viewer see: any other row seems not to exist. `made_up` are those of
    the sandbox: no list has them, unless it is asked for them or is itself of something made up.

    Of what `is_few` there are some dozens, to which all figures lead.
    """

    table: type[SQLModel] | None
    among: Callable[[FromClause], ColumnElement[bool]] | None = None
    known_at: Callable[[ColumnElement[dt.datetime]], FromClause] | None = None
    visible: Callable[[FromClause, ColumnElement[int]], ColumnElement[bool]] | None = None
    made_up: Callable[[FromClause], ColumnElement[bool]] | None = None
    orders: dict[str, Order] = dataclasses.field(default_factory=dict)
    counts: type[SQLModel] | None = None
    is_few: bool = False


Mapping = (
    Expression | Reach | Pages | Derived | Computed | Kept | Attribute | ById | Picked | RequestRows | AnyNode | Root
)


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


def field(description: str, mapping: Mapping | None = None, deprecated: str | None = None) -> Any:
    """A field without arguments, with the sentence that the printed schema shows for it.

    `deprecated` says since when, why, and what replaces it.
    """
    return strawberry.field(description=description, deprecation_reason=deprecated, metadata={KEY: mapping})


def field_with_arguments(mapping: Mapping, deprecated: str | None = None) -> Callable[[Callable[..., T]], Any]:
    """A decorator for a field with arguments: its signature declares them, its docstring describes it.

    `deprecated` says since when, why, and what replaces it.

    The body is empty and never runs: the statement answers the field.
    """

    def declare(signature: Callable[..., T]) -> Any:
        return strawberry.field(
            resolver=signature,
            description=inspect.cleandoc(signature.__doc__ or ""),
            deprecation_reason=deprecated,
            metadata={KEY: mapping},
        )

    return declare


def naming(rows: type[SQLModel], description: str, name: str | None = None) -> Any:
    """An argument whose values are codes of rows. A code that no row has is refused."""
    return strawberry.argument(description=description, name=name, metadata={NAMES: rows})


def reach(condition: Callable[[Any, FromClause], ColumnElement[bool]], *order: str, size: int = 20) -> Reach:
    """A reach that needs no argument: one condition, and the columns that order it."""

    def related(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
        return RelatedRows((condition(row, other),), tuple(other.c[name] for name in order))

    return Reach(related, size)


def referred(column: str) -> Reach:
    """The row whose id a column has."""

    def related(row: Any, other: FromClause, _: Arguments) -> RelatedRows:
        refers = other.c.id == row.c[column]
        return RelatedRows((refers,), refers=refers)

    return Reach(related)
