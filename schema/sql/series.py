"""All that a series is calculated from, as one JSON value: its points, targets and recalculations."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    column,
    exists,
    func,
    literal_column,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from schema.mapping import Arguments
from schema.sql.figures import figures_known_at
from schema.sql.listings import WITHDRAWN, between
from schema.sql.progress import as_set
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, RecalculationRow, TargetRow, table

_figure = table(FigureRow)
_metric = table(MetricRow)
_organisation = table(OrganisationRow)
_period = table(PeriodRow)
_recalculation = table(RecalculationRow)
_target = table(TargetRow)


def series_of(owner: str, other: str, argument: str) -> Callable[[Any, Arguments], Select[Any]]:
    """The one row of a series below its owner, `metric` or `organisation`; the other is asked for by its code."""
    tables = {"metric": _metric, "organisation": _organisation}

    def rows(row: Any, arguments: Arguments) -> Select[Any]:
        asked_for = tables[other].alias()
        sides = {owner: row, other: asked_for}
        return (
            select(
                sides["metric"].c.id.label("metric_id"),
                sides["organisation"].c.id.label("organisation_id"),
                _data(sides["metric"], sides["organisation"], arguments).label("data"),
            )
            .select_from(asked_for)
            .where(asked_for.c.code == arguments.value(argument))
        )

    return rows


def _data(metric: FromClause, organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """All that a series is reckoned from, as one JSON object: points, targets and recalculations, oldest first."""
    return func.json_build_object(
        "metric",
        metric.c.name,
        "organisation",
        organisation.c.name,
        "unit",
        metric.c.unit,
        "direction",
        metric.c.direction,
        "decimals",
        metric.c.decimals,
        "points",
        _points(metric, organisation, arguments),
        "targets",
        _targets(metric, organisation),
        "recalculations",
        _recalculations(metric, organisation, arguments),
    )


def _points(metric: FromClause, organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    figure: Any = _figure.alias()
    if arguments.given("asKnownAt"):
        figure = figures_known_at(arguments.value("asKnownAt")).alias()
    period = _period.alias()
    names = ("value", "numerator", "denominator", "lower_confidence_limit", "upper_confidence_limit", "revision")
    said = func.json_build_object(
        "key",
        figure.c.id,
        "period_id",
        figure.c.period_id,
        "on",
        figure.c.period_ends,
        "label",
        period.c.label,
        *(part for name in names for part in (name, figure.c[name])),
    )
    listed = func.json_agg(aggregate_order_by(said, figure.c.period_ends, figure.c.id))
    return (
        select(func.coalesce(listed, func.json_build_array()))
        .select_from(figure.join(period, period.c.id == figure.c.period_id))
        .where(
            figure.c.metric_id == metric.c.id,
            figure.c.organisation_id == organisation.c.id,
            figure.c.status != WITHDRAWN,
            *between(figure, arguments),
        )
        .correlate(metric, organisation)
        .scalar_subquery()
    )


def _targets(metric: FromClause, organisation: FromClause) -> ColumnElement[Any]:
    target = _target.alias()
    listed = func.json_agg(aggregate_order_by(as_set(target), target.c.due, target.c.id))
    return (
        select(func.coalesce(listed, func.json_build_array()))
        .where(target.c.metric_id == metric.c.id, target.c.organisation_id == organisation.c.id)
        .correlate(metric, organisation)
        .scalar_subquery()
    )


def _recalculations(metric: FromClause, organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The days from which limits are reckoned anew, each with its reason: of what was said of a day, the latest."""
    again, later = _recalculation.alias(), _recalculation.alias()
    same = (later.c[name] == again.c[name] for name in ("metric_id", "organisation_id", "starts"))
    overtaken = exists(
        select(literal_column("1")).where(*same, later.c.id > again.c.id, *_by_then(later, arguments)).correlate(again)
    )
    listed = func.json_agg(aggregate_order_by(func.json_build_array(again.c.starts, again.c.reason), again.c.starts))
    return (
        select(func.coalesce(listed, func.json_build_array()))
        .where(
            again.c.metric_id == metric.c.id,
            again.c.organisation_id == organisation.c.id,
            again.c.holds,
            not_(overtaken),
            *_by_then(again, arguments),
        )
        .correlate(metric, organisation)
        .scalar_subquery()
    )


def _by_then(said: FromClause, arguments: Arguments) -> list[ColumnElement[bool]]:
    """The condition that something was said by the instant that is asked about."""
    return [said.c.recorded_at <= arguments.value("asKnownAt")] if arguments.given("asKnownAt") else []


def with_data(row: FromClause, _: Arguments) -> ColumnElement[Any]:
    """The series' data, as one JSON object."""
    column: ColumnElement[Any] = row.c.data
    return column


def drawn_from(*names: str) -> Callable[[FromClause, Arguments], ColumnElement[Any]]:
    """The series' data with further arguments of the field, where they were given."""

    def inputs(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
        given = [part for name in names if arguments.given(name) for part in (name, arguments.value(name))]
        return func.json_build_object("data", row.c.data, *given)

    return inputs


def point_rows(row: FromClause, _: Arguments) -> FromClause:
    """One row for each point, oldest first."""
    columns = (column("key", BigInteger()), column("period_id", BigInteger()), column("value", Numeric()))
    points = func.json_to_recordset(row.c.data.op("->")("points")).table_valued(*columns, name="point")
    rows = points.render_derived(with_types=True)
    place = func.row_number().over().label("place")
    said = select(rows.c.key, rows.c.key.label("figure_id"), rows.c.period_id, rows.c.value, place)
    return said.correlate(row).lateral()
