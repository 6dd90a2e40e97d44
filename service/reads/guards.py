"""What may be wrong with a request that only the data can tell: found by the statement that answers it.

A guarded statement returns its answer, or else a mark and the finding. An answer is a JSON object, so it never
begins with a mark.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Text, case, cast, exists, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlmodel import SQLModel

from schema.errors import Refusal
from schema.periods import long_date
from schema.sql.members import first_day_on_record, in_words
from schema.tables import PeriodRow, rows_of
from service.reads.arguments import Binding
from service.reads.codes import Code, Given
from service.reads.parameters import Parameters
from service.reads.places import Place

_MARK = "!"
# One takes up to two milliseconds, where the group has published nothing and its members are added up.
MOST_COMPARED = 1_000
_SPACE: ColumnElement[str] = literal_column("' '")


@dataclass(frozen=True)
class Guard:
    """One thing that may be wrong: what the statement finds of it, as text or null, and the refusal that it becomes."""

    finds: ColumnElement[Any]
    refusal: Callable[[Binding, str], Refusal | None]


def guarded(statement: Any, guards: Sequence[Guard]) -> Any:
    """A statement of one text, or of the first guard that finds something."""
    if not guards:
        return statement
    found = [literal_column(f"'{_MARK}{number} '", Text()).concat(guard.finds) for number, guard in enumerate(guards)]
    return select(func.coalesce(*found, statement.scalar_subquery()))


def question(guards: Sequence[Guard]) -> Any:
    """A statement of the text of the first guard that finds something; of an empty text where none does."""
    return guarded(select(literal_column("''", Text())), guards)


def guards_of(places: Sequence[Given], parameters: Parameters) -> list[Guard]:
    """The guards of a document, whose arguments give codes in some places."""
    return [*_guards_of_codes(places, parameters), *_guards_of_days(parameters), *_guards_of_lists(parameters)]


def check(text: str, guards: Sequence[Guard], binding: Binding) -> None:
    """Refusals: what the guards of a statement found."""
    if not text.startswith(_MARK):
        return
    number, _, found = text.removeprefix(_MARK).partition(" ")
    if (refusal := guards[int(number)].refusal(binding, found)) is not None:
        raise refusal


def _guards_of_codes(places: Sequence[Given], parameters: Parameters) -> list[Guard]:
    """A guard for each table whose rows are named: it finds the codes that no row has.

    A period has no rows until it has figures: its code is checked as it is bound.
    """
    by_rows: dict[type[SQLModel], list[Given]] = {}
    for place in places:
        if place.rows is PeriodRow:
            parameters.check(place.check_periods)
        else:
            by_rows.setdefault(place.rows, []).append(place)
    return [_guard_of_codes(rows, found, parameters) for rows, found in by_rows.items()]


def _guard_of_codes(rows: type[SQLModel], places: Sequence[Given], parameters: Parameters) -> Guard:
    kind = rows_of(rows)
    named = kind.alias()

    def codes(binding: Binding) -> list[Code]:
        return [code for place in places for code in place.codes(binding)]

    texts = parameters.add(lambda binding: [code.text for code in codes(binding)], ARRAY(Text))
    given = func.unnest(texts).table_valued("code", with_ordinality="place", name=f"given_{kind.name}")
    given = given.render_derived()
    known = exists(select(literal_column("1")).where(named.c.code == given.c.code).correlate(given))
    listed = func.string_agg(cast(given.c.place, Text), aggregate_order_by(_SPACE, given.c.place))
    finds: Select[Any] = select(listed).select_from(given).where(not_(known))

    def refusal(binding: Binding, found: str) -> Refusal | None:
        every = codes(binding)
        unknown = [every[int(place) - 1] for place in found.split()]
        new = [code for code in unknown if code.text not in binding.commanded]
        return _unknown(kind.name, new[0]) if new else None

    return Guard(finds.scalar_subquery(), refusal)


def _guards_of_days(parameters: Parameters) -> list[Guard]:
    """A guard for the earliest day for which members are asked: it finds the first day on record, if later."""
    days = [(moment.day(parameters.today), place) for moment, place in parameters.moments_on_record.items()]
    if not days:
        return []

    def earliest(binding: Binding) -> dt.date:
        return min(day(binding) for day, _ in days)

    def refusal(binding: Binding, found: str) -> Refusal:
        asked, place = min(((day(binding), place) for day, place in days), key=lambda each: each[0])
        message = f"You asked for {long_date(asked)}. Nothing is on record before {found}."
        return place.marked(Refusal("plan/not-on-record", message))

    first = first_day_on_record()
    finds = select(in_words(first)).where(parameters.add(earliest, Date()) < first)
    return [Guard(finds.scalar_subquery(), refusal)]


def _guards_of_lists(parameters: Parameters) -> list[Guard]:
    """A guard for each list whose rows are compared: it finds that they are too many."""
    return [_guard_of_list(count, place) for count, place in parameters.bounded]


def _guard_of_list(count: ColumnElement[int], place: Place) -> Guard:
    message = f"More than {MOST_COMPARED:,} figures would have to be compared."
    refusal = place.marked(Refusal("plan/too-many-to-compare", message))
    is_over = count > literal_column(str(MOST_COMPARED))
    return Guard(case((is_over, literal_column("'many'", Text()))), lambda _, __: refusal)


def _unknown(kind: str, code: Code) -> Refusal:
    message = f"The argument `{code.argument}` of `{code.field}` is {code.text[:80]!r}. No {kind} has this code."
    return code.place.marked(Refusal("plan/unknown-code", message))
