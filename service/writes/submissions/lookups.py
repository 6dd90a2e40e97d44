"""What is known about the figures of a submission: a handful of statements, however many the rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Text, cast, or_
from sqlalchemy import select as select_columns
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import TargetHistory
from schema.enumerations import Counts, Unit
from schema.periods import Period, period_named
from schema.sql.progress import target_history
from schema.sql.scopes import within_scope
from schema.tables import MetricRow, OrganisationRow, TargetRow, key, table
from service.statistics.goals import Goals, goals_of
from service.statistics.lengths import usual
from service.writes.naming import IDS, among, metrics_named, organisations_named
from service.writes.submissions import lookup_deadlines, lookup_figures, lookup_members, lookup_subtractions
from service.writes.submissions.validation.entries import Row
from service.writes.submissions.validation.known import Cell, Known, Past, Series

_read_history = reader(TargetHistory)
_organisation = table(OrganisationRow)


async def look_up(
    session: AsyncSession, rows: Sequence[Row], organisation: OrganisationRow, quarter: Period, *, on: dt.date
) -> Known:
    """Everything that is known about the figures of a submission for an organisation and a quarter; `on` is today."""
    [known] = await look_up_all(session, [(rows, organisation)], quarter, on=on)
    return known


async def look_up_all(
    session: AsyncSession,
    submissions: Sequence[tuple[Sequence[Row], OrganisationRow]],
    quarter: Period,
    *,
    on: dt.date,
) -> list[Known]:
    """The same for some submissions of one quarter: only the places that their figures may be for are their own."""
    rows = [row for each, _ in submissions for row in each]
    metrics = await metrics_named(session, {row.metric for row in rows})
    organisations = await organisations_named(session, {row.organisation for row in rows})
    wholes, parts = await _families(session, metrics.values())
    cells = _cells(rows, metrics, organisations)
    counts = {(counting, series[1]) for series, counting in _counted(cells, metrics.values())}
    series = {(metric, of) for metric, of, _ in cells}
    subtractions = await lookup_subtractions.subtractions(
        session, cells, {key(each): each for each in metrics.values()}
    )
    wanted = _with_families(cells, metrics.values(), parts) | {each for pair in subtractions.values() for each in pair}
    histories = await lookup_figures.histories(session, series | counts)
    whole = await lookup_deadlines.of_quarter(session, quarter.code)
    known = Known(
        today=on,
        within=frozenset(),
        metrics=metrics,
        organisations=organisations,
        published=await lookup_figures.published(session, wanted),
        histories=histories,
        recalculations=await lookup_figures.recalculations(session, series),
        goals=await _goals(session, series, histories),
        parts=parts,
        wholes=wholes,
        members=await lookup_members.members(session, cells, metrics.values(), organisations.values()),
        subtractions=subtractions,
        deadlines=await lookup_deadlines.own_deadlines(session, series, organisations.values(), quarter, whole),
        quarter=whole,
    )
    return [replace(known, within=within) for within in await _within(session, submissions, quarter)]


async def look_up_codes(session: AsyncSession, rows: Sequence[Row], *, on: dt.date) -> Known:
    """What the codes of rows name: enough to check each row alone."""
    organisations = await organisations_named(session, {row.organisation for row in rows})
    metrics = await metrics_named(session, {row.metric for row in rows})
    everywhere = frozenset((row.organisation, row.period) for row in rows)
    return Known(today=on, within=everywhere, metrics=metrics, organisations=organisations)


async def _within(
    session: AsyncSession, submissions: Sequence[tuple[Sequence[Row], OrganisationRow]], quarter: Period
) -> list[frozenset[tuple[str, str]]]:
    """For each submission, the organisations and periods of its rows that are its organisation's or its members'.

    A member counts that was one on a day of the period.
    """
    wanted = list(
        dict.fromkeys((at, row.organisation, row.period) for at, (rows, _) in enumerate(submissions) for row in rows)
    )
    if not wanted:
        return [frozenset() for _ in submissions]
    periods = [period_named(period) or quarter for _, __, period in wanted]
    asked = lookup_figures.array_rows(
        [
            (range(len(wanted)), BigInteger()),
            ([key(submissions[at][1]) for at, _, __ in wanted], BigInteger()),
            ([code for _, code, __ in wanted], Text()),
            ([str(period.starts) for period in periods], Text()),
            ([str(period.ends) for period in periods], Text()),
        ],
        "place",
        "scope",
        "code",
        "starts",
        "ends",
    )
    starts, ends = cast(asked.c.starts, Date), cast(asked.c.ends, Date)
    is_within = within_scope(asked.c.scope, _organisation.c.id, starts, ends)
    found = await (await session.connection()).execute(
        select_columns(asked.c.place)
        .select_from(asked.join(_organisation, _organisation.c.code == asked.c.code))
        .where(is_within)
    )
    within: list[set[tuple[str, str]]] = [set() for _ in submissions]
    for (place,) in found:
        at, code, period = wanted[place]
        within[at].add((code, period))
    return [frozenset(each) for each in within]


def _cells(
    rows: Sequence[Row], metrics: Mapping[str, MetricRow], organisations: Mapping[str, OrganisationRow]
) -> set[Cell]:
    return {
        (key(metrics[row.metric]), key(organisations[row.organisation]), row.period)
        for row in rows
        if row.metric in metrics and row.organisation in organisations and period_named(row.period)
    }


async def _families(
    session: AsyncSession, metrics: Collection[MetricRow]
) -> tuple[dict[int, MetricRow], dict[int, list[MetricRow]]]:
    """The wholes that metrics are parts of, and the parts of these wholes and of the metrics themselves."""
    above = {metric.part_of_id for metric in metrics if metric.part_of_id is not None}
    everything = above | {key(metric) for metric in metrics}
    rows = await session.exec(
        select(MetricRow).where(or_(among(MetricRow.id, above, IDS), among(MetricRow.part_of_id, everything, IDS)))
    )
    wholes: dict[int, MetricRow] = {}
    parts: dict[int, list[MetricRow]] = defaultdict(list)
    for metric in sorted(rows, key=lambda each: each.code):
        if key(metric) in above:
            wholes[key(metric)] = metric
        if metric.part_of_id is not None:
            parts[metric.part_of_id].append(metric)
    return wholes, dict(parts)


def _with_families(
    cells: set[Cell], metrics: Collection[MetricRow], parts: Mapping[int, Sequence[MetricRow]]
) -> set[Cell]:
    """The cells, with those of their wholes and parts."""
    whole_of = {key(metric): metric.part_of_id or key(metric) for metric in metrics}
    family = {
        (other, of, period)
        for metric, of, period in cells
        for other in (whole_of[metric], *(key(part) for part in parts.get(whole_of[metric], ())))
    }
    return cells | family


def _counted(cells: set[Cell], metrics: Collection[MetricRow]) -> set[tuple[Series, int]]:
    """The series of some cells whose denominator a metric counts, each with that metric."""
    counting = {key(each): each.denominator_metric_id for each in metrics}
    return {((metric, of), other) for metric, of, _ in cells if (other := counting[metric]) is not None}


async def _goals(
    session: AsyncSession, series: set[Series], histories: Mapping[Series, Sequence[Past]]
) -> dict[Series, list[Goals]]:
    """The targets of some series with their published figures, each as it was set and changed."""
    if not series:
        return {}
    connection = await session.connection()
    rows = await connection.execute(_histories_of_targets(), lookup_figures.as_sent(series))
    goals: dict[Series, list[Goals]] = defaultdict(list)
    for of, by, unit, counts, inputs in rows:
        length = usual(Counts(counts), ((each.starts, each.ends) for each in histories.get((of, by), ())))
        goals[of, by].append(goals_of(_read_history(inputs), Unit(unit), Counts(counts), length))
    return dict(goals)


@cache
def _histories_of_targets() -> Any:
    """The statement of that, which takes longer to write than to run."""
    wanted, target, metric = lookup_figures.sent_series(), table(TargetRow).alias(), table(MetricRow).alias()
    is_wanted = (wanted.c.metric_id == target.c.metric_id) & (wanted.c.organisation_id == target.c.organisation_id)
    history = target_history(target, table(TargetRow))
    return (
        select_columns(target.c.metric_id, target.c.organisation_id, metric.c.unit, metric.c.counts, history)
        .select_from(target.join(wanted, is_wanted).join(metric, metric.c.id == target.c.metric_id))
        .where(target.c.applies_to.is_(None))
        .order_by(target.c.id)
    )
