"""The period of a figure that is sent without one: the quarter, or a count's days up to the end of the quarter."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.commands.submissions import FigureInput
from schema.enumerations import Counts, FigureStatus
from schema.periods import Period, spanning
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow
from service.writes.naming import among
from service.writes.outcome import stripped
from service.writes.submissions.families import families

# By the codes of a metric and an organisation.
Defaults = Mapping[tuple[str, str], Period]


async def default_periods(session: AsyncSession, figures: Sequence[FigureInput], quarter: Period) -> Defaults:
    """The periods that differ from the quarter: from 1 April, or from the first day of the series' first figure."""
    without = {
        (each.metric.strip(), each.organisation)
        for each in figures
        if stripped(each.period) is None and "\x00" not in each.metric
    }
    if not without:
        return {}
    related = await families(session, {metric for metric, _ in without})
    growing = {Counts.YEAR_TO_DATE, Counts.SINCE}
    counts = {code: each.metric.counts for code, each in related.items() if each.metric.counts in growing}
    launches = await _launches(session, {code for code, kind in counts.items() if kind == Counts.SINCE})
    april = dt.date(quarter.ends.year - (quarter.ends.month < 4), 4, 1)
    starts = {
        cell: april if counts[cell[0]] == Counts.YEAR_TO_DATE else launches.get(cell, quarter.starts)
        for cell in without
        if cell[0] in counts
    }
    return {cell: spanning(day, quarter.ends) for cell, day in starts.items() if day <= quarter.ends}


async def _launches(session: AsyncSession, metrics: set[str]) -> dict[tuple[str, str], dt.date]:
    """The first day of the first figure of each series of some metrics."""
    if not metrics:
        return {}
    rows = await session.exec(
        select(MetricRow.code, OrganisationRow.code, func.min(PeriodRow.starts))
        .select_from(FigureRow)
        .join(MetricRow, col(MetricRow.id) == col(FigureRow.metric_id))
        .join(OrganisationRow, col(OrganisationRow.id) == col(FigureRow.organisation_id))
        .join(PeriodRow, col(PeriodRow.id) == col(FigureRow.period_id))
        .where(among(MetricRow.code, metrics), FigureRow.status != FigureStatus.WITHDRAWN)
        .group_by(col(MetricRow.code), col(OrganisationRow.code))
    )
    return {(metric, organisation): day for metric, organisation, day in rows}
