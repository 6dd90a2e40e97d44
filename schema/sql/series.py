"""The inputs of a series: its figures, its targets and the recalculations of its limits."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, null, select

from schema.computed_inputs.record import Record, json_list
from schema.computed_inputs.series import SeriesFigure, SeriesInputs, SeveralSeriesInputs
from schema.mapping import Arguments, Computed, Ids, constant
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN, between
from schema.sql.organisations import value_then
from schema.sql.progress import target_history, targets_of_moment
from schema.sql.recalculations import recalculations_of
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, TargetRow, rows_of

_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)
_target = rows_of(TargetRow)

SERIES_FIGURE = Record(
    SeriesFigure,
    FigureRow,
    kind=lambda _, period: period.c.kind,
    period_starts=lambda _, period: period.c.starts,
    label=lambda _, period: period.c.label,
)
_SERIES = Record(
    SeriesInputs,
    MetricRow,
    metric_id="id",
    organisation_id=lambda _, organisation, *__: organisation.c.id,
    metric="name",
    organisation=lambda _, organisation, arguments, *__: value_then(organisation, arguments, "name"),
    figures=lambda *rows: _figures(*rows),
    targets=lambda *rows: _targets(*rows[:3]),
    recalculations=lambda *rows: _recalculations(*rows[:3]),
    frequency=lambda *rows: _frequency(rows[2]),
)
_SEVERAL = Record(SeveralSeriesInputs, None, series=lambda organisation, given: _several(organisation, given))
# So many charts fill the largest screen.
MOST_METRICS = 50


# ── Below its metric, its organisation or one of its figures ──────────────────────────────────────────────────────


# The metric and the organisation of a series, the one of them that has the code of an argument, and that condition.
Sides = Callable[[Any, Arguments], tuple[FromClause, FromClause, FromClause, ColumnElement[bool]]]


def _with_metric(organisation: Any, arguments: Arguments) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    metric = _metric.alias()
    return metric, organisation, metric, metric.c.code == arguments.value("metric")


def _with_metrics(organisation: Any, arguments: Arguments) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    metric = _metric.alias()
    return metric, organisation, metric, metric.c.code == func.any(arguments.value("metrics"))


def _with_organisation(metric: Any, arguments: Arguments) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    organisation = _organisation.alias()
    return metric, organisation, organisation, organisation.c.code == arguments.value("organisation")


def _with_both(figure: Any, _: Arguments) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    metric, organisation = _metric.alias(), _organisation.alias()
    both = metric.join(organisation, organisation.c.id == figure.c.organisation_id)
    return metric, organisation, both, metric.c.id == figure.c.metric_id


def _inputs(sides: Sides) -> Callable[[Any, Arguments], ColumnElement[Any]]:
    """The inputs of a series; null where no row has the code."""

    def sql(row: Any, arguments: Arguments) -> ColumnElement[Any]:
        metric, organisation, other, has_code = sides(row, arguments)
        inputs = _SERIES.object(metric, organisation, arguments)
        return select(inputs).select_from(other).where(has_code).correlate(row).scalar_subquery()

    return sql


def series_until(
    metric: FromClause, organisation: FromClause, arguments: Arguments, row: FromClause
) -> ColumnElement[Any]:
    """The inputs of the series of a metric and an organisation, by the figures of periods that ended by a row's day."""
    return _SERIES.object(metric, organisation, arguments, row)


def _several(organisation: Any, arguments: Arguments) -> ColumnElement[Any]:
    """The list of the inputs of each metric with a code of the argument `metrics`, once, in the order of the codes."""
    metric, _, other, has_code = _with_metrics(organisation, arguments)
    inputs = _SERIES.object(metric, organisation, arguments).label("inputs")
    place = func.array_position(arguments.value("metrics"), metric.c.code)
    return json_list(select(inputs).select_from(other).where(has_code).order_by(place).correlate(organisation))


def _ids(sides: Sides) -> dict[str, Ids]:
    """The ids that a series and its points may hold."""

    def of_side(place: int) -> Ids:
        def select_ids(row: Any, arguments: Arguments) -> Select[Any]:
            metric, organisation, other, has_code = sides(row, arguments)
            side = (metric, organisation)[place]
            return select(side.c.id).select_from(other).where(has_code).correlate(row)

        return select_ids

    def of_figures(column: str) -> Ids:
        def select_ids(row: Any, arguments: Arguments) -> Select[Any]:
            metric, organisation, other, has_code = sides(row, arguments)
            figure = figures_of(arguments).alias()
            where = _of_series(figure, metric, organisation, arguments)
            return select(figure.c[column]).select_from(figure.join(other, has_code)).where(*where).correlate(row)

        return select_ids

    return {
        "metric": of_side(0),
        "organisation": of_side(1),
        "figure": of_figures("id"),
    }


# ── Its parts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_series(
    figure: FromClause, metric: FromClause, organisation: FromClause, arguments: Arguments
) -> list[ColumnElement[bool]]:
    """The conditions that a figure is one of a series, within the dates of the arguments."""
    return [
        figure.c.metric_id == metric.c.id,
        figure.c.organisation_id == organisation.c.id,
        figure.c.status != WITHDRAWN,
        *between(figure, arguments),
    ]


def _figures(
    metric: FromClause, organisation: FromClause, arguments: Arguments, *until: FromClause
) -> ColumnElement[Any]:
    figure, period = figures_of(arguments).alias(), _period.alias()
    by_then = (figure.c.period_ends <= row.c.day for row in until)
    return SERIES_FIGURE.list(
        figure,
        period,
        source=figure.join(period, period.c.id == figure.c.period_id),
        where=[*_of_series(figure, metric, organisation, arguments), *by_then],
        order=[figure.c.period_ends, figure.c.id],
        around=[metric, organisation, *until],
    )


def _frequency(arguments: Arguments) -> ColumnElement[Any]:
    asked = arguments.term("frequency")
    return null() if asked is None else constant(str(asked))


def _targets(metric: FromClause, organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    return histories_of(targets_of_moment(arguments), metric, organisation)


def histories_of(targets: FromClause, metric: FromClause, organisation: FromClause) -> ColumnElement[Any]:
    """The targets of a series as they were set and changed, by due date. `targets` are all, as known now or then."""
    target = targets.alias()
    is_its_own = target.c.applies_to.is_(None)
    where = [target.c.metric_id == metric.c.id, target.c.organisation_id == organisation.c.id, is_its_own]
    history = target_history(target, targets).label("history")
    each = select(history).where(*where).order_by(target.c.due, target.c.id).correlate(metric, organisation)
    return json_list(each)


def _recalculations(metric: FromClause, organisation: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    return recalculations_of(metric.c.id, organisation.c.id, arguments.known_at(), around=[metric, organisation])


# The series of an organisation and the metric with the code of the argument `metric`; the other way round; and that of
# a figure.
SERIES_OF_ORGANISATION = Computed(SeriesInputs, _inputs(_with_metric), _ids(_with_metric))
SEVERAL_OF_ORGANISATION = Computed(
    SeveralSeriesInputs, _SEVERAL.object, _ids(_with_metrics), each="metrics", most=MOST_METRICS
)
SERIES_OF_METRIC = Computed(SeriesInputs, _inputs(_with_organisation), _ids(_with_organisation))
SERIES_OF_FIGURE = Computed(SeriesInputs, _inputs(_with_both), _ids(_with_both))
