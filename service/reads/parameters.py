"""The arguments of a field as SQL, and the parameters that a statement collects on the way."""

import datetime as dt
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Numeric,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from schema.errors import Refusal
from schema.periods import Period, parsed
from schema.sql.statuses import statuses_on
from schema.tables import FigureVerdictRow, rows_of
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.moments import NOW, Moment, end_of
from service.reads.past_standings import PastStandings
from service.reads.places import NOWHERE, Place

# The largest weight: beyond it, a sum of them could be too large.
MOST_WEIGHT = 1_000_000
T = TypeVar("T")


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


def _quarter_ends(name: str, written: str) -> dt.date:
    period = _period(name, written)
    if period.kind != "QUARTER":
        raise Refusal("plan/unknown-period", f"The argument `{name}` is {written[:40]!r}, which is not a quarter.")
    return period.ends


def _period(name: str, written: str) -> Period:
    try:
        return parsed(written)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"The argument `{name}`: {refusal.message}") from refusal


def _in_order(name: str, numbers: Sequence[Decimal], most: int) -> list[str]:
    if len(numbers) > most:
        raise Refusal("plan/unusable-value", f"The argument `{name}` has more than {most} numbers.")
    return [str(number) for number in sorted(set(numbers))]


def _weights(name: str, numbers: Sequence[Decimal], of: str, count: int) -> list[str]:
    if len(numbers) != count:
        raise Refusal("plan/unusable-value", f"`{name}` has {len(numbers)} numbers for {count} `{of}`.")
    if not all(0 <= number <= MOST_WEIGHT for number in numbers) or not any(numbers):
        raise Refusal("plan/unusable-value", f"`{name}` must be 0 to {MOST_WEIGHT:,}, and not all 0.")
    return [str(number) for number in numbers]


def _short(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise Refusal("plan/unusable-value", f"The argument `{name}` has more than {most} characters.")
    return text


def _within(name: str, number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise Refusal("plan/unusable-value", f"`{name}` is {number}. It must be {least} to {most}.")
    return number


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


class BoundArguments:
    """`schema.mapping.Arguments` for one field of a plan."""

    def __init__(self, arguments: dict[str, Tree], parameters: Parameters) -> None:
        self.trees = arguments
        self._moment = NOW.of(arguments, None)
        self._parameters = parameters
        self._made: dict[str, Any] = {}

    def of_order(self, arguments: dict[str, Tree]) -> "BoundArguments":
        """The same for an order with arguments of its own: it never takes the metric or the period of the field."""
        inherited = {name: tree for name, tree in self.trees.items() if name not in ("metric", "period")}
        return BoundArguments({**inherited, **arguments}, self._parameters)

    @property
    def request(self) -> Parameters:
        """The request around the field."""
        return self._parameters

    def has(self, name: str) -> bool:
        """Whether the request has the argument, and it is not null."""
        return self.trees.get(name) is not None

    def value(self, name: str) -> ColumnElement[Any]:
        """The scalar, or list of scalars, of an argument that the request has."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} shapes the statement: ask for its term")
        return self._parameters.of(scalar)

    def value_or_null(self, name: str, kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
        """The scalar of an argument, or null of this type where the request does not have it."""
        return self.value(name) if self.has(name) else cast(null(), kind())

    def short_text(self, name: str, most: int) -> ColumnElement[Any]:
        """The text of an argument, of so many characters at most. Refusals: `plan/unusable-value`."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not a text")
        return self._parameters.add(lambda binding: _short(name, scalar.read(binding), most), Text())

    def count(self, name: str, least: int, most: int) -> ColumnElement[Any]:
        """The whole number of an argument, within these. Refusals: `plan/unusable-value`."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not a number")
        return self._parameters.add(lambda binding: _within(name, scalar.read(binding), least, most), BigInteger())

    def bounds(self, name: str, most: int) -> ColumnElement[Any]:
        """The numbers of an argument in order, each once, at most so many. Refusals: `plan/unusable-value`."""
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not a list of numbers")
        # As texts: asyncpg asks the database what a list of numbers is.
        numbers = self._parameters.add(lambda binding: _in_order(name, scalar.read(binding), most), ARRAY(Text))
        return cast(numbers, ARRAY(Numeric))

    def weights(self, name: str, of: str) -> ColumnElement[Any]:
        """The numbers of an argument, one for each value of another, or 1 for each. Refusals: `plan/unusable-value`."""
        scalar, values = self.trees.get(name), self.trees[of]
        if not isinstance(values, Scalar):
            raise TypeError(f"{of} is not a list")

        def read(binding: Binding) -> list[str]:
            count = len(values.read(binding))
            numbers = scalar.read(binding) if isinstance(scalar, Scalar) else [Decimal(1)] * count
            return _weights(name, numbers, of, count) if count else []

        return cast(self._parameters.add(read, ARRAY(Text)), ARRAY(Numeric))

    def term(self, name: str) -> Any:
        """The enumeration value or boolean of an argument, or None."""
        return self.trees.get(name)

    def inner(self, name: str) -> "BoundArguments":
        """The one field of an input object, as an argument of the same field. Refusals: `plan/one-field`."""
        tree = self.trees.get(name)
        fields = tree if isinstance(tree, dict) else {}
        if len(fields) != 1 or None in fields.values():
            raise Refusal("plan/one-field", f"`{name}` must name exactly one field, with a value.")
        return BoundArguments({**self._moment.arguments, **fields}, self._parameters)

    def fields_used(self, name: str) -> frozenset[str]:
        """The fields that a filter asks of its rows themselves."""
        return frozenset(_fields_used(self.trees.get(name)))

    def day(self) -> ColumnElement[Any]:
        """The date of the field or from above, that of the instant of `asKnownAt`, or today."""
        return self._parameters.day(self._moment)

    def day_on_record(self) -> ColumnElement[Any]:
        """That date, which the register has to know. Refusals: `plan/not-on-record`."""
        if self._moment != NOW:
            self._parameters.moments_on_record.setdefault(self._moment, self._parameters.place)
        return self.day()

    def known_at(self) -> ColumnElement[Any] | None:
        """The instant by which things had been known; None for now."""
        return self.value("asKnownAt") if self.has("asKnownAt") else None

    def until(self) -> ColumnElement[Any] | None:
        """The last day on which periods may end: that of the argument `to`, or the nearest date; None without both."""
        if self.has("to"):
            return self.value("to")
        return None if self._moment.on is None else self.day()

    def standings(self) -> FromClause:
        """The status of every target on the date of the field, as it was known then."""
        return self._parameters.standings(self._moment)

    def standing(self, column: str, target: ColumnElement[int]) -> ColumnElement[Any]:
        """The status or a gap of one target, the same."""
        return self._parameters.standing(self._moment, column, target)

    def verdicts(self) -> FromClause:
        """What is kept of each figure as things are known now. Refusals: `plan/filter-of-the-past`."""
        if self.has("asKnownAt"):
            raise Refusal(
                "plan/filter-of-the-past",
                "`isMet`, `variation`, `trend` and `comparison` filter figures as they are known now, and not as they "
                "were known at a time.",
            )
        return self._parameters.verdicts()

    def standings_on(self, name: str, *, as_known_then: bool) -> FromClause:
        """The status of every target on the date of an argument, as it is known now or was at the end of that date.

        Refusals: `plan/unusable-value`, for a date after that of the field.
        """
        day = self.trees[name]
        if not isinstance(day, Scalar):
            raise TypeError(f"{name} is not a date")
        until = self._moment.day(self._parameters.today)

        def check(binding: Binding) -> None:
            if day.read(binding) > until(binding):
                message = f"The argument `{name}` is {day.read(binding)}, which is after {until(binding)}."
                raise Refusal("plan/unusable-value", message)

        self._parameters.check(check)
        known_at = end_of(day) if as_known_then else self._moment.known_at
        return self._parameters.standings(Moment(day, known_at))

    def in_ids(self) -> ColumnElement[str]:
        """What the ids of rows end with at the moment of the field."""
        return self._parameters.in_ids(self._moment)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What the SQL of the field has in several places under this name: it is made once."""
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made

    def quarter(self, name: str) -> ColumnElement[Any]:
        """The last day of the quarter whose code was given. Refusals: `plan/unknown-period`."""

        def ends() -> ColumnElement[Any]:
            scalar = self.trees[name]
            if not isinstance(scalar, Scalar):
                raise TypeError(f"{name} is not a code")
            return self._parameters.add(lambda binding: _quarter_ends(name, scalar.read(binding)), Date())

        return self.once(f"the end of {name}", ends)

    def period_code(self, name: str) -> ColumnElement[Any]:
        """The code of the period that was given, however it was written. Refusals: `plan/unknown-period`."""
        return self._of_period(name, lambda period: period.code, Text())

    def period_start(self, name: str) -> ColumnElement[Any]:
        """The first day of that period. Refusals: `plan/unknown-period`."""
        return self._of_period(name, lambda period: period.starts, Date())

    def period_end(self, name: str) -> ColumnElement[Any]:
        """The last day of that period. Refusals: `plan/unknown-period`."""
        return self._of_period(name, lambda period: period.ends, Date())

    def _of_period(self, name: str, of: Callable[[Period], Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
        scalar = self.trees[name]
        if not isinstance(scalar, Scalar):
            raise TypeError(f"{name} is not a code")
        return self._parameters.add(lambda binding: of(_period(name, scalar.read(binding))), kind)


def _fields_used(tree: Tree) -> set[str]:
    if isinstance(tree, dict):
        return set(tree).union(*(_fields_used(tree.get(name)) for name in ("and", "or", "not")))
    if isinstance(tree, list):
        return set().union(*(_fields_used(item) for item in tree))
    return set()
