"""Figures: as they were known at an instant, their order, the one before, and what intervals and comparisons need."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal_column, select

from schema.mapping import Arguments, Found, Order
from schema.sql.listings import WITHDRAWN
from schema.tables import FigureRevisionRow, FigureRow, MetricRow, OrganisationRow, table

_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)
_revision = table(FigureRevisionRow)


def figures_known_at(instant: ColumnElement[dt.datetime]) -> FromClause:
    """The figures as they were known at an instant: what a revision says of a figure comes from the latest by then."""
    revised = _revision.alias()
    latest = (
        select(revised)
        .where(revised.c.figure_id == _figure.c.id, revised.c.published_at <= instant)
        .order_by(revised.c.revision.desc())
        .limit(1)
        .correlate(_figure)
        .lateral()
    )
    columns = [(latest if column.name in latest.c else _figure).c[column.name] for column in _figure.c]
    return select(*columns).select_from(_figure.join(latest, latest.c.figure_id == _figure.c.id)).subquery()


def _of(table: Any, key: str, column: Any) -> Any:
    def says(row: FromClause) -> ColumnElement[Any]:
        other = table.alias()
        return select(column(other)).where(other.c.id == row.c[key]).correlate(row).scalar_subquery()

    return says


def previous_figure(row: FromClause, other: FromClause, _: Arguments) -> Found:
    """The figure of the same series that ended last before a figure did."""
    same = (other.c.metric_id == row.c.metric_id, other.c.organisation_id == row.c.organisation_id)
    before = (other.c.status != WITHDRAWN, other.c.period_ends < row.c.period_ends)
    return Found((*same, *before), (other.c.period_ends.desc(), other.c.id.desc()), limit=1)


def revisions_until(row: FromClause, other: FromClause) -> ColumnElement[bool]:
    """The revisions of a figure: of one as it was known at an instant, those of that instant."""
    return and_(other.c.figure_id == row.c.id, other.c.revision <= row.c.revision)


def change_since_previous(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """A figure's value less the value of the previous figure of its series."""
    other = _figure.alias()
    found = previous_figure(row, other, arguments)
    previous = select(other.c.value).where(*found.where).order_by(*found.order).limit(literal_column("1"))
    return row.c.value - previous.correlate(row).scalar_subquery()


FIGURE_ORDERS = {
    "period_end": Order(lambda row: row.c.period_ends),
    "value": Order(lambda row: row.c.value),
    "published_at": Order(lambda row: row.c.published_at),
    "metric_code": Order(_of(_metric, "metric_id", lambda metric: metric.c.code)),
    "organisation_code": Order(_of(_organisation, "organisation_id", lambda organisation: organisation.c.code)),
    "organisation_name": Order(
        _of(_organisation, "organisation_id", lambda organisation: func.lower(organisation.c.name))
    ),
}

_NUMBERS = ("value", "numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit")


def interval_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """What a figure's interval is reckoned from, with the confidence that was asked for."""
    given = ("confidence", arguments.value("confidence")) if arguments.given("confidence") else ()
    return func.json_build_object("unit", figure.c.unit, *_numbers(figure), *given)


def comparison_inputs(figure: FromClause, _: Arguments) -> ColumnElement[Any]:
    """What a comparison is reckoned from: the figure, and which way its metric improves."""
    metric = _metric.alias()
    direction = select(metric.c.direction).where(metric.c.id == figure.c.metric_id).correlate(figure)
    return func.json_build_object("unit", figure.c.unit, "direction", direction.scalar_subquery(), *_numbers(figure))


def _numbers(figure: FromClause) -> list[Any]:
    return [part for name in _NUMBERS for part in (name, figure.c[name])]


def benchmarks(figure: FromClause, arguments: Arguments) -> FromClause:
    """The figure of the other organisation for the same metric and period; no row where it has none."""
    other, organisation = _figure.alias(), _organisation.alias()
    return (
        select(other.c.value.label("key"), other.c.value, other.c.organisation_id)
        .select_from(other.join(organisation, organisation.c.id == other.c.organisation_id))
        .where(
            other.c.metric_id == figure.c.metric_id,
            other.c.period_id == figure.c.period_id,
            other.c.status != WITHDRAWN,
            organisation.c.code == arguments.value("with"),
        )
        .correlate(figure)
        .lateral()
    )
