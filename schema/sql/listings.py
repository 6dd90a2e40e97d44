"""Which figures and targets a field lists, and in which order: what organisations, metrics and the root share."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, TableClause, func, literal_column, select

from schema.mapping import Arguments, Order, RelatedRows
from schema.sql.organisations import name_then, open_during
from schema.tables import MetricRow, OrganisationRow, rows_of

_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)

# What makes two figures of one series; the newest is the one whose period ends last.
SERIES = ("metric_id", "organisation_id")
WITHDRAWN: ColumnElement[str] = literal_column("'WITHDRAWN'")


def by_related(
    rows: TableClause, key: str, value: Callable[[FromClause, Arguments], ColumnElement[Any]], *, nullable: bool = False
) -> Order:
    """The order by a value of the row that a figure or a target refers to by a key."""

    def sql(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
        other = rows.alias()
        return select(value(other, arguments)).where(other.c.id == row.c[key]).correlate(row).scalar_subquery()

    return Order(sql, nullable=nullable)


METRIC_CODE = by_related(_metric, "metric_id", lambda metric, _: metric.c.code)
ORGANISATION_CODE = by_related(_organisation, "organisation_id", lambda organisation, _: organisation.c.code)
ORGANISATION_NAME = by_related(_organisation, "organisation_id", name_then)


def metrics_among(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a row is for one of the metrics of the argument."""
    if not arguments.has("metrics"):
        return []
    # An array is looked up once for the statement; IN would be joined again for every organisation.
    wanted = select(_metric.c.id).where(*_with_codes(_metric, arguments, "metrics"))
    metrics = func.array(wanted.scalar_subquery())
    return [row.c.metric_id == func.any(metrics)]


def between(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a figure's period ends within the dates of the arguments, and by the date above the field."""
    where = []
    if arguments.has("from"):
        where.append(row.c.period_ends >= arguments.value("from"))
    if (until := arguments.until()) is not None:
        where.append(row.c.period_ends <= until)
    return where


def figures_of_organisation(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The figures of an organisation, with the conditions that the field's arguments add."""
    where = (other.c.organisation_id == row.c.id, other.c.status != WITHDRAWN, *between(other, arguments))
    if arguments.term("latestOnly"):
        metric = _metric.alias()
        wanted = select(metric.c.id.label("metric_id")).where(*_with_codes(metric, arguments, "metrics"))
        return RelatedRows(where, newest_of=wanted.subquery())
    return RelatedRows((*where, *metrics_among(other, arguments)))


def figures_of_metric(row: FromClause, other: FromClause, arguments: Arguments) -> RelatedRows:
    """The figures for a metric, with the conditions that the field's arguments add.

    The latest ones are those of organisations that are open then, unless closed ones are asked for.
    """
    where = (other.c.metric_id == row.c.id, other.c.status != WITHDRAWN, *between(other, arguments))
    if not arguments.term("latestOnly"):
        return RelatedRows((*where, *organisations_among(other, arguments)))
    organisation, among = _asked_for(arguments)
    if not arguments.term("includeClosed"):
        until = arguments.until()
        among += open_during(organisation, arguments.day() if until is None else until)
    wanted = select(organisation.c.id.label("organisation_id")).where(*among)
    return RelatedRows(where, newest_of=wanted.subquery())


def organisations_among(row: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that a row is about one of the organisations, and of the kind, of the arguments."""
    organisation, among = _asked_for(arguments)
    return [row.c.organisation_id.in_(select(organisation.c.id).where(*among))] if among else []


def _asked_for(arguments: Arguments) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """Organisations, and the conditions that they are those of the arguments."""
    organisation = _organisation.alias()
    return organisation, [*_with_codes(organisation, arguments, "organisations"), *_of_kind(organisation, arguments)]


def _with_codes(row: FromClause, arguments: Arguments, name: str) -> list[ColumnElement[bool]]:
    """The condition that a row has one of the codes of an argument."""
    return [row.c.code == func.any(arguments.value(name))] if arguments.has(name) else []


def _of_kind(organisation: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    kind = arguments.term("kind")
    return [organisation.c.kind == literal_column(f"'{kind}'")] if kind else []
