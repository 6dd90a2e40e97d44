"""The statuses of targets at a moment of the past, which Python has computed, as parameters of a statement."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Numeric, Text, case, cast, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import TypeEngine

from schema.sql.statuses import GAPS
from service.reads.arguments import Binding

Add = Callable[[Callable[[Binding], Any], TypeEngine[Any]], ColumnElement[Any]]


class PastStandings:
    """The keys of all targets in their order, and of each its status and gaps: one array for each column.

    `at` is the place of the moment among those of the statement.
    """

    def __init__(self, at: int, add: Add) -> None:
        def array(part: int, kind: Any) -> ColumnElement[Any]:
            return add(lambda binding: list(binding.standings[at][part]), ARRAY(kind))

        self._name = f"standing{at}"
        self._keys = array(0, BigInteger)
        # Numbers are sent as texts: asyncpg asks the database what a list of numbers is.
        self._columns = {"status": array(1, Text), **{name: array(2 + part, Text) for part, name in enumerate(GAPS)}}

    def rows(self) -> FromClause:
        """All of them as rows."""
        arrays = [cast(each, ARRAY(Numeric)) if name in GAPS else each for name, each in self._columns.items()]
        columns: list[ColumnElement[Any]] = [column("target_id", BigInteger), column("status", Text)]
        columns += [column(name, Numeric) for name in GAPS]
        rows = func.unnest(self._keys, *arrays).table_valued(*columns, name=self._name)
        return rows.render_derived()

    def of(self, name: str, key: ColumnElement[int]) -> ColumnElement[Any]:
        """One column of the target with a key: PostgreSQL finds its place in the order in a few steps."""
        place = func.width_bucket(key, self._keys)
        found = case((_at(self._keys, place) == key, _at(self._columns[name], place)))
        return cast(found, Numeric) if name in GAPS else found


def _at(array: ColumnElement[Any], place: ColumnElement[int]) -> Any:
    """The part of an array at a place. PostgreSQL wants a parameter in brackets there."""
    grouped: Any = Grouping(array)
    return grouped[place]
