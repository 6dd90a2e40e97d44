"""How organisations belong to each other on a date, which of them are open, and how they are ordered."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from schema.enumerations import CqcRating, OrganisationKind
from schema.mapping import Arguments, Expression, Order, Reach, RelatedRows, constant
from schema.tables import (
    AncestryRow,
    CqcRatingRow,
    MembershipRow,
    OrganisationPastRow,
    OrganisationRow,
    SuccessionRow,
    rows_of,
)

_ancestry = rows_of(AncestryRow)
_cqc_rating = rows_of(CqcRatingRow)
_membership = rows_of(MembershipRow)
_past = rows_of(OrganisationPastRow)
_succession = rows_of(SuccessionRow)

_ONE: ColumnElement[int] = literal_column("1")


def open_during(organisation: FromClause, day: ColumnElement[dt.date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an organisation has opened by a day, and has not closed before it."""
    return (
        or_(organisation.c.opened_on.is_(None), organisation.c.opened_on <= day),
        or_(organisation.c.closed_on.is_(None), organisation.c.closed_on >= day),
    )


def _opened_by(organisation: FromClause, day: ColumnElement[dt.date]) -> tuple[ColumnElement[bool], ...]:
    return (or_(organisation.c.opened_on.is_(None), organisation.c.opened_on <= day),)


def is_kind(kind: OrganisationKind) -> Any:
    """A function of rows: the condition that an organisation is of a kind."""
    return lambda row: row.c.kind == literal_column(f"'{kind}'")


def _stays(row: FromClause, group: FromClause, on: ColumnElement[dt.date]) -> tuple[FromClause, ColumnElement[bool]]:
    """The stays of a row below a group that hold on a date, as an aliased table and its conditions."""
    stay = _ancestry.alias()
    return stay, and_(stay.c.member_id == row.c.id, stay.c.ancestor_id == group.c.id, stay.c.period.op("@>")(on))


def below(kind: OrganisationKind | None, *, distance: int | None = None) -> Any:
    """The organisations below a row on the date `on`: all, or those of one kind, or its direct members.

    If asked for, also those that had closed, or left their groups, by that date: where they were on their last day.
    """

    def related(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
        with_closed, on = bool(arguments.term("includeClosed")), arguments.day_on_record()
        day = _last_day_by(other, on) if with_closed else on
        stay, holds = _stays(other, row, day)
        within: Select[Any] = select(_ONE).where(holds, *_at(stay, distance))
        is_listed = _opened_by if with_closed else open_during
        where = [exists(within.correlate_except(stay)), *is_listed(other, on)]
        asked_kind = kind or arguments.term("kind")
        if asked_kind:
            where.append(is_kind(asked_kind)(other))
        return RelatedRows(tuple(where))

    return related


def _last_day_by(row: FromClause, day: ColumnElement[dt.date]) -> ColumnElement[dt.date]:
    """The last day by another one on which an organisation was in a group."""
    stay = _membership.alias()
    joined = or_(stay.c.starts.is_(None), stay.c.starts <= day)
    last = select(func.max(func.coalesce(stay.c.ends, day))).where(stay.c.member_id == row.c.id, joined)
    return func.least(day, last.correlate(row).scalar_subquery())


def _at(stay: FromClause, distance: int | None) -> list[ColumnElement[bool]]:
    return [] if distance is None else [stay.c.distance == literal_column(str(distance))]


def above(kind: OrganisationKind | None, *, always: bool = False) -> Reach:
    """The groups above a row on the date `on`, nearest first: all, or the one of a kind.

    Where the contract lets it, a day before the first on record has none; else it is refused.
    `always`: on a day when there is none, the one that is nearest in time, since the contract promises one.
    """

    def related(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
        is_promised = kind is None or always
        on = arguments.day_on_record() if is_promised else arguments.day()
        stay, holds = _stays(row, other, on)
        if kind is None:
            return RelatedRows((holds,), (stay.c.distance,), joined=(stay,))
        if not always:
            return RelatedRows((holds, is_kind(kind)(other)), joined=(stay,))
        belongs = and_(stay.c.member_id == row.c.id, stay.c.ancestor_id == other.c.id, is_kind(kind)(other))
        away = case(
            (stay.c.period.op("@>")(on), literal_column("0")),
            (func.lower(stay.c.period) > on, func.lower(stay.c.period) - on),
            else_=on - func.upper(stay.c.period) + literal_column("1"),
        )
        return RelatedRows((belongs,), (away, stay.c.distance), limit=1, joined=(stay,))

    return Reach(related, size=4)


def is_orphan(row: FromClause, arguments: Arguments) -> ColumnElement[bool]:
    """The condition that a practice is open on the date `on`, and in a partnership without a network."""
    on = arguments.day_on_record()
    in_partnership = _is_in(row, OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP, on)
    return and_(*open_during(row, on), in_partnership, not_(_is_in(row, OrganisationKind.PRIMARY_CARE_NETWORK, on)))


def _is_in(row: FromClause, kind: OrganisationKind, on: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """The condition that an organisation is in a group of a kind on a date."""
    group = rows_of(OrganisationRow).alias()
    stay, holds = _stays(row, group, on)
    within: Select[Any] = select(_ONE).select_from(stay).join(group, group.c.id == stay.c.ancestor_id)
    return exists(within.where(holds, is_kind(kind)(group)).correlate(row))


def _latest_rating(row: FromClause, column: str, *by: ColumnElement[dt.date]) -> ColumnElement[Any]:
    """One column of the latest CQC rating of a practice, or of the latest by some day."""
    rating = _cqc_rating.alias()
    latest = select(rating.c[column]).where(
        rating.c.organisation_id == row.c.id, *(rating.c.rated_on <= day for day in by)
    )
    return latest.order_by(rating.c.rated_on.desc()).limit(literal_column("1")).correlate(row).scalar_subquery()


def _is_dated(arguments: Arguments) -> bool:
    """Whether a field is about another day than today. No name and no rating starts after today."""
    return arguments.has("on") or arguments.has("asKnownAt")


def latest_rating(column: str) -> Expression:
    """One column of a practice's latest CQC rating, or of the one that it had on the date `on`."""

    return Expression(lambda row, arguments: rating_then(row, arguments, column))


def rating_then(row: FromClause, arguments: Arguments, column: str) -> ColumnElement[Any]:
    """One column of the CQC rating that a practice has now, or had on the date of the field."""
    return _latest_rating(row, column, *([arguments.day()] if _is_dated(arguments) else []))


def ratings(row: Any, _: Arguments) -> Select[Any]:
    """The CQC ratings of a practice, the latest one first."""
    rating = _cqc_rating.alias()
    place = func.row_number().over(order_by=rating.c.rated_on.desc())
    return select(rating.c.rating, rating.c.rated_on, place.label("place")).where(rating.c.organisation_id == row.c.id)


def as_it_was(column: str) -> Expression:
    """A column that an organisation has now, or had on the date `on`."""

    return Expression(lambda row, arguments: value_then(row, arguments, column))


def value_then(row: FromClause, arguments: Arguments, column: str) -> ColumnElement[Any]:
    """The value of a column of an organisation now, or on the date `on`."""
    return value_on(row, arguments.day(), column) if _is_dated(arguments) else row.c[column]


def value_on(row: FromClause, day: ColumnElement[dt.date], column: str) -> ColumnElement[Any]:
    """The value that a column of an organisation had on a day."""
    past = _past.alias()
    then = select(past.c[column]).where(past.c.organisation_id == row.c.id, past.c.until >= day)
    first = then.order_by(past.c.until).limit(_ONE).correlate(row).scalar_subquery()
    return case((exists(then.correlate(row)), first), else_=row.c[column])


def name_then(row: FromClause, arguments: Arguments) -> ColumnElement[str]:
    """What an organisation is sorted by: the name that it has, or had on the date `on`, in small letters."""
    return func.lower(value_then(row, arguments, "name"))


def former_names(row: Any, _: Arguments) -> Select[Any]:
    """The names and postcodes that an organisation no longer has, the latest first."""
    past = _past.alias()
    place = func.row_number().over(order_by=past.c.until.desc())
    return select(past.c.name, past.c.postcode, past.c.until, place.label("place")).where(
        past.c.organisation_id == row.c.id
    )


def memberships(row: Any, _: Arguments) -> Select[Any]:
    """The stays of an organisation in each of its groups, the latest first, and of the same day the closest first.

    Stays that follow on from each other are one: a practice that changes its network may stay in its partnership.
    """
    stay = _ancestry.alias()
    days = func.unnest(func.range_agg(stay.c.period)).label("days")
    distance = func.min(stay.c.distance).label("distance")
    each = select(stay.c.ancestor_id, days, distance).where(stay.c.member_id == row.c.id)
    stays = each.group_by(stay.c.ancestor_id).correlate(row).subquery()
    since = func.lower(stays.c.days, type_=Date())
    until = func.upper(stays.c.days, type_=Date()) - _ONE
    latest = (since.desc().nulls_last(), stays.c.distance, stays.c.ancestor_id)
    place = func.row_number().over(order_by=latest).label("place")
    group = stays.c.ancestor_id.label("group_id")
    return select(row.c.id.label("member_id"), group, since.label("since"), until.label("until"), place)


def former_members(row: Any, arguments: Arguments) -> Select[Any]:
    """The stays in a group that had ended by its date, the latest first, and of the same days by the member's key."""
    stay = _membership.alias()
    latest = (stay.c.ends.desc(), stay.c.starts.desc().nulls_last(), stay.c.member_id)
    place = func.row_number().over(order_by=latest).label("place")
    ended = (stay.c.group_id == row.c.id, stay.c.ends < arguments.day())
    days = (stay.c.starts.label("since"), stay.c.ends.label("until"))
    return select(stay.c.member_id, stay.c.group_id, *days, place).where(*ended)


def following(here: str, there: str) -> Reach:
    """The organisations that an organisation became, or came from, by the day of that and the code."""

    def related(row: FromClause, other: FromClause, _: Arguments) -> RelatedRows:
        succession = _succession.alias()
        follows = and_(succession.c[here] == row.c.id, succession.c[there] == other.c.id)
        return RelatedRows((follows,), (succession.c.starts, other.c.code), joined=(succession,))

    return Reach(related, size=3)


def orphans(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The direct member practices of a partnership on the date `on`, by name."""
    practices: RelatedRows = below(OrganisationKind.PRACTICE, distance=1)(row, other, arguments)
    return RelatedRows(practices.where, (name_then(other, arguments), other.c.id))


def groups_below(kind: OrganisationKind) -> Reach:
    """The groups of one kind below a row on the date `on`, by name."""

    def related(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
        groups: RelatedRows = below(kind)(row, other, arguments)
        return RelatedRows(groups.where, (name_then(other, arguments), other.c.id))

    return Reach(related, size=10)


def organisations_listed(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The organisations open, and in their groups, on the date of the field; closed ones too if asked for."""
    conditions = _started_by if arguments.term("includeClosed") else _open_on
    return RelatedRows(conditions(other, arguments.day_on_record()), (name_then(other, arguments), other.c.id))


def _open_on(row: FromClause, day: ColumnElement[dt.date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an organisation is open on a day, and in a group if it has ever been in one."""
    return (*open_during(row, day), _has_no_stay_or(row, lambda stay: stay.c.period.op("@>")(day)))


def _started_by(row: FromClause, day: ColumnElement[dt.date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an organisation had started by a day, whether or not it has closed since."""
    return *_opened_by(row, day), _has_no_stay_or(
        row, lambda stay: func.coalesce(func.lower(stay.c.period) <= day, true())
    )


def _has_no_stay_or(row: FromClause, holds: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The condition that an organisation has never been in a group, or that one of its stays fulfils a condition."""
    stay, any_stay = _ancestry.alias(), _ancestry.alias()
    fulfils = select(_ONE).where(stay.c.member_id == row.c.id, holds(stay)).correlate(row)
    any_at_all = select(_ONE).where(any_stay.c.member_id == row.c.id).correlate(row)
    return or_(exists(fulfils), not_(exists(any_at_all)))


def _from_best(rating: ColumnElement[str]) -> ColumnElement[Any]:
    """The place of a rating, the best first. A cursor has it as a number."""
    places = enumerate(CqcRating)
    return cast(case(*((rating == constant(each), literal_column(str(at))) for at, each in places)), BigInteger)


OWN_ORDERS = {
    "code": Order(lambda row, _: row.c.code),
    "name": Order(name_then),
    "kind": Order(lambda row, _: row.c.kind),
    "postcode": Order(lambda row, arguments: value_then(row, arguments, "postcode"), nullable=True),
    "opened_on": Order(lambda row, _: row.c.opened_on, nullable=True),
    "closed_on": Order(lambda row, _: row.c.closed_on, nullable=True),
    "cqc_rating": Order(lambda row, arguments: _from_best(rating_then(row, arguments, "rating")), nullable=True),
}
