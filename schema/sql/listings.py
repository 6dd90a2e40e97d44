"""Which figures and targets a field lists: the conditions that organisations, metrics and the root share."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import ColumnElement, FromClause, func, literal_column, select

from schema.mapping import Arguments, RelatedRows
from schema.sql.organisations import open_during
from schema.tables import MetricRow, OrganisationRow, table

_metric = table(MetricRow)
_organisation = table(OrganisationRow)

# What makes two figures of one series; the newest is the one whose period ends last.
SERIES = ("metric_id", "organisation_id")
WITHDRAWN: ColumnElement[str] = literal_column("'WITHDRAWN'")


def metrics_among(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a row is for one of the metrics of the argument."""
    if not arguments.has("metrics"):
        return []
    # An array is looked up once for the statement; IN would be joined again for every organisation.
    codes = func.any(arguments.value("metrics"))
    metrics = func.array(select(_metric.c.id).where(_metric.c.code == codes).scalar_subquery())
    return [row.c.metric_id == func.any(metrics)]


def between(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a figure's period ends within the dates of the arguments, and by the date above the field."""
    where = []
    if arguments.has("from"):
        where.append(row.c.period_ends >= arguments.value("from"))
    if (until := arguments.until()) is not None:
        where.append(row.c.period_ends <= until)
    return where


def of_open_ones(row: FromClause, day: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """The condition that a row is about an organisation that is open on a day."""
    # Without a reference to the row around it the list of ids is hashed once for the statement.
    organisation = _organisation.alias()
    return row.c.organisation_id.in_(select(organisation.c.id).where(*open_during(organisation, day)))


def figures_of(owner: str) -> Callable[[FromClause, FromClause, Arguments], RelatedRows]:
    """The figures whose column `owner` is the row's id, with the conditions that the field's arguments add.

    The latest ones of a metric are those of organisations that are open then, unless closed ones are asked for.
    """

    def related(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
        where = [other.c[owner] == row.c.id, *metrics_among(other, arguments), *between(other, arguments)]
        if arguments.has("organisations"):
            codes = func.any(arguments.value("organisations"))
            where.append(other.c.organisation_id.in_(select(_organisation.c.id).where(_organisation.c.code == codes)))
        if kind := arguments.term("kind"):
            of_kind = _organisation.alias()
            kinds = select(of_kind.c.id).where(of_kind.c.kind == literal_column(f"'{kind}'"))
            where.append(other.c.organisation_id.in_(kinds))
        where.append(other.c.status != WITHDRAWN)
        if owner == "metric_id" and arguments.term("latestOnly") and not arguments.term("includeClosed"):
            until = arguments.until()
            where.append(of_open_ones(other, arguments.day() if until is None else until))
        return RelatedRows(tuple(where), newest_of=SERIES if arguments.term("latestOnly") else ())

    return related
