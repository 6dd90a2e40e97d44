"""Columns become the JSON object of a row.

Every object is a subquery with only the wanted columns, and `row_to_json` of it: of the shapes that were tried, twice
as fast as nested `json_build_object`. The names of its columns are the keys of the response.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, func, literal_column, select, true

from service.reads.bound import Parameters

# PostgreSQL cuts a column's name to 63 bytes; a longer key takes the long way round.
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

    def __init__(self) -> None:
        self.parameters = Parameters()
        self._aliases = 0

    def name(self, stem: str) -> str:
        """A new alias."""
        self._aliases += 1
        return f"{stem}_{self._aliases}"

    def object_of(
        self, made: Columns, condition: ColumnElement[bool] | None, around: tuple[FromClause, ...]
    ) -> Select[Any]:
        """A subquery with one column `j`: the JSON object of columns, for one row of their surroundings."""
        if not made.named:
            body: Select[Any] = select(EMPTY_OBJECT.label("j"))
            return body if condition is None else body.where(condition)
        source = self._joined(made.laterals)
        if any(len(key.encode()) > _LONGEST_NAME for key, _ in made.named):
            return self._long_object(made, source, condition)
        inner: Select[Any] = select(*(value.label(key) for key, value in made.named))
        if source is not None:
            inner = inner.select_from(source)
        if condition is not None:
            inner = inner.where(condition)
        rows = (inner.correlate(*around) if around else inner).subquery(self.name("r"))
        return select(func.row_to_json(literal_column(rows.name)).label("j")).select_from(rows)

    def _long_object(
        self, made: Columns, source: FromClause | None, condition: ColumnElement[bool] | None
    ) -> Select[Any]:
        pairs = [
            select(literal_column(str(at)).label("n"), self._text(key).label("k"), func.to_json(value).label("v"))
            for at, (key, value) in enumerate(made.named)
        ]
        each = pairs[0].union_all(*pairs[1:]).lateral(self.name("k"))
        return_value = func.json_object_agg(each.c.k, each.c.v)
        body: Select[Any] = select(return_value.label("j"))
        body = body.select_from(each if source is None else source.join(each, true()))
        return body if condition is None else body.where(condition).having(func.count() > literal_column("0"))

    def _text(self, text: str) -> ColumnElement[str]:
        return cast(self.parameters.add(lambda _: text, Text()), Text)

    def _joined(self, laterals: Sequence[FromClause]) -> FromClause | None:
        if not laterals:
            return None
        source: Any = select(literal_column("1").label("one")).subquery(self.name("s"))
        for lateral in laterals:
            source = source.outerjoin(lateral, true())
        return source  # type: ignore[no-any-return]


def beside(row: FromClause, laterals: Sequence[FromClause]) -> FromClause:
    """A row and the laterals that refer to it."""
    source: Any = row
    for lateral in laterals:
        source = source.outerjoin(lateral, true())
    return source  # type: ignore[no-any-return]


def instant(value: ColumnElement[Any]) -> ColumnElement[str]:
    """An instant as `schema.types.scalars.instant` prints it."""
    return func.to_char(
        func.timezone(literal_column("'UTC'"), value), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
    )
