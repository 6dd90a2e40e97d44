"""How many practices there are in each group: by rating, by network or partnership, and by the value of a metric."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Text,
    cast,
    exists,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from schema.enumerations import CqcRating, OrganisationKind, PracticeGrouping
from schema.mapping import Arguments, constant
from schema.sql.latest import value_of
from schema.sql.organisations import is_kind, organisations_listed, rating_then
from schema.sql.sandbox import real_ones
from schema.tables import AncestryRow, OrganisationRow, rows_of

_ancestry = rows_of(AncestryRow)
_organisation = rows_of(OrganisationRow)

MOST_BOUNDS = 50
_ONE: ColumnElement[int] = literal_column("1")
_ZERO: ColumnElement[int] = literal_column("0")


def practices_by(_: Any, arguments: Arguments) -> Select[Any]:
    """A row for each group that has a practice: ratings in their order, organisations by name, and last no group."""
    practice = _organisation.alias()
    is_rating = arguments.term("by") == PracticeGrouping.CQC_RATING
    key = rating_then(practice, arguments, "rating") if is_rating else _group(practice, arguments)
    keys = select(key.label("key")).where(*_listed(practice, arguments)).subquery()
    counted = select(keys.c.key, func.count().label("count")).group_by(keys.c.key).subquery()
    group = _organisation.alias()
    if is_rating:
        ratings: ColumnElement[Any] = literal_column("array[" + ", ".join(f"'{each}'" for each in CqcRating) + "]")
        columns = (counted.c.key.label("cqc_rating"), cast(null(), BigInteger).label("organisation_id"))
        order: tuple[Any, ...] = (func.array_position(ratings, counted.c.key).nulls_last(),)
        source: FromClause = counted
    else:
        columns = (cast(null(), Text).label("cqc_rating"), counted.c.key.label("organisation_id"))
        order = (func.lower(group.c.name).nulls_last(), counted.c.key)
        source = counted.outerjoin(group, group.c.id == counted.c.key)
    place = func.row_number().over(order_by=order)
    return select(*columns, counted.c.count, place.label("place")).select_from(source)


def practices_by_value(_: Any, arguments: Arguments) -> Select[Any]:
    """A row for each band between the bounds, and one for the practices that have no figure."""
    practice, bounds = _organisation.alias(), arguments.bounds("bounds", MOST_BOUNDS)
    value = select(value_of(practice, arguments).label("value")).where(*_listed(practice, arguments))
    values = value.offset(_ZERO).subquery()
    asked = select(bounds.label("bounds")).offset(_ZERO).subquery()
    band = (
        func.generate_series(_ZERO, func.cardinality(asked.c.bounds)).table_valued("at", name="band").render_derived()
    )
    is_in = func.width_bucket(values.c.value, asked.c.bounds) == band.c.at
    within: Select[Any] = select(func.count()).select_from(values).where(values.c.value.is_not(None), is_in)
    bands = select(
        asked.c.bounds[band.c.at].label("at_least"),
        asked.c.bounds[band.c.at + _ONE].label("below"),
        true().label("has_figure"),
        within.correlate(asked, band).scalar_subquery().label("count"),
        band.c.at.label("place"),
    ).select_from(asked.join(band, true()))
    nothing = cast(null(), Numeric)
    without = select(
        nothing,
        nothing,
        literal_column("false"),
        func.count(),
        literal_column(str(MOST_BOUNDS + 1)),
    ).where(values.c.value.is_(None))
    rows = union_all(bands, without).subquery()
    return select(rows)


def _listed(practice: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The practices that `practices` lists, or those of them that are below a group on the date."""
    where = [
        *organisations_listed(None, practice, arguments).where,
        is_kind(OrganisationKind.PRACTICE)(practice),
        *real_ones(practice, arguments),
    ]
    if arguments.has("organisation"):
        group, stay = _organisation.alias(), _ancestry.alias()
        within = select(_ONE).select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
        is_named = group.c.code == arguments.value("organisation")
        holds = stay.c.period.op("@>")(arguments.day_on_record())
        where.append(exists(within.where(stay.c.member_id == practice.c.id, is_named, holds).correlate(practice)))
    return where


def _group(practice: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The id of the group of the kind that practices are counted by; null where a practice has none."""
    group, stay = _organisation.alias(), _ancestry.alias()
    found = select(group.c.id).select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
    is_of_kind = group.c.kind == constant(arguments.term("by"))
    holds = stay.c.period.op("@>")(arguments.day_on_record())
    return found.where(stay.c.member_id == practice.c.id, is_of_kind, holds).correlate(practice).scalar_subquery()
