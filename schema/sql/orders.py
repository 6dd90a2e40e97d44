"""What lists are ordered by beyond the columns of their rows: a metric's value, a change, the place of a theme."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, literal_column, select

from schema.mapping import Arguments, Order
from schema.sql.alike import change_since, is_earlier, is_year_before
from schema.sql.figures import OWN_FIGURE_ORDERS, figures_of
from schema.sql.listings import ORGANISATION_NAME, WITHDRAWN, by_related
from schema.sql.organisations import OWN_ORDERS
from schema.sql.sandbox import is_real
from schema.tables import MetricRow, PeriodRow, ThemeRow, table

_metric = table(MetricRow)
_period = table(PeriodRow)
_theme = table(ThemeRow)


def value_of(organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The value of an organisation's figure for a metric: of a period, or the latest; null where there is none."""
    figure, metric, period = figures_of(arguments).alias(), _metric.alias(), _period.alias()
    named = select(metric.c.id).where(metric.c.code == arguments.value("metric")).scalar_subquery()
    where = [
        figure.c.organisation_id == organisation.c.id,
        figure.c.metric_id == named,
        figure.c.status != WITHDRAWN,
        *([] if arguments.term("includeSynthetic") else [is_real(figure, organisation)]),
    ]
    if arguments.has("period"):
        asked = select(period.c.id).where(period.c.code == arguments.period_code("period")).scalar_subquery()
        where.append(figure.c.period_id == asked)
    elif (until := arguments.until()) is not None:
        where.append(figure.c.period_ends <= until)
    found = select(figure.c.value).where(*where).order_by(figure.c.period_ends.desc(), figure.c.id.desc())
    return found.limit(literal_column("1")).correlate(organisation).scalar_subquery()


ORGANISATION_ORDERS = {**OWN_ORDERS, "figure": Order(value_of, nullable=True)}
FIGURE_ORDERS = {
    **OWN_FIGURE_ORDERS,
    "change": Order(change_since(is_earlier), nullable=True),
    "change_on_year": Order(change_since(is_year_before), nullable=True),
}
METRIC_ORDERS = {
    "code": Order(lambda row, _: row.c.code),
    "name": Order(lambda row, _: func.lower(row.c.name)),
    "theme": by_related(_theme, "theme_id", lambda theme, _: theme.c.position),
}
SUBMISSION_ORDERS = {
    "created_at": Order(lambda row, _: row.c.created_at),
    "submitted_at": Order(lambda row, _: row.c.submitted_at, nullable=True),
    "published_at": Order(lambda row, _: row.c.published_at, nullable=True),
    "quarter": Order(lambda row, _: row.c.quarter),
    "organisation_name": ORGANISATION_NAME,
}
