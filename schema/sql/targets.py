"""Which targets a field lists, and how many have each status."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.enumerations import TargetStatus
from schema.mapping import Arguments, Order, RelatedRows, constant
from schema.sql.listings import METRIC_CODE, ORGANISATION_CODE, ORGANISATION_NAME, metrics_among, organisations_among
from schema.sql.progress import is_in_force
from schema.sql.sandbox import real_ones
from schema.sql.statuses import GAPS
from schema.tables import AncestryRow, MetricRow, OrganisationRow, TargetRow, ThemeRow, rows_of

_ancestry = rows_of(AncestryRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_target = rows_of(TargetRow)
_theme = rows_of(ThemeRow)

_ONE: ColumnElement[int] = literal_column("1")


def targets_of(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The targets of an organisation on the day, by metric and due date: those set for it, and those it inherits."""
    where = [other.c.organisation_id == row.c.id, *metrics_among(other, arguments), *_listed(other, arguments)]
    return RelatedRows(tuple(where), (other.c.metric_id, other.c.due, other.c.id))


def targets_of_metric(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The targets for a metric on the day, by organisation and due date."""
    where = [other.c.metric_id == row.c.id, *organisations_among(other, arguments), *_listed(other, arguments)]
    return RelatedRows(tuple(where), (other.c.organisation_id, other.c.due, other.c.id))


def targets_of_figure(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The targets on the day for the metric and the organisation of a figure, by due date."""
    same = (other.c.metric_id == row.c.metric_id, other.c.organisation_id == row.c.organisation_id)
    return RelatedRows((*same, *_listed(other, arguments)), (other.c.due, other.c.id))


def targets_listed(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """Every target that is in force on the day."""
    return RelatedRows((is_in_force(other, arguments.day()),))


def inheriting(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The members' targets that are a target's on the day, by organisation."""
    where = (other.c.inherited_from_id == row.c.id, *_listed(other, arguments))
    return RelatedRows(where, (other.c.organisation_id,))


def _listed(other: FromClause, arguments: Arguments) -> Iterator[ColumnElement[bool]]:
    """The conditions that a target is in force on the day, with one of the statuses of the arguments."""
    yield is_in_force(other, arguments.day())
    statuses = arguments.term("status")
    if statuses is not None:
        yield has_status(other, arguments, statuses)


def milestones_in_force(row: FromClause, other: FromClause) -> ColumnElement[bool]:
    """The milestones of the revision of a target that is in force."""
    return and_(other.c.target_id == row.c.rule_id, other.c.revision == row.c.revision)


def has_status(target: FromClause, arguments: Arguments, statuses: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a target has one of some statuses on the date that the field is about."""
    standing = arguments.standings()
    is_one = or_(false(), *(standing.c.status == constant(status) for status in statuses))
    return target.c.id.in_(select(standing.c.target_id).where(is_one))


def standing_of(column: str) -> Callable[[FromClause, Arguments], ColumnElement[Any]]:
    """The status of a target on the date that the field is about, or how far it is from being met."""

    def sql(target: FromClause, arguments: Arguments) -> ColumnElement[Any]:
        return arguments.standing(column, target.c.id)

    return sql


status_of = standing_of("status")


def _by_method(status: ColumnElement[Any]) -> ColumnElement[int]:
    """The place of a status in the order of the method. A cursor has it as a number."""
    places = enumerate(TargetStatus)
    return cast(case(*((status == constant(each), literal_column(str(at))) for at, each in places)), BigInteger)


TARGET_ORDERS = {
    "due": Order(lambda row, _: row.c.due, nullable=True),
    "value": Order(lambda row, _: row.c.value),
    "status": Order(lambda row, arguments: _by_method(status_of(row, arguments))),
    **{column: Order(standing_of(column), nullable=True) for column in GAPS},
    "metric_code": METRIC_CODE,
    "organisation_code": ORGANISATION_CODE,
    "organisation_name": ORGANISATION_NAME,
}


def summaries(_: Any, arguments: Arguments) -> Select[Any]:
    """One row for each status that a target has, in the order of the method."""
    standing, target = arguments.standings(), _target.alias()
    made = (
        select(
            standing.c.status,
            func.count().label("count"),
            func.array_agg(aggregate_order_by(target.c.id, target.c.id)).label("target_ids"),
            _by_method(standing.c.status).label("place"),
        )
        .select_from(standing.join(target, target.c.id == standing.c.target_id))
        .group_by(standing.c.status)
    )
    return made.where(*counted(target, arguments))


def counted(target: Any, arguments: Arguments) -> Iterator[ColumnElement[bool]]:
    """The conditions that a summary counts a target: in force on the day, of the metrics, theme and organisations."""
    yield is_in_force(target, arguments.day())
    yield from real_ones(target, arguments)
    yield from metrics_among(target, arguments)
    yield from _of_theme(target, arguments)
    yield from _once(target, arguments)


def _of_theme(target: Any, arguments: Arguments) -> Iterator[ColumnElement[bool]]:
    if arguments.has("theme"):
        metric, theme = _metric.alias(), _theme.alias()
        of_theme = select(metric.c.id).join(theme, theme.c.id == metric.c.theme_id)
        yield target.c.metric_id.in_(of_theme.where(theme.c.code == arguments.value("theme")))


def _once(target: Any, arguments: Arguments) -> Iterator[ColumnElement[bool]]:
    """The conditions on whose it is: an inherited one counts only where the one it inherits does not."""
    if not arguments.has("organisation") and not arguments.term("kind"):
        yield target.c.inherited_from_id.is_(None)
        return
    origin = _target.alias()
    is_counted_there = select(_ONE).where(origin.c.id == target.c.inherited_from_id, *_whose(origin, arguments))
    yield from _whose(target, arguments)
    yield not_(exists(is_counted_there.correlate(target)))


def _whose(target: Any, arguments: Arguments) -> Iterator[ColumnElement[bool]]:
    """The conditions that a target is of the organisation and of the kind of the arguments."""
    yield from organisations_among(target, arguments)
    if arguments.has("organisation"):
        yield _among(target, arguments)


def _among(target: Any, arguments: Arguments) -> ColumnElement[bool]:
    """The condition that a target is the organisation's, or a member's of it on the day."""
    group, stay = _organisation.alias(), _ancestry.alias()
    is_it = select(_ONE).where(group.c.id == target.c.organisation_id, group.c.code == arguments.value("organisation"))
    below = (
        select(_ONE)
        .select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
        .where(
            stay.c.member_id == target.c.organisation_id,
            group.c.code == arguments.value("organisation"),
            stay.c.period.op("@>")(arguments.day()),
        )
    )
    return or_(exists(is_it.correlate(target)), exists(below.correlate(target)))


def is_counted_in(summary: FromClause, target: FromClause) -> ColumnElement[bool]:
    """The condition that a target is one of those that a summary counts."""
    return target.c.id == func.any(summary.c.target_ids)
