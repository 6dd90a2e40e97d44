"""Figures: as they were known at an instant, their order, the one before, and what intervals and comparisons need."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Numeric, select

from schema.computed_inputs.figures import Benchmark, ComparisonInputs, IntervalInputs, Numbers
from schema.computed_inputs.record import Record
from schema.mapping import Arguments, Order
from schema.sql.listings import METRIC_CODE, ORGANISATION_CODE, ORGANISATION_NAME, WITHDRAWN
from schema.sql.revised import as_revised
from schema.tables import FigureRevisionRow, FigureRow, MetricRow, OrganisationRow, table

_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)
_revision = table(FigureRevisionRow)


def figures_known_at(instant: ColumnElement[dt.datetime]) -> FromClause:
    """The figures as they were known at an instant."""
    return as_revised(_figure, _revision, "figure_id", lambda revision: revision.c.published_at <= instant)


def figures_of(arguments: Arguments) -> FromClause:
    """The figures as they are now, or as they were known at the instant of the field or above it."""
    instant = arguments.known_at()
    return _figure if instant is None else figures_known_at(instant)


FIGURE_ORDERS = {
    "period_end": Order(lambda row, _: row.c.period_ends),
    "value": Order(lambda row, _: row.c.value),
    "published_at": Order(lambda row, _: row.c.published_at),
    "metric_code": METRIC_CODE,
    "organisation_code": ORGANISATION_CODE,
    "organisation_name": ORGANISATION_NAME,
}

NUMBERS = Record(Numbers, FigureRow)
_INTERVAL = Record(
    IntervalInputs,
    FigureRow,
    numbers=lambda figure, _: NUMBERS.object(figure),
    confidence=lambda _, arguments: arguments.value_or_null("confidence", Numeric),
)
_BENCHMARK = Record(Benchmark, FigureRow)
_COMPARISON = Record(
    ComparisonInputs,
    FigureRow,
    direction=lambda figure, _: _direction(figure),
    numbers=lambda figure, _: NUMBERS.object(figure),
    benchmark=lambda figure, arguments: _of_benchmark(figure, arguments, _BENCHMARK.object),
)


def interval_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of a figure's confidence interval, with the confidence of the argument."""
    return _INTERVAL.object(figure, arguments)


def comparison_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of a figure's comparison with the organisation of the argument `with`."""
    return _COMPARISON.object(figure, arguments)


def benchmark_organisation(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The id of the organisation that a figure is compared with; null where it has no figure."""
    return _of_benchmark(figure, arguments, lambda other: other.c.organisation_id)


def _direction(figure: FromClause) -> ColumnElement[Any]:
    metric = _metric.alias()
    return select(metric.c.direction).where(metric.c.id == figure.c.metric_id).correlate(figure).scalar_subquery()


def _of_benchmark(
    figure: FromClause, arguments: Arguments, column: Callable[[FromClause], ColumnElement[Any]]
) -> ColumnElement[Any]:
    """A column of the other organisation's figure for the same metric and period; null where it has none."""
    other, organisation = figures_of(arguments).alias(), _organisation.alias()
    return (
        select(column(other))
        .select_from(other.join(organisation, organisation.c.id == other.c.organisation_id))
        .where(
            other.c.metric_id == figure.c.metric_id,
            other.c.period_id == figure.c.period_id,
            other.c.status != WITHDRAWN,
            organisation.c.code == arguments.value("with"),
        )
        .correlate(figure)
        .scalar_subquery()
    )
