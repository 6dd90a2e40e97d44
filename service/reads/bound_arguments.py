"""The arguments of a field as SQL: codes, days and numbers, checked for each request."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Date, FromClause, Numeric, Text, cast, null
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from schema.errors import Refusal
from schema.periods import Period, parsed
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.moments import NOW, Moment, end_of
from service.reads.parameters import Parameters

# The largest weight: beyond it, a sum of them could be too large.
MOST_WEIGHT = 1_000_000
T = TypeVar("T")


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


def _fields_used(tree: Tree) -> set[str]:
    if isinstance(tree, dict):
        return set(tree).union(*(_fields_used(tree.get(name)) for name in ("and", "or", "not")))
    if isinstance(tree, list):
        return set().union(*(_fields_used(item) for item in tree))
    return set()
