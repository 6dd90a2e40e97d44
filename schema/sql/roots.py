"""What the root fields of queries and subscriptions list."""

from typing import Any

from sqlalchemy import FromClause, exists, func, literal_column, select

from schema.mapping import Arguments, Found, Reach
from schema.sql.listings import WITHDRAWN
from schema.tables import FigureRow, table

_figure = table(FigureRow)


def by_code(_: None, other: FromClause, arguments: Arguments) -> Found:
    """The row with a code."""
    return Found((other.c.code == arguments.value("code"),))


def everything(_: None, __: FromClause, ___: Arguments) -> Found:
    """Every row."""
    return Found()


def by_name(_: None, other: FromClause, __: Arguments) -> Found:
    """Every row, by name."""
    return Found(order=(func.lower(other.c.name), other.c.id))


def periods_with_figures(_: None, other: FromClause, arguments: Arguments) -> Found:
    """The periods that have figures, by their end."""
    where = []
    if kind := arguments.term("kind"):
        where.append(other.c.kind == literal_column(f"'{kind}'"))
    if arguments.given("from"):
        where.append(other.c.ends >= arguments.value("from"))
    if arguments.given("to"):
        where.append(other.c.ends <= arguments.value("to"))
    figure = _figure.alias()
    where.append(exists(select(literal_column("1")).where(figure.c.period_id == other.c.id).correlate(other)))
    return Found(tuple(where), (other.c.ends, other.c.starts, other.c.id))


def submissions_listed(_: None, other: FromClause, arguments: Arguments) -> Found:
    """All submissions except discarded ones, or all of them when the filter names a status."""
    asks_status = "status" in arguments.words("filter")
    return Found(() if asks_status else (other.c.status != literal_column("'DISCARDED'"),))


def figures_listed(_: None, other: FromClause, arguments: Arguments) -> Found:
    """All figures except withdrawn ones, or all of them when the filter names a status."""
    asks_status = "status" in arguments.words("filter")
    return Found(() if asks_status else (other.c.status != WITHDRAWN,))


def of_event(_: Any, other: FromClause, arguments: Arguments) -> Found:
    """The row of an event."""
    return Found((other.c.id == arguments.event(),))


def by_position(_: None, other: FromClause, __: Arguments) -> Found:
    """Every row, by its position."""
    return Found(order=(other.c.position, other.c.id))


def by_global_id(kind: str) -> Reach:
    """The row of a kind with a global id."""
    return Reach(lambda _, other, arguments: Found((other.c.id == arguments.key("id", kind),)))
