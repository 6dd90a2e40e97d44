"""What is known about the figures of a submission: a handful of statements, however many the rows."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Text
from sqlalchemy import select as select_columns
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.computed_inputs.targets import TargetHistory
from schema.enumerations import Counts, Unit
from schema.periods import Period, period_named
from schema.sql.scopes import within_scope
from schema.tables import MetricRow, OrganisationRow, key, table
from service.statistics.goals import Goals, goals_of
from service.statistics.lengths import usual
from service.writes.naming import organisations_named
from service.writes.submissions import lookup_deadlines, lookup_figures, lookup_members, lookup_subtractions
from service.writes.submissions.families import families
from service.writes.submissions.validation.entries import Row
from service.writes.submissions.validation.known import Cell, Known, Past, Series

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
    related = await families(session, {row.metric for row in rows})
    metrics = {code: each.metric for code, each in related.items()}
    organisations = await organisations_named(session, {row.organisation for row in rows})
    parts = {at: listed for each in related.values() for at, listed in each.parts.items()}
    cells = _cells(rows, metrics, organisations)
    counts = {(counting, series[1]) for series, counting in _counted(cells, metrics.values())}
    series = {(metric, of) for metric, of, _ in cells}
    subtractions = await lookup_subtractions.subtractions(
        session, cells, {key(each): each for each in metrics.values()}
    )
    wanted = _with_families(cells, metrics.values(), parts) | {each for pair in subtractions.values() for each in pair}
    histories = await lookup_figures.histories(session, series | counts)
    whole, deadlines = await lookup_deadlines.deadlines(session, series, organisations.values(), quarter)
    recalculations, targets = await lookup_figures.recalculations_and_targets(session, series)
    known = Known(
        today=on,
        within=frozenset(),
        metrics=metrics,
        organisations=organisations,
        published=await lookup_figures.published(session, wanted),
        histories=histories,
        recalculations=recalculations,
        goals=_goals(targets, {key(each): each for each in metrics.values()}, histories),
        parts=parts,
        wholes={key(each.whole): each.whole for each in related.values() if each.whole is not None},
        members=await lookup_members.members(session, cells, metrics.values(), organisations.values()),
        subtractions=subtractions,
        deadlines=deadlines,
        quarter=whole,
    )
    return [replace(known, within=within) for within in await _within(session, submissions, quarter)]


async def look_up_codes(session: AsyncSession, rows: Sequence[Row], *, on: dt.date) -> Known:
    """What the codes of rows name: enough to check each row alone."""
    organisations = await organisations_named(session, {row.organisation for row in rows})
    related = await families(session, {row.metric for row in rows})
    metrics = {code: each.metric for code, each in related.items()}
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
    given: dict[str, Sequence[Any]] = {
        "place": list(range(len(wanted))),
        "scope": [key(submissions[at][1]) for at, _, __ in wanted],
        "code": [code for _, code, __ in wanted],
        "starts": [period.starts for period in periods],
        "ends": [period.ends for period in periods],
    }
    found = await (await session.connection()).execute(_places_within(), lookup_figures.bound(given))
    within: list[set[tuple[str, str]]] = [set() for _ in submissions]
    for (place,) in found:
        at, code, period = wanted[place]
        within[at].add((code, period))
    return [frozenset(each) for each in within]


@cache
def _places_within() -> Any:
    """The statement of that. To write it takes longer than to run it, so it is written once."""
    asked = lookup_figures.bound_rows(
        {"place": BigInteger(), "scope": BigInteger(), "code": Text(), "starts": Date(), "ends": Date()}
    )
    is_within = within_scope(asked.c.scope, _organisation.c.id, asked.c.starts, asked.c.ends)
    return (
        select_columns(asked.c.place)
        .select_from(asked.join(_organisation, _organisation.c.code == asked.c.code))
        .where(is_within)
    )


def _cells(
    rows: Sequence[Row], metrics: Mapping[str, MetricRow], organisations: Mapping[str, OrganisationRow]
) -> set[Cell]:
    return {
        (key(metrics[row.metric]), key(organisations[row.organisation]), row.period)
        for row in rows
        if row.metric in metrics and row.organisation in organisations and period_named(row.period)
    }


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


def _goals(
    targets: Mapping[Series, Sequence[TargetHistory]],
    metrics: Mapping[int, MetricRow],
    histories: Mapping[Series, Sequence[Past]],
) -> dict[Series, list[Goals]]:
    """The targets of some series with their published figures, each as it was set and changed."""
    goals = {}
    for series, set_for_it in targets.items():
        unit, counts = Unit(metrics[series[0]].unit), Counts(metrics[series[0]].counts)
        length = usual(counts, ((each.starts, each.ends) for each in histories.get(series, ())))
        goals[series] = [goals_of(each, unit, counts, length) for each in set_for_it]
    return goals
