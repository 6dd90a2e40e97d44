"""Published figures as the rules need them: of the cells, and of the history of each series."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, func, literal
from sqlalchemy import select as rows_of
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.record import json_list, reader
from schema.computed_inputs.targets import TargetHistory
from schema.enumerations import FigureOrigin, FigureStatus, PeriodKind
from schema.sql.progress import target_history
from schema.sql.recalculations import recalculations_of
from schema.sql.revised import is_current
from schema.tables import (
    MEASURED,
    Citation,
    FigureRevisionRow,
    FigureRow,
    Measurement,
    PeriodRow,
    SourceRow,
    TargetRow,
    table,
)
from service.writes.submissions.validation.known import Cell, Past, Published, Series

_read_recalculations = reader(tuple[RecalculatedFrom, ...])
_read_targets = reader(tuple[TargetHistory, ...])

# What names a series in a statement, and what names a cell.
_SENT = ("metric_id", "organisation_id")
_CELL = (*_SENT, "period")
# No rule looks further back than this many figures of a series.
_LONGEST_PAST = 60


def array_rows(columns: Sequence[tuple[Sequence[Any], Any]], *names: str) -> Any:
    """Rows that are sent as one array for each column."""
    arrays = [literal(list(values), type_=ARRAY(kind)) for values, kind in columns]
    return func.unnest(*arrays).table_valued(*names, name="wanted").render_derived()


async def published(session: AsyncSession, cells: set[Cell]) -> dict[Cell, Published]:
    """The figure of each cell that has one, withdrawn or not, with who published it."""
    if not cells:
        return {}
    connection = await session.connection()
    columns_sent = dict(zip(_CELL, map(list, zip(*sorted(cells), strict=True)), strict=True))
    rows = await connection.execute(_published(), bound(columns_sent))
    return {
        (metric, of, code): Published(
            figure_id=figure_id,
            revision=revision,
            measurement=measurement_of(columns),
            status=FigureStatus(status),
            published_at=published_at,
            published_by=by,
            origin=FigureOrigin(origin),
            source=Citation(title, reference),
        )
        for metric, of, code, figure_id, revision, status, published_at, by, origin, title, reference, *columns in rows
    }


@cache
def _published() -> Select[Any]:
    """The statement of that. To write it takes longer than to run it, so it is written once."""
    figure, period, revision, source = (table(each) for each in (FigureRow, PeriodRow, FigureRevisionRow, SourceRow))
    wanted = bound_rows(dict(zip(_CELL, (BigInteger(), BigInteger(), Text()), strict=True)))
    is_wanted = (wanted.c.metric_id == figure.c.metric_id) & (wanted.c.organisation_id == figure.c.organisation_id)
    return rows_of(
        *(figure.c.metric_id, figure.c.organisation_id, period.c.code, figure.c.id, figure.c.revision),
        *(figure.c.status, figure.c.published_at, revision.c.published_by, figure.c.origin),
        *(source.c.title, source.c.reference, *measured_columns(figure)),
    ).select_from(
        figure.join(wanted, is_wanted)
        .join(period, (period.c.id == figure.c.period_id) & (period.c.code == wanted.c.period))
        .join(revision, is_current(figure, revision))
        .join(source, source.c.id == figure.c.source_id)
    )


def sent_series() -> Any:
    """The series that are bound to a statement by `as_sent`, as rows: `metric_id`, `organisation_id`."""
    return bound_rows(dict.fromkeys(_SENT, BigInteger()))


def bound_rows(columns: Mapping[str, Any]) -> Any:
    """Rows that are bound to a statement, as one array for each column under its name: it is written once for all."""
    arrays = [bindparam(f"given_{name}", type_=ARRAY(kind)) for name, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*columns, name="wanted").render_derived()


def bound(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The values of some columns, as a statement with `bound_rows` takes them."""
    return {f"given_{name}": values for name, values in columns.items()}


def as_sent(series: set[Series]) -> dict[str, Sequence[int]]:
    """Some series as a statement with `sent_series` takes them."""
    ordered = sorted(series)
    return bound({name: [each[at] for each in ordered] for at, name in enumerate(_SENT)})


async def histories(session: AsyncSession, series: set[Series]) -> dict[Series, list[Past]]:
    """The latest figures of each series that are not withdrawn, oldest first."""
    if not series:
        return {}
    connection = await session.connection()
    rows = await connection.execute(_histories(), as_sent(series))
    newest_first: dict[Series, list[Past]] = defaultdict(list)
    for metric, of, ends, kind, label, starts, *columns in rows:
        newest_first[metric, of].append(Past(ends, PeriodKind(kind), label, measurement_of(columns), starts))
    return {each: figures[::-1] for each, figures in newest_first.items()}


@cache
def _histories() -> Select[Any]:
    """The statement of that. To write it takes longer than to run it, so it is written once."""
    wanted, figure, period = sent_series(), table(FigureRow), table(PeriodRow)
    recent: Select[Any] = (
        rows_of(figure.c.period_ends, period.c.kind, period.c.label, period.c.starts, *measured_columns(figure))
        .select_from(figure.join(period, period.c.id == figure.c.period_id))
        .where(
            figure.c.metric_id == wanted.c.metric_id,
            figure.c.organisation_id == wanted.c.organisation_id,
            figure.c.status != FigureStatus.WITHDRAWN,
        )
        .order_by(figure.c.period_ends.desc(), figure.c.id.desc())
        .limit(_LONGEST_PAST)
    )
    past = recent.lateral("past")
    return rows_of(wanted.c.metric_id, wanted.c.organisation_id, past).select_from(wanted.join(past, literal(True)))


async def recalculations_and_targets(
    session: AsyncSession, series: set[Series]
) -> tuple[dict[Series, tuple[RecalculatedFrom, ...]], dict[Series, tuple[TargetHistory, ...]]]:
    """Of each series that has some: the dates from which its limits are recalculated, soonest first, and its targets.

    A target of a group's members is none of the group's own.
    """
    if not series:
        return {}, {}
    connection = await session.connection()
    rows = (await connection.execute(_recalculations_and_targets(), as_sent(series))).all()
    return (
        {(metric, of): _read_recalculations(each) for metric, of, each, _ in rows if each},
        {(metric, of): _read_targets(each) for metric, of, _, each in rows if each},
    )


@cache
def _recalculations_and_targets() -> Select[Any]:
    wanted, target = sent_series(), table(TargetRow).alias()
    found = recalculations_of(wanted.c.metric_id, wanted.c.organisation_id, None, around=[wanted])
    is_own = (target.c.metric_id == wanted.c.metric_id) & (target.c.organisation_id == wanted.c.organisation_id)
    targets = (
        rows_of(target_history(target, table(TargetRow)))
        .where(is_own, target.c.applies_to.is_(None))
        .order_by(target.c.id)
        .correlate(wanted)
    )
    return rows_of(wanted.c.metric_id, wanted.c.organisation_id, found, json_list(targets))


def measured_columns(figure: Any) -> list[Any]:
    """The columns of a measurement, in the order of `measurement_of`."""
    return [figure.c[name] for name in MEASURED]


def measurement_of(columns: Sequence[Any]) -> Measurement:
    """The measurement in the values of `measured_columns`."""
    return Measurement(**dict(zip(MEASURED, columns, strict=True)))
