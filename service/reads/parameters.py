"""The parameters that a statement collects while it is written."""

import datetime as dt
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
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
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from schema.sql.statuses import statuses_on
from schema.tables import FigureVerdictRow, rows_of
from service.reads.arguments import Binding, Scalar
from service.reads.moments import NOW, Moment
from service.reads.past_standings import PastStandings
from service.reads.places import NOWHERE, Place


@dataclass
class Parameters:
    """The parameters of one statement: for each name, how to read its value from a request.

    Days and page sizes that every request shares are written out instead: PostgreSQL plans far better with them than
    with parameters that could be anything (177 practices with their groups: 0.7 ms instead of 1.3).
    """

    today: dt.date
    readers: dict[str, Callable[[Binding], Any]] = field(default_factory=dict)
    # Whether the statement needs the status of targets today, and the other moments for which it needs them.
    needs_statuses: bool = False
    moments: list[Moment] = field(default_factory=list)
    # Whether it needs what is kept of each figure.
    needs_verdicts: bool = False
    # Whether an answer is for one request alone.
    are_of_one_request: bool = False
    # Whether it has anything that comes with a request, such as who is asking.
    are_of_a_request: bool = False
    # The moments, other than now, for which it says who was a member.
    moments_on_record: dict[Moment, Place] = field(default_factory=dict)
    # Lists of which only so many rows may be looked at: how many there are at most, and the field of each.
    bounded: list[tuple[ColumnElement[int], Place]] = field(default_factory=list)
    # The field that is being written: what is refused of a value is about it.
    place: Place = NOWHERE
    # What a request is checked for, without a value that the statement needs.
    checks: list[Callable[[Binding], None]] = field(default_factory=list)
    # What is needed in many places, such as a date above many fields, is one parameter.
    _kept: dict[Hashable, tuple[object, ColumnElement[Any]]] = field(default_factory=dict)
    _past: dict[Hashable, PastStandings] = field(default_factory=dict)

    def add(self, read: Callable[[Binding], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        """A new parameter.

        Days and instants are sent as text: asyncpg takes the first and the last day of the calendar for infinities.
        """
        name = f"p{len(self.readers)}"
        read = self.place.reading(read)
        item = kind.item_type if isinstance(kind, ARRAY) else kind
        if not isinstance(item, Date | DateTime):
            self.readers[name] = read
            return bindparam(name, type_=kind)
        self.readers[name] = lambda binding: _as_text(read(binding))
        return cast(bindparam(name, type_=ARRAY(Text) if isinstance(kind, ARRAY) else Text()), kind)

    @contextmanager
    def about(self, place: Place) -> Iterator[None]:
        """What is written within is of the field at a place."""
        around, self.place = self.place, place
        try:
            with place.of_refusals():
                yield
        finally:
            self.place = around

    def check(self, refuse: Callable[[Binding], None]) -> None:
        """Have each request checked before the statement runs."""
        self.checks.append(refuse)

    def of(self, scalar: Scalar) -> ColumnElement[Any]:
        """The parameter of a scalar."""
        return self._once(scalar, "value", lambda: self.add(scalar.read, scalar.type))

    def each(self, scalars: Sequence[Scalar], places: Sequence[Place], name: str) -> tuple[FromClause, Scalar]:
        """The values of some texts, or lists of texts, as rows in their order; and a scalar that is that of the row.

        The values are refused as if each had a parameter of its own.
        """
        reads = [place.reading(scalar.read) for scalar, place in zip(scalars, places, strict=True)]
        is_list = isinstance(scalars[0].type, ARRAY)
        written = _as_array if is_list else _as_it_is
        values = self.add(lambda binding: [written(read(binding)) for read in reads], ARRAY(Text))
        rows = func.unnest(values).table_valued("value", with_ordinality="place").render_derived(name=name)
        # By its name alone: wherever it stands, it is of the row around it and makes no table of its own.
        value: ColumnElement[Any] = literal_column(f'"{name}".value', Text())
        scalar = Scalar(_not_of_a_request, scalars[0].type)
        self._once(scalar, "value", lambda: cast(value, ARRAY(Text)) if is_list else value)
        return rows, scalar

    def day(self, moment: Moment) -> ColumnElement[Any]:
        """The date of a moment. One that every request shares is written out."""
        if moment.on is not None:
            return self.of(moment.on) if moment.on.spelled is None else _written(moment.on.spelled)
        if moment.known_at is None:
            return _written(self.today)
        return self._once(moment.known_at, "day", lambda: self.add(moment.day(self.today), Date()))

    def in_ids(self, moment: Moment) -> ColumnElement[Any]:
        """What the ids of rows at a moment end with."""
        if moment == NOW:
            return literal_column("''", Text())
        return self._once((moment.on, moment.known_at), "id", lambda: self.add(moment.in_ids, Text()))

    def _once(self, thing: Any, what: str, make: Callable[[], ColumnElement[Any]]) -> ColumnElement[Any]:
        """The parameter that is made of a thing, which is kept so that its identity is not another's."""
        parts = thing if isinstance(thing, tuple) else (thing,)
        key = (what, *map(id, parts))
        if key not in self._kept:
            self._kept[key] = (thing, make())
        return self._kept[key][1]

    @property
    def asks_scope(self) -> bool:
        """Whether a place asks for the scope of the viewer."""
        return "scope" in self.readers

    def scope(self) -> ColumnElement[Any]:
        """The scope of the viewer: one parameter for all places that ask for it."""
        self.readers.setdefault("scope", lambda binding: binding.scope)
        return bindparam("scope", type_=BigInteger())

    def standings(self, moment: Moment) -> FromClause:
        """The status of every target at a moment, as rows: those of today are kept in the database."""
        if moment == NOW:
            self.needs_statuses = True
            return statuses_on(self.day(moment))
        return self._past_standings(moment).rows()

    def standing(self, moment: Moment, column: str, target: ColumnElement[int]) -> ColumnElement[Any]:
        """The status or a gap of the target with a key at a moment."""
        if moment == NOW:
            rows = self.standings(moment)
            return select(rows.c[column]).where(rows.c.target_id == target).correlate_except(rows).scalar_subquery()
        return self._past_standings(moment).of(column, target)

    def _past_standings(self, moment: Moment) -> PastStandings:
        """The statuses at a moment: one set of parameters for all places that ask for it."""
        key = (id(moment.on), id(moment.known_at))
        if key not in self._past:
            self._past[key] = PastStandings(len(self.moments), self.add)
            # Kept, so that its identity is not another's.
            self.moments.append(moment)
        return self._past[key]

    def verdicts(self) -> FromClause:
        """What is kept of each figure."""
        self.needs_verdicts = True
        return rows_of(FigureVerdictRow).alias()

    def event(self) -> ColumnElement[Any]:
        """The key of an event's row: one parameter for all places that ask for it."""
        self.readers.setdefault("event", lambda binding: binding.event)
        return bindparam("event", type_=BigInteger())

    def members(self) -> ColumnElement[Any]:
        """The codes of the only organisations that an event may show; null for all."""
        self.readers.setdefault("members", lambda binding: binding.members)
        return cast(bindparam("members", type_=ARRAY(Text)), ARRAY(Text))


def _written(day: dt.date) -> ColumnElement[dt.date]:
    return literal_column(f"date '{day.isoformat()}'", Date())


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return None if value is None else value.isoformat()


def _as_it_is(text: str | None) -> str | None:
    return text


def _as_array(texts: Sequence[str | None]) -> str:
    """A list of texts as PostgreSQL writes one: arrays in an array would all have to be as long."""
    escaped = ("NULL" if text is None else '"' + re.sub(r'(["\\])', r"\\\1", text) + '"' for text in texts)
    return f"{{{','.join(escaped)}}}"


def _not_of_a_request(_: Binding) -> Any:
    raise TypeError("the value of a row is in the database alone")
