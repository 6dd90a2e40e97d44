"""The arguments of a field as SQL, and the parameters that a statement collects on the way."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from schema import ids
from schema.errors import Refusal
from schema.periods import Period, parsed
from service.reads.arguments import Binding, Scalar, Tree


@dataclass
class Parameters:
    """The parameters of one statement: for each name, how to read its value from a request.

    Days and page sizes that every request shares are written out instead: PostgreSQL plans far better with them than
    with parameters that could be anything (177 practices with their groups: 0.7 ms instead of 1.3).
    """

    today: dt.date
    readers: dict[str, Callable[[Binding], Any]] = field(default_factory=dict)
    # The dates for which the statement needs the status of targets.
    days: list[Callable[[Binding], dt.date]] = field(default_factory=list)

    def add(self, read: Callable[[Binding], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        """A new parameter.

        Days and instants are sent as text: asyncpg takes the first and the last day of the calendar for infinities.
        """
        name = f"p{len(self.readers)}"
        item = kind.item_type if isinstance(kind, ARRAY) else kind
        if not isinstance(item, Date | DateTime):
            self.readers[name] = read
            return bindparam(name, type_=kind)
        self.readers[name] = lambda binding: _as_text(read(binding))
        return cast(bindparam(name, type_=ARRAY(Text) if isinstance(kind, ARRAY) else Text()), kind)

    def scope(self) -> ColumnElement[Any]:
        """The scope of the viewer: one parameter for all places that ask for it."""
        self.readers.setdefault("scope", lambda binding: binding.scope)
        return bindparam("scope", type_=BigInteger())

    def standings(self, day: object) -> FromClause:
        """The status of every target on a date, as rows; the date is a scalar that the request binds, or today."""
        today, at = self.today, len(self.days)
        self.days.append(day.read if isinstance(day, Scalar) else lambda _: today)
        keys = self.add(lambda binding: list(binding.standings[at][0]), ARRAY(BigInteger))
        statuses = self.add(lambda binding: list(binding.standings[at][1]), ARRAY(Text))
        rows = func.unnest(keys, statuses).table_valued("target_id", "status", name=f"standing{at}")
        return rows.render_derived()

    def event(self) -> ColumnElement[Any]:
        """The key of an event's row: one parameter for all places that ask for it."""
        self.readers.setdefault("event", lambda binding: binding.event)
        return bindparam("event", type_=BigInteger())


def _quarter_ends(code: str) -> dt.date:
    period = parsed(code)
    if period.kind != "QUARTER":
        raise Refusal("plan/unknown-period", f"{code[:40]!r} is not a quarter.")
    return period.ends


def _written(day: dt.date) -> ColumnElement[dt.date]:
    return literal_column(f"date '{day.isoformat()}'", Date())


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return None if value is None else value.isoformat()


class BoundArguments:
    """`schema.mapping.Arguments` for one field of a plan."""

    def __init__(self, arguments: dict[str, Tree], parameters: Parameters) -> None:
        self.trees = arguments
        self._parameters = parameters
        self._days: dict[str, ColumnElement[Any]] = {}

    @property
    def request(self) -> Parameters:
        """The request around the field."""
        return self._parameters

    def has(self, name: str) -> bool:
        """Whether the request has the argument, and it is not null."""
        return self.trees.get(name) is not None

    def raw(self, name: str) -> object:
        """The argument as the plan holds it; None where the request does not have it."""
        return self.trees.get(name)

    def value(self, name: str) -> ColumnElement[Any]:
        """The scalar, or list of scalars, of an argument that the request has."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} shapes the statement: ask for its term")
        return self._parameters.add(scalar.read, scalar.type)

    def value_or_null(self, name: str, kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
        """The scalar of an argument, or null of this type where the request does not have it."""
        return self.value(name) if self.has(name) else cast(null(), kind())

    def term(self, name: str) -> Any:
        """The enumeration value or boolean of an argument, or None."""
        return self.trees.get(name)

    def fields_used(self, name: str) -> frozenset[str]:
        """The field names that an input object uses, at any depth."""
        return frozenset(_fields_used(self.trees.get(name)))

    def day(self, name: str = "on") -> ColumnElement[Any]:
        """The date that was given, or today."""
        if name not in self._days:
            scalar = self.trees.get(name)
            if not isinstance(scalar, Scalar):
                self._days[name] = _written(self._parameters.today)
            elif scalar.spelled is not None:
                self._days[name] = _written(scalar.spelled)
            else:
                self._days[name] = self.value(name)
        return self._days[name]

    def quarter(self, name: str) -> ColumnElement[Any]:
        """The last day of the quarter whose code was given. Refusals: `plan/unknown-period`."""
        if name not in self._days:
            scalar = self.trees[name]
            if not isinstance(scalar, Scalar):
                raise TypeError(f"{name} is not a code")
            self._days[name] = self._parameters.add(lambda binding: _quarter_ends(scalar.read(binding)), Date())
        return self._days[name]

    def period_code(self, name: str) -> ColumnElement[Any]:
        """The code of the period that was given, however it was written. Refusals: `plan/unknown-period`."""
        return self._of_period(name, lambda period: period.code, Text())

    def period_end(self, name: str) -> ColumnElement[Any]:
        """The last day of that period. Refusals: `plan/unknown-period`."""
        return self._of_period(name, lambda period: period.ends, Date())

    def _of_period(self, name: str, of: Callable[[Period], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not a code")
        return self._parameters.add(lambda binding: of(parsed(scalar.read(binding))), kind)

    def key(self, name: str, of: str) -> ColumnElement[int]:
        """The row's key within a global id of the kind `of`; null when the id names something else."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not an id")
        return self._parameters.add(lambda binding: ids.key(scalar.read(binding), of), BigInteger())


def _fields_used(tree: Tree) -> set[str]:
    if isinstance(tree, dict):
        return set(tree).union(*(_fields_used(value) for value in tree.values()))
    if isinstance(tree, list):
        return set().union(*(_fields_used(item) for item in tree))
    return set()
