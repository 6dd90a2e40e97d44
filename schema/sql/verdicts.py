"""What a figure's series says up to it: as it is kept of now, and the inputs to calculate it as it was known."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from schema.computed_inputs.record import Record
from schema.computed_inputs.series import SeriesInputs
from schema.computed_inputs.verdicts import SeriesToJudge, VerdictInputs
from schema.mapping import Arguments, Computed, Expression, Kept, constant
from schema.sql.figures import figures_known_at
from schema.sql.listings import WITHDRAWN
from schema.sql.progress import targets_known_at
from schema.sql.recalculations import recalculations_of
from schema.sql.series import SERIES_FIGURE, histories_of
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, TargetRow, UnjudgedSeriesRow, rows_of

_figure = rows_of(FigureRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)
_target = rows_of(TargetRow)
_unjudged = rows_of(UnjudgedSeriesRow)

Instant = ColumnElement[dt.datetime] | None

# A series by all figures, or by those of periods that ended by the day of a figure, as known now or at an instant.
_SERIES = Record(
    SeriesInputs,
    MetricRow,
    metric_id="id",
    metric="name",
    organisation_id=lambda _, organisation, *__: organisation.c.id,
    organisation=lambda _, organisation, *__: organisation.c.name,
    figures=lambda *rows: _figures(*rows),
    targets=lambda metric, organisation, known_at, *_: histories_of(
        _target if known_at is None else targets_known_at(known_at), metric, organisation
    ),
    recalculations=lambda metric, organisation, known_at, *_: recalculations_of(
        metric.c.id, organisation.c.id, known_at, around=[metric, organisation]
    ),
    frequency=lambda *_: null(),
)
_VERDICT = Record(
    VerdictInputs,
    None,
    figure_id=lambda figure, *_: figure.c.id,
    series=lambda figure, metric, organisation, known_at: _SERIES.object(metric, organisation, known_at, figure),
)
_TO_JUDGE = Record(
    SeriesToJudge,
    None,
    series=lambda metric, organisation: _SERIES.object(metric, organisation, None),
    withdrawn=lambda metric, organisation: _listed(
        _figure, metric, organisation, lambda other: other.c.status == WITHDRAWN
    ),
)


def _figures(metric: FromClause, organisation: FromClause, known_at: Instant, *until: FromClause) -> ColumnElement[Any]:
    figures = _figure if known_at is None else figures_known_at(known_at)
    return _listed(
        figures,
        metric,
        organisation,
        lambda other: and_(
            other.c.status != WITHDRAWN, *(other.c.period_ends <= figure.c.period_ends for figure in until)
        ),
        *until,
    )


def _listed(
    figures: FromClause, metric: FromClause, organisation: FromClause, are_like: Any, *around: FromClause
) -> ColumnElement[Any]:
    other, period = figures.alias(), _period.alias()
    return SERIES_FIGURE.list(
        other,
        period,
        source=other.join(period, period.c.id == other.c.period_id),
        where=[other.c.metric_id == metric.c.id, other.c.organisation_id == organisation.c.id, are_like(other)],
        order=[other.c.period_ends, other.c.id],
        around=[metric, organisation, *around],
    )


def verdict_inputs(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of what the series of a figure says up to it, as known now or at the instant of the field."""
    metric, organisation = _metric.alias(), _organisation.alias()
    both = metric.join(organisation, organisation.c.id == figure.c.organisation_id)
    inputs = select(_VERDICT.object(figure, metric, organisation, arguments.known_at())).select_from(both)
    return inputs.where(metric.c.id == figure.c.metric_id).correlate(figure).scalar_subquery()


# ── As it is kept ─────────────────────────────────────────────────────────────────────────────────────────────────


def _kept(column: str) -> Expression:
    def sql(figure: FromClause, arguments: Arguments) -> ColumnElement[Any]:
        verdict = arguments.verdicts()
        found: Select[Any] = select(verdict.c[column]).where(verdict.c.figure_id == figure.c.id)
        return found.correlate(figure).scalar_subquery()

    def among(figure: FromClause, arguments: Arguments, values: Sequence[str]) -> ColumnElement[bool]:
        verdict = arguments.verdicts()
        is_one = or_(literal_column("false"), *(verdict.c[column] == constant(value) for value in values))
        return figure.c.id.in_(select(verdict.c.figure_id).where(is_one))

    return Expression(sql, among)


# So many rows could be read in the time that it takes to calculate one of a time before.
_THEN = Computed(VerdictInputs, verdict_inputs, price=20)
IS_MET, VARIATION, TREND = (Kept(_kept(column), _THEN) for column in ("is_met", "variation", "trend"))


def interval_of(figure: FromClause, arguments: Arguments) -> FromClause:
    """The verdict of a figure, one row or none: with its 95 % interval, as `lower` and `upper`."""
    verdict = arguments.verdicts()
    return select(verdict).where(verdict.c.figure_id == figure.c.id).correlate(figure).lateral("of_figure")


def are_judged() -> ColumnElement[bool]:
    """Whether what is kept is of the figures that the statement sees: no series waits to be judged."""
    return not_(exists(select(literal_column("1")).select_from(_unjudged)))


# ── To judge ──────────────────────────────────────────────────────────────────────────────────────────────────────

METRICS, ORGANISATIONS = "metrics", "organisations"


def series_to_judge() -> Select[Any]:
    """One row for each series of the parameters `metrics` and `organisations`: both keys, and its inputs as JSON."""
    of = (bindparam(name, type_=ARRAY(BigInteger)) for name in (METRICS, ORGANISATIONS))
    given = func.unnest(*of).table_valued("metric_id", "organisation_id", name="given").render_derived()
    metric, organisation = _metric.alias(), _organisation.alias()
    inputs = cast(_TO_JUDGE.object(metric, organisation), Text).label("inputs")
    source = given.join(metric, metric.c.id == given.c.metric_id)
    return select(given.c.metric_id, given.c.organisation_id, inputs).select_from(
        source.join(organisation, organisation.c.id == given.c.organisation_id)
    )
