"""The figures of one metric over the organisations of one kind, in one period: the inputs of a funnel."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from schema.computed_inputs.funnels import FunnelFigure, FunnelInputs
from schema.computed_inputs.record import Record
from schema.mapping import Arguments, Computed, constant
from schema.sql.distributions import distribution
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during, value_then
from schema.sql.sandbox import is_real
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, rows_of

_organisation = rows_of(OrganisationRow)
_periods = rows_of(PeriodRow)

_FIGURE = Record(
    FunnelFigure,
    FigureRow,
    name=lambda _, organisation, arguments: value_then(organisation, arguments, "name"),
)
_FUNNEL = Record(
    FunnelInputs,
    MetricRow,
    metric="name",
    period_id=lambda metric, arguments: _period(metric, arguments).scalar_subquery(),
    period=lambda metric, arguments: _label(metric, arguments),
    figures=lambda metric, arguments: _figures(metric, arguments),
)


def _period(metric: FromClause, arguments: Arguments) -> Select[Any]:
    """The period of a distribution: one rule says which it is, and how many figures are too few."""
    found = distribution(metric, arguments).correlate(metric).subquery("found")
    return select(found.c.period_id)


def _among(
    metric: FromClause, arguments: Arguments
) -> tuple[FromClause, FromClause, FromClause, list[ColumnElement[bool]]]:
    """The figures of the period, their organisations, both joined, and the conditions for those of the kind."""
    figure, organisation = figures_of(arguments).alias(), _organisation.alias()
    where = [
        figure.c.metric_id == metric.c.id,
        figure.c.period_id == _period(metric, arguments).scalar_subquery(),
        figure.c.status != WITHDRAWN,
        organisation.c.kind == constant(arguments.term("kind")),
        is_real(organisation, metric),
    ]
    if not arguments.has("period") and not arguments.term("includeClosed"):
        where += open_during(organisation, arguments.day())
    return figure, organisation, figure.join(organisation, organisation.c.id == figure.c.organisation_id), where


def _figures(metric: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    figure, organisation, source, where = _among(metric, arguments)
    order = [figure.c.value.desc(), figure.c.organisation_id]
    return _FIGURE.list(figure, organisation, arguments, source=source, where=where, order=order, around=[metric])


def _label(metric: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    period = _periods.alias()
    label = select(period.c.label).where(period.c.id == _period(metric, arguments).scalar_subquery())
    return label.correlate(metric).scalar_subquery()


def _ids(column: str) -> Any:
    def select_ids(metric: FromClause, arguments: Arguments) -> Select[Any]:
        figure, _, source, where = _among(metric, arguments)
        return select(figure.c[column]).select_from(source).where(*where).correlate(metric)

    return select_ids


# The funnel of a metric over the organisations of the kind of the argument.
FUNNEL = Computed(
    FunnelInputs,
    _FUNNEL.object,
    {"figure": _ids("id"), "organisation": _ids("organisation_id"), "period": _period},
    price=200,
    planning=4_000,
)
