"""Published figures as the rules need them: of the cells, of the history of each series, and of members."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Date, Select, Text, cast, func, literal, or_
from sqlalchemy import select as rows_of
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus, OrganisationKind, PeriodKind, RollUp
from schema.periods import period_named
from schema.sql.rollups import LADDER
from schema.tables import (
    MEASURED,
    AncestryRow,
    FigureRevisionRow,
    FigureRow,
    Measurement,
    MetricRow,
    OrganisationRow,
    PeriodRow,
    key,
    table,
)
from service.writes.submissions.validation.known import Cell, Members, Past, Published, Series

# No rule looks further back than this many figures of a series.
_LONGEST_PAST = 60
_ADDABLE = frozenset({RollUp.SUM, RollUp.RATIO_OF_SUMS})


def _arrays(columns: Sequence[tuple[Sequence[Any], Any]], *names: str) -> Any:
    """Rows that are sent as one array for each column."""
    arrays = [literal(list(values), type_=ARRAY(kind)) for values, kind in columns]
    return func.unnest(*arrays).table_valued(*names, name="wanted").render_derived()


async def published(session: AsyncSession, cells: set[Cell]) -> dict[Cell, Published]:
    """The figure of each cell that has one, withdrawn or not, with who published it."""
    if not cells:
        return {}
    ordered = sorted(cells)
    wanted = _arrays(
        [
            ([cell[0] for cell in ordered], BigInteger()),
            ([cell[1] for cell in ordered], BigInteger()),
            ([cell[2] for cell in ordered], Text()),
        ],
        "metric_id",
        "organisation_id",
        "period",
    )
    rows = await session.exec(
        select(FigureRow, FigureRevisionRow.published_by, PeriodRow.code)
        .join(
            wanted,
            (wanted.c.metric_id == FigureRow.metric_id) & (wanted.c.organisation_id == FigureRow.organisation_id),
        )
        .join(PeriodRow, (col(PeriodRow.id) == col(FigureRow.period_id)) & (col(PeriodRow.code) == wanted.c.period))
        .join(
            FigureRevisionRow,
            (col(FigureRevisionRow.figure_id) == col(FigureRow.id))
            & (col(FigureRevisionRow.revision) == col(FigureRow.revision)),
        )
    )
    return {(figure.metric_id, figure.organisation_id, code): _one(figure, by) for figure, by, code in rows}


def _one(figure: FigureRow, by: str | None) -> Published:
    return Published(
        figure_id=key(figure),
        revision=figure.revision,
        measurement=Measurement.of(figure),
        status=FigureStatus(figure.status),
        published_at=figure.published_at,
        published_by=by,
    )


def series_rows(series: set[Series]) -> Any:
    """Some series as rows of a statement: `metric_id`, `organisation_id`."""
    ordered = sorted(series)
    return _arrays(
        [([each[0] for each in ordered], BigInteger()), ([each[1] for each in ordered], BigInteger())],
        "metric_id",
        "organisation_id",
    )


async def histories(session: AsyncSession, series: set[Series]) -> dict[Series, list[Past]]:
    """The latest figures of each series that are not withdrawn, oldest first."""
    if not series:
        return {}
    wanted, figure, period = series_rows(series), table(FigureRow), table(PeriodRow)
    recent: Select[Any] = (
        rows_of(figure.c.period_ends, period.c.kind, period.c.label, *_measured(figure))
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
    connection = await session.connection()
    rows = await connection.execute(
        rows_of(wanted.c.metric_id, wanted.c.organisation_id, past).select_from(wanted.join(past, literal(True)))
    )
    newest_first: dict[Series, list[Past]] = defaultdict(list)
    for metric, of, ends, kind, label, *columns in rows:
        newest_first[metric, of].append(Past(ends, PeriodKind(kind), label, _measurement(columns)))
    return {each: figures[::-1] for each, figures in newest_first.items()}


def _measured(figure: Any) -> list[Any]:
    return [figure.c[name] for name in MEASURED]


def _measurement(columns: Sequence[Any]) -> Measurement:
    return Measurement(**dict(zip(MEASURED, columns, strict=True)))


async def members(
    session: AsyncSession, cells: set[Cell], metrics: Iterable[MetricRow], organisations: Iterable[OrganisationRow]
) -> dict[Cell, Members]:
    """The members of each cell's organisation and their figures, for metrics whose figures roll up from members."""
    kinds = {key(organisation): OrganisationKind(organisation.kind) for organisation in organisations}
    below = {key(metric): _members_kind(metric) for metric in metrics}
    groups = sorted(cell for cell in cells if below[cell[0]] and below[cell[0]] != kinds[cell[1]])
    if not groups:
        return {}
    ends = [period.ends for cell in groups if (period := period_named(cell[2])) is not None]
    wanted = _arrays(
        [
            ([cell[0] for cell in groups], BigInteger()),
            ([cell[1] for cell in groups], BigInteger()),
            ([cell[2] for cell in groups], Text()),
            ([below[cell[0]] for cell in groups], Text()),
            ([str(end) for end in ends], Text()),
        ],
        "metric_id",
        "organisation_id",
        "period",
        "kind",
        "ends",
    )
    on = cast(wanted.c.ends, Date)
    member, stay = table(OrganisationRow), table(AncestryRow)
    figure, period_table = table(FigureRow), table(PeriodRow)
    source = (
        wanted.join(stay, (stay.c.ancestor_id == wanted.c.organisation_id) & stay.c.period.op("@>")(on))
        .join(member, (member.c.id == stay.c.member_id) & (member.c.kind == wanted.c.kind))
        .outerjoin(period_table, period_table.c.code == wanted.c.period)
        .outerjoin(
            figure,
            (figure.c.metric_id == wanted.c.metric_id)
            & (figure.c.organisation_id == member.c.id)
            & (figure.c.period_id == period_table.c.id)
            & (figure.c.status != FigureStatus.WITHDRAWN),
        )
    )
    is_open = or_(member.c.closed_on.is_(None), member.c.closed_on >= on)
    connection = await session.connection()
    rows = await connection.execute(
        rows_of(
            wanted.c.metric_id,
            wanted.c.organisation_id,
            wanted.c.period,
            member.c.id,
            *_measured(figure),
        )
        .select_from(source)
        .where(is_open, or_(member.c.opened_on.is_(None), member.c.opened_on <= on))
    )
    return _gathered(rows)


def _gathered(rows: Iterable[Any]) -> dict[Cell, Members]:
    members_of: dict[Cell, set[int]] = defaultdict(set)
    figures: dict[Cell, dict[int, Measurement]] = defaultdict(dict)
    for metric, of, period, member, *columns in rows:
        members_of[metric, of, period].add(member)
        if columns[0] is not None:
            figures[metric, of, period][member] = _measurement(columns)
    return {cell: Members(frozenset(ids), figures[cell]) for cell, ids in members_of.items()}


def _members_kind(metric: MetricRow) -> OrganisationKind | None:
    """The kind of member whose figures make the group's; None where nothing adds up."""
    if metric.roll_up not in _ADDABLE or len(metric.collected_from) < 2:
        return None
    return next(kind for kind in LADDER if kind in metric.collected_from)
