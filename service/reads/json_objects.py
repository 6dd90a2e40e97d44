"""Columns become the JSON object of a row.

Every object is a subquery with only the wanted columns, and `row_to_json` of it: of the shapes that were tried, twice
as fast as nested `json_build_object`. The names of its columns are the keys of the response.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, func, literal_column, select, true
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
        is_long = any(len(key.encode()) > _LONGEST_NAME for key, _ in made.named)
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


def _constantly(text: str) -> Callable[[Binding], str]:
    return lambda _: text
