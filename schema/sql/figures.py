"""Figures: as they were known at an instant, their order, the one before, and what intervals need."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Numeric

from schema.computed_inputs.figures import IntervalInputs, Numbers
from schema.computed_inputs.record import Record
from schema.mapping import Arguments, Order
from schema.sql.listings import METRIC_CODE, ORGANISATION_CODE, ORGANISATION_NAME
from schema.sql.revised import as_revised
from schema.tables import FigureRevisionRow, FigureRow, rows_of

_figure = rows_of(FigureRow)
_revision = rows_of(FigureRevisionRow)


def figures_known_at(instant: ColumnElement[dt.datetime]) -> FromClause:
    """The figures as they were known at an instant."""
    return as_revised(_figure, _revision, "figure_id", lambda revision: revision.c.published_at <= instant)


def figures_of(arguments: Arguments) -> FromClause:
    """The figures as they are now, or as they were known at the instant of the field or above it."""
    instant = arguments.known_at()
    return _figure if instant is None else figures_known_at(instant)


OWN_FIGURE_ORDERS = {
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


def interval_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of a figure's confidence interval, with the confidence of the argument."""
    return _INTERVAL.object(figure, arguments)
