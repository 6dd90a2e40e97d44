"""What the root fields of queries and subscriptions list."""

from typing import Any

from sqlalchemy import FromClause, Select, exists, literal_column, select

from schema.mapping import Arguments, RelatedRows
from schema.sql.listings import WITHDRAWN
from schema.sql.sandbox import real_ones
from schema.tables import FigureRow, rows_of

_figure = rows_of(FigureRow)


def by_code(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The row with a code."""
    return RelatedRows((other.c.code == arguments.value("code"),))


def everything(_: None, __: FromClause, ___: Arguments) -> RelatedRows:
    """Every row."""
    return RelatedRows()


def periods_with_figures(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The periods that have figures, by their end."""
    where = []
    if kind := arguments.term("kind"):
        where.append(other.c.kind == literal_column(f"'{kind}'"))
    if arguments.has("from"):
        where.append(other.c.ends >= arguments.value("from"))
    if arguments.has("to"):
        where.append(other.c.ends <= arguments.value("to"))
    figure = _figure.alias()
    of_period: Select[Any] = select(literal_column("1")).where(
        figure.c.period_id == other.c.id, *real_ones(figure, arguments)
    )
    where.append(exists(of_period.correlate(other)))
    return RelatedRows(tuple(where), (other.c.ends, other.c.starts, other.c.id))


def submissions_listed(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """All submissions except discarded ones, or all of them when the filter names a status."""
    asks_status = "status" in arguments.fields_used("filter")
    return RelatedRows(() if asks_status else (other.c.status != literal_column("'DISCARDED'"),))


def figures_listed(_: None, other: FromClause, arguments: Arguments) -> RelatedRows:
    """All figures except withdrawn ones, or all of them when the filter names a status."""
    asks_status = "status" in arguments.fields_used("filter")
    return RelatedRows(() if asks_status else (other.c.status != WITHDRAWN,))


def of_event(_: Any, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The row of an event."""
    return RelatedRows((other.c.id == arguments.request.event(),))


def by_position(_: None, other: FromClause, __: Arguments) -> RelatedRows:
    """Every row, by its position."""
    return RelatedRows(order=(other.c.position, other.c.id))
