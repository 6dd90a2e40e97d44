"""Columns become the JSON object of a row.

Every object is a subquery with only the wanted columns, and `row_to_json` of it: of the shapes that were tried, twice
as fast as nested `json_build_object`. The names of its columns are the keys of the response.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    TableClause,
    Text,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import quoted_name

from schema.mapping import row_of
from service.reads.arguments import Binding
from service.reads.parameters import Parameters

_LONGEST_NAME = 63
EMPTY_OBJECT: ColumnElement[Any] = literal_column("'{}'::json")
EMPTY_LIST: ColumnElement[Any] = literal_column("'[]'::json")


@dataclass
class Columns:
    """The columns of one object, in order, and the lateral subqueries that they come from."""

    named: list[tuple[str, ColumnElement[Any]]] = field(default_factory=list)
    laterals: list[FromClause] = field(default_factory=list)

    def add(self, key: str, value: ColumnElement[Any]) -> None:
        """One more column."""
        self.named.append((key, value))


class JsonObject(TableClause):
    """A lateral with one row, whose column `j` is the JSON object of columns of the rows around it.

    It is written as two nested SELECTs would be. SQLAlchemy takes long over each of those, because it looks for the
    tables of every SELECT and of what is around it.
    """

    inherit_cache = False

    def __init__(self, name: str, row: str, named: Sequence[tuple[str, ColumnElement[Any]]]) -> None:
        super().__init__(name, column("j"))
        self.row = row
        self.named = named

    def get_children(self, **_: Any) -> Iterable[Any]:
        """The parts of a statement that it is made of."""
        return [value for _, value in self.named]


@compiles(JsonObject)
def _written(made: JsonObject, compiler: Any, **_: Any) -> str:
    quote = compiler.preparer.quote
    columns = ", ".join(f"{compiler.process(value)} AS {quote(key)}" for key, value in made.named)
    row, name = quote(made.row), quote(made.name)
    return f"LATERAL (SELECT row_to_json({row}) AS j \nFROM (SELECT {columns}) AS {row}) AS {name}"


class Writer:
    """Writes objects. It is used for one statement: it numbers the aliases and collects the parameters."""

    def __init__(self, today: dt.date) -> None:
        self.parameters = Parameters(today)
        self._aliases = 0
        # The laterals that have exactly one row, next to any row.
        self._certain: set[FromClause] = set()

    def name(self, stem: str) -> str:
        """A new alias. Its `#` is in no name of GraphQL, so it is never mistaken for a key of the response."""
        self._aliases += 1
        return quoted_name(f"{stem}#{self._aliases}", quote=True)

    def object_of(
        self, made: Columns, condition: ColumnElement[bool] | None, around: tuple[FromClause, ...]
    ) -> Select[Any]:
        """A subquery with one column `j`: the JSON object of columns, for one row of their surroundings."""
        if not made.named:
            body: Select[Any] = select(EMPTY_OBJECT.label("j"))
            return body if condition is None else body.where(condition)
        # PostgreSQL cuts a column's name to 63 bytes: where a key is longer, the columns have numbers instead.
        is_long = _has_long(made.named)
        named = [(f"c{at}" if is_long else key, value) for at, (key, value) in enumerate(made.named)]
        inner: Select[Any] = select(*(value.label(name) for name, value in named))
        if made.laterals:
            one = select(literal_column("1").label("one")).subquery(self.name("s"))
            inner = inner.select_from(self.joined(one, made.laterals))
        if condition is not None:
            inner = inner.where(condition)
        rows = (inner.correlate(*around) if around else inner).subquery(self.name("r"))
        if is_long:
            return self._numbered(rows, [key for key, _ in made.named])
        return select(func.row_to_json(row_of(rows)).label("j")).select_from(rows)

    def lateral_object(
        self, named: Sequence[tuple[str, ColumnElement[Any]]], around: tuple[FromClause, ...]
    ) -> FromClause:
        """A lateral with the JSON object of columns of the rows around it, as `j`."""
        if named and not _has_long(named):
            row = self.name("r")
            return self.certain(JsonObject(self.name("o"), row, named))
        body = self.object_of(Columns(list(named)), None, around).correlate(*around)
        return self.certain(body.lateral(self.name("o")))

    def _numbered(self, rows: FromClause, keys: Sequence[str]) -> Select[Any]:
        """The object of numbered columns under their keys: slower, and for keys of any length."""
        pairs = [
            select(
                cast(self.parameters.add(_constantly(key), Text()), Text).label("k"),
                func.to_json(rows.c[f"c{at}"]).label("v"),
            ).correlate(rows)
            for at, key in enumerate(keys)
        ]
        each = pairs[0].union_all(*pairs[1:]).lateral(self.name("k"))
        return select(func.json_object_agg(each.c.k, each.c.v).label("j")).select_from(rows.join(each, true()))

    def certain(self, lateral: FromClause) -> FromClause:
        """Note that a lateral has exactly one row, next to any row."""
        self._certain.add(lateral)
        return lateral

    def joined(self, row: FromClause, laterals: Sequence[FromClause]) -> FromClause:
        """A row joined with the laterals that refer to it.

        Where there is certainly something to join, PostgreSQL may join before it makes any JSON: only what is shown is
        made. With an outer join it makes the JSON of every row of the table first.
        """
        source: FromClause = row
        for lateral in laterals:
            source = source.join(lateral, true(), isouter=lateral not in self._certain)
        return source


def object_with(parts: dict[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """A JSON object of a few columns, as one value."""
    return func.json_build_object(*(part for pair in parts.items() for part in pair))


def instant(value: ColumnElement[Any]) -> ColumnElement[str]:
    """An instant as `schema.types.scalars.instant` prints it."""
    return func.to_char(
        func.timezone(literal_column("'UTC'"), value), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
    )


def _has_long(named: Sequence[tuple[str, ColumnElement[Any]]]) -> bool:
    return any(len(key.encode()) > _LONGEST_NAME for key, _ in named)


def _constantly(text: str) -> Callable[[Binding], str]:
    return lambda _: text
