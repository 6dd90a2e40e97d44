"""Organisations of one kind in rows, metrics in columns: which rows there are, and the inputs of their cells."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from schema.computed_inputs.matrix import CellInputs, CellsInputs
from schema.computed_inputs.record import Record, json_list
from schema.mapping import Arguments, Computed, constant
from schema.sql.figures import figures_of
from schema.sql.listings import WITHDRAWN
from schema.sql.organisations import open_during, value_on
from schema.sql.sandbox import real_ones
from schema.sql.series import series_until
from schema.tables import AncestryRow, MetricRow, OrganisationRow, PeriodRow, rows_of

_ancestry = rows_of(AncestryRow)
_metric = rows_of(MetricRow)
_organisation = rows_of(OrganisationRow)
_period = rows_of(PeriodRow)

MOST_METRICS = 50
_ONE: ColumnElement[int] = literal_column("1")

_CELL = Record(
    CellInputs,
    MetricRow,
    series=lambda metric, organisation, row, arguments: series_until(metric, organisation, arguments, row),
    period_id=lambda _, __, row, ___: row.c.period_id,
    is_latest=lambda _, __, row, ___: row.c.is_latest,
    day=lambda _, __, row, ___: row.c.day,
    closed_on=lambda _, organisation, *__: organisation.c.closed_on,
)
_CELLS = Record(CellsInputs, None, cells=lambda row, arguments: _cells(row, arguments))


def matrix_rows(_: None, arguments: Arguments) -> Select[Any]:
    """One row for each organisation of a kind that is open at the end of the period, or on the date; by name.

    Each has what its cells are about: the codes of the metrics, the day, and the period.
    """
    organisation, is_latest = _organisation.alias(), not arguments.has("period")
    on = arguments.day_on_record()
    day = on if is_latest else arguments.period_end("period")
    name = func.lower(value_on(organisation, day, "name"))
    place = func.row_number().over(order_by=[name, organisation.c.id])
    return select(
        cast(place, BigInteger).label("id"),
        organisation.c.id.label("organisation_id"),
        name.label("name"),
        cast(arguments.value("metrics"), ARRAY(Text)).label("codes"),
        day.label("day"),
        (cast(null(), BigInteger) if is_latest else _period_asked(arguments)).label("period_id"),
        literal_column("true" if is_latest else "false").label("is_latest"),
    ).where(
        organisation.c.kind == constant(arguments.term("kind")),
        *open_during(organisation, day),
        *members_within(organisation, arguments, day),
        *real_ones(organisation, arguments),
    )


def _period_asked(arguments: Arguments) -> ColumnElement[Any]:
    period = _period.alias()
    return select(period.c.id).where(period.c.code == arguments.period_code("period")).scalar_subquery()


def members_within(
    organisation: FromClause, arguments: Arguments, day: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """The condition that an organisation is a member of the group of the argument on a day."""
    if not arguments.has("within"):
        return []
    stay, group = _ancestry.alias(), _organisation.alias()
    stays: Select[Any] = select(_ONE).select_from(stay.join(group, group.c.id == stay.c.ancestor_id))
    is_in = and_(stay.c.member_id == organisation.c.id, stay.c.period.op("@>")(day))
    return [exists(stays.where(is_in, group.c.code == arguments.value("within")).correlate(organisation))]


def _cells(row: FromClause, arguments: Arguments) -> ColumnElement[Any]:
    """The inputs of each metric of a row, once, in the order of the codes."""
    metric, organisation = _metric.alias(), _organisation.alias()
    cell = _CELL.object(metric, organisation, row, arguments).label("cell")
    where = (metric.c.code == func.any(row.c.codes), organisation.c.id == row.c.organisation_id)
    place = func.array_position(row.c.codes, metric.c.code)
    return json_list(select(cell).select_from(metric, organisation).where(*where).order_by(place).correlate(row))


def _metrics(row: FromClause, _: Arguments) -> Select[Any]:
    metric = _metric.alias()
    return select(metric.c.id).where(metric.c.code == func.any(row.c.codes)).correlate(row)


def _figures(row: FromClause, arguments: Arguments) -> Select[Any]:
    """The figure of each cell: that of the period, or the latest until the day."""
    figure = figures_of(arguments).alias()
    newest = (
        select(figure.c.id)
        .ext(distinct_on(figure.c.metric_id))
        .where(
            figure.c.metric_id.in_(_metrics(row, arguments)),
            figure.c.organisation_id == row.c.organisation_id,
            figure.c.status != WITHDRAWN,
            figure.c.period_ends <= row.c.day,
            or_(row.c.is_latest, figure.c.period_id == row.c.period_id),
        )
        .order_by(figure.c.metric_id, figure.c.period_ends.desc(), figure.c.id.desc())
        .correlate(row)
        .subquery()
    )
    return select(newest.c.id)


# The cells of a row: one for each of the metrics that its matrix names.
CELLS = Computed(CellsInputs, _CELLS.object, {"metric": _metrics, "figure": _figures}, size=1)
