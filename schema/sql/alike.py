"""Which figures of a series can be compared: those that count the same way. `schema.alike`, in SQL."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, and_, case, cast, extract, literal_column, or_, select

from schema.enumerations import Counts
from schema.mapping import RelatedRows, constant
from schema.sql.figures import figures_of
from schema.sql.listings import SERIES, WITHDRAWN
from schema.tables import MetricRow, PeriodRow, rows_of

_metric = rows_of(MetricRow)
_period = rows_of(PeriodRow)

_ONE: ColumnElement[int] = literal_column("1")
_YEAR: ColumnElement[Any] = literal_column("interval '1 year'")

# The condition on how a metric counts, a figure's period and the period of another.
Alike = Callable[[ColumnElement[Any], FromClause, FromClause], ColumnElement[bool]]


def _length(period: FromClause) -> ColumnElement[Any]:
    """The months between the first and the last of whole months; for other stretches the days, below zero."""
    is_whole = and_(extract("day", period.c.starts) == _ONE, extract("day", period.c.ends + _ONE) == _ONE)
    return case((is_whole, _month(period.c.ends) - _month(period.c.starts)), else_=period.c.starts - period.c.ends)


def _month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal_column("12") * extract("year", day) + extract("month", day)


def _year_before(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(day - _YEAR, Date)


def _last_day_year_before(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same, of a last day: the last of February stays the last."""
    is_last_of_month = extract("day", day + _ONE) == _ONE
    return case((is_last_of_month, _year_before(day + _ONE) - _ONE), else_=_year_before(day))


def _counts_as(counts: ColumnElement[Any], kind: Counts) -> ColumnElement[bool]:
    return counts == constant(kind)


def is_earlier(counts: ColumnElement[Any], period: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether another period is one of those that the previous figure can have."""
    same_length = and_(other.c.kind == period.c.kind, _length(other) == _length(period))
    return or_(
        and_(_counts_as(counts, Counts.AT_DATE), other.c.ends < period.c.ends),
        and_(_counts_as(counts, Counts.OVER_PERIOD), same_length, other.c.ends < period.c.starts),
        and_(_counts_as(counts, Counts.SINCE), other.c.starts == period.c.starts, other.c.ends < period.c.ends),
        and_(_counts_as(counts, Counts.YEAR_TO_DATE), is_year_before(counts, period, other)),
    )


def is_year_before(counts: ColumnElement[Any], period: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether another period is the same one a year before: for what is counted on a day, the same day."""
    return and_(
        other.c.ends == _last_day_year_before(period.c.ends),
        or_(
            _counts_as(counts, Counts.AT_DATE),
            and_(_counts_as(counts, Counts.SINCE), other.c.starts == period.c.starts),
            other.c.starts == _year_before(period.c.starts),
        ),
    )


def figure_with(alike: Alike) -> Callable[[FromClause, FromClause, Any], RelatedRows]:
    """The figure of a figure's series whose period is alike and ended last; of one day, that of the same kind."""

    def related(row: FromClause, other: FromClause, _: Any) -> RelatedRows:
        metric, period, earlier = _metric.alias(), _period.alias(), _period.alias()
        where = (
            *(other.c[name] == row.c[name] for name in SERIES),
            other.c.status != WITHDRAWN,
            other.c.period_ends < row.c.period_ends,
            metric.c.id == row.c.metric_id,
            period.c.id == row.c.period_id,
            earlier.c.id == other.c.period_id,
            alike(metric.c.counts, period, earlier),
        )
        order = (other.c.period_ends.desc(), (earlier.c.kind == period.c.kind).desc(), other.c.id.desc())
        return RelatedRows(where, order, limit=1, joined=(metric, period, earlier))

    return related


def change_since(alike: Alike) -> Callable[[FromClause, Any], ColumnElement[Any]]:
    """A figure's value less the value of that figure; null where there is none."""

    def sql(row: FromClause, arguments: Any) -> ColumnElement[Any]:
        other = figures_of(arguments).alias()
        related = figure_with(alike)(row, other, arguments)
        value = select(other.c.value).select_from(other, *related.joined).where(*related.where)
        return row.c.value - value.order_by(*related.order).limit(_ONE).correlate(row).scalar_subquery()

    return sql
