"""The members of groups and their published figures, where members' figures make the figure of their group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Date, Text, cast, literal, select
from sqlmodel import select as rows_of
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus, OrganisationKind, RollUp
from schema.periods import period_named
from schema.sql.members import parts_of_leavers
from schema.sql.organisations import open_during
from schema.sql.rollups import members_kind
from schema.sql.sandbox import is_real
from schema.tables import AncestryRow, FigureRow, Measurement, MetricRow, OrganisationRow, PeriodRow, key, table
from service.writes.naming import IDS, among
from service.writes.submissions.lookup_figures import array_rows, measured_columns, measurement_of
from service.writes.submissions.validation.known import Cell, Members

_ADDABLE = frozenset({RollUp.SUM, RollUp.RATIO_OF_SUMS})


async def members(
    session: AsyncSession, cells: set[Cell], metrics: Iterable[MetricRow], organisations: Iterable[OrganisationRow]
) -> dict[Cell, Members]:
    """The members of each cell's organisation and their figures, for metrics whose figures roll up from members."""
    kinds = {key(organisation): OrganisationKind(organisation.kind) for organisation in organisations}
    listed = list(metrics)
    sources = await _sources(session, listed)
    below = {key(metric): _members_kind(metric, sources) for metric in listed}
    groups = [
        (cell, key(sources[cell[0]]) if cell[0] in sources else cell[0], kind)
        for cell in sorted(cells)
        if (kind := below[cell[0]]) is not None and kind is not kinds[cell[1]]
    ]
    if not groups:
        return {}
    connection = await session.connection()
    stayed = await connection.execute(_figures_of_members(groups))
    left = await connection.execute(_figures_of_parts(groups))
    return _gathered([*stayed, *left], sources)


async def _sources(session: AsyncSession, metrics: Iterable[MetricRow]) -> dict[int, MetricRow]:
    """The metric that each derived one is calculated from."""
    derived = {key(metric): metric.derived_from_id for metric in metrics if metric.derived_from_id is not None}
    if not derived:
        return {}
    rows = await session.exec(rows_of(MetricRow).where(among(MetricRow.id, set(derived.values()), IDS)))
    known = {key(row): row for row in rows}
    return {metric: known[source] for metric, source in derived.items()}


def _figures_of_members(groups: Iterable[tuple[Cell, int, OrganisationKind]]) -> Any:
    """Each member of some groups that was open at the period's end, with its figure, or nulls."""
    wanted, member, stay = _wanted(groups), table(OrganisationRow), table(AncestryRow)
    figure, period, metric = table(FigureRow), table(PeriodRow), table(MetricRow)
    on = cast(wanted.c.ends, Date)
    source = (
        wanted.join(stay, (stay.c.ancestor_id == wanted.c.organisation_id) & stay.c.period.op("@>")(on))
        .join(member, (member.c.id == stay.c.member_id) & (member.c.kind == wanted.c.kind))
        .join(metric, metric.c.id == wanted.c.source_id)
        .outerjoin(period, period.c.code == wanted.c.period)
        .outerjoin(
            figure,
            (figure.c.metric_id == wanted.c.source_id)
            & (figure.c.organisation_id == member.c.id)
            & (figure.c.period_id == period.c.id)
            & (figure.c.status != FigureStatus.WITHDRAWN),
        )
    )
    cell = (wanted.c.metric_id, wanted.c.organisation_id, wanted.c.period)
    where = (*open_during(member, on), is_real(member, metric))
    return select(*cell, member.c.id, *measured_columns(figure)).select_from(source).where(*where)


def _figures_of_parts(groups: Iterable[tuple[Cell, int, OrganisationKind]]) -> Any:
    """Each member of some groups that left before the period's end, with the figure of its own part."""
    wanted, source = _wanted(groups), table(MetricRow).alias()
    days = (cast(wanted.c.starts, Date), cast(wanted.c.ends, Date))
    part = parts_of_leavers(table(FigureRow), source, wanted.c.organisation_id, wanted.c.kind, *days).lateral("part")
    rows = wanted.join(source, source.c.id == wanted.c.source_id).join(part, literal(True))
    cell = (wanted.c.metric_id, wanted.c.organisation_id, wanted.c.period)
    return select(*cell, part.c.member_id, *measured_columns(part)).select_from(rows)


def _wanted(groups: Iterable[tuple[Cell, int, OrganisationKind]]) -> Any:
    """The cells of groups as rows of a statement: with the metric and kind of its members, and its period's days."""
    rows = [
        (*cell, source, kind, str(period.starts), str(period.ends))
        for cell, source, kind in groups
        if (period := period_named(cell[2])) is not None
    ]
    metric_ids, organisation_ids, periods, sources, kinds, starts, ends = zip(*rows, strict=True)
    return array_rows(
        [
            (metric_ids, BigInteger()),
            (organisation_ids, BigInteger()),
            (periods, Text()),
            (sources, BigInteger()),
            (kinds, Text()),
            (starts, Text()),
            (ends, Text()),
        ],
        "metric_id",
        "organisation_id",
        "period",
        "source_id",
        "kind",
        "starts",
        "ends",
    )


def _gathered(rows: Iterable[Any], sources: Mapping[int, MetricRow]) -> dict[Cell, Members]:
    members_of: dict[Cell, set[int]] = defaultdict(set)
    figures: dict[Cell, dict[int, Measurement]] = defaultdict(dict)
    for metric, of, period, member, *columns in rows:
        members_of[metric, of, period].add(member)
        if columns[0] is not None:
            figures[metric, of, period][member] = measurement_of(columns)
    return {cell: Members(frozenset(ids), figures[cell], sources.get(cell[0])) for cell, ids in members_of.items()}


def _members_kind(metric: MetricRow, sources: Mapping[int, MetricRow]) -> OrganisationKind | None:
    """The kind of member whose figures make the group's; None where nothing adds up."""
    if (source := sources.get(key(metric))) is not None:
        return members_kind(source.collected_from)
    if metric.roll_up not in _ADDABLE or len(metric.collected_from) < 2:
        return None
    return members_kind(metric.collected_from)
