"""The latest figure of an organisation for a metric: the one that counts now, or counted on a date."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, literal_column, select

from schema.enumerations import PopulationTrait
from schema.mapping import Arguments, RelatedRows, constant
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.sandbox import is_real
from schema.tables import MetricRow, PeriodRow, rows_of

_metric = rows_of(MetricRow)
_period = rows_of(PeriodRow)


def latest(
    organisation: FromClause,
    metric_id: ColumnElement[Any],
    arguments: Arguments,
    *around: FromClause,
    column: str = "value",
) -> ColumnElement[Any]:
    """A column of the figure of an organisation for a metric: of a period, or the latest by the date; null without one.

    `around` are the rows, next to the organisation's, that the metric comes from.
    """
    figure, period = figures_of(arguments).alias(), _period.alias()
    where = [
        figure.c.organisation_id == organisation.c.id,
        figure.c.metric_id == metric_id,
        figure.c.status != WITHDRAWN,
        *([] if arguments.term("includeSynthetic") else [is_real(figure, organisation)]),
    ]
    if arguments.has("period"):
        asked = select(period.c.id).where(period.c.code == arguments.period_code("period")).scalar_subquery()
        where.append(figure.c.period_id == asked)
    elif (until := arguments.until()) is not None:
        where.append(figure.c.period_ends <= until)
    found = select(figure.c[column]).where(*where).order_by(figure.c.period_ends.desc(), figure.c.id.desc())
    return found.limit(literal_column("1")).correlate(organisation, *around).scalar_subquery()


def value_of(organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The value of an organisation for the metric of the argument, or its list size where no metric is named."""
    if not arguments.has("metric"):
        return list_size(organisation, arguments)
    metric = _metric.alias()
    named = select(metric.c.id).where(metric.c.code == arguments.value("metric")).scalar_subquery()
    return latest(organisation, named, arguments)


def list_size(organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """How many people are registered with an organisation, by the metric that says so."""
    return latest(organisation, _of_trait(PopulationTrait.LIST_SIZE), arguments)


def list_size_figure(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The figure of the list size of an organisation: the latest by the date."""
    key = latest(row, _of_trait(PopulationTrait.LIST_SIZE), arguments, column="id")
    return RelatedRows((other.c.id == key,))


def _of_trait(trait: PopulationTrait) -> ColumnElement[Any]:
    metric = _metric.alias()
    return select(metric.c.id).where(metric.c.population_trait == constant(trait)).scalar_subquery()
