"""The status of the targets of some series, before and after their figures change: as it is kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.computed_inputs.record import json_list
from schema.enumerations import TargetStatus
from schema.london import day_of
from schema.sql.progress import is_in_force
from schema.sql.statuses import statuses_on
from schema.tables import TargetRow, table
from service.judging.touched import judge_touched, waits_to_be_judged
from service.writes.submissions.validation.known import Series

_target = table(TargetRow)
_IDS = ARRAY(BigInteger)
# The names of what the statements are given.
_METRICS, _ORGANISATIONS, _DAY = "metrics", "organisations", "day"


@dataclass(frozen=True)
class Known:
    """The status of some targets, and the metric and the organisation of each; by key."""

    statuses: Mapping[int, TargetStatus] = field(default_factory=dict)
    series: Mapping[int, Series] = field(default_factory=dict)

    def also(self, later: "Known") -> "Known":
        """The same, with what became known later of others."""
        return Known({**later.statuses, **self.statuses}, {**later.series, **self.series})


async def statuses(session: AsyncSession, series: set[Series], *, on: dt.datetime) -> Known:
    """The status on a day of each target of some series, and of those that are inherited there."""
    if not series:
        return Known()
    ordered = sorted(series)
    given = {_METRICS: [metric for metric, _ in ordered], _ORGANISATIONS: [of for _, of in ordered]}
    await session.flush()
    connection = await session.connection()
    # Mostly no target waits to be judged, so that is asked together with the statuses.
    waits, found = (await connection.execute(_kept(), {**given, _DAY: day_of(on)})).one()
    if waits:
        await judge_touched(session, _counted().params(given))
        _, found = (await connection.execute(_kept(), {**given, _DAY: day_of(on)})).one()
    return Known(
        {at: TargetStatus(status) for at, _, _, status in found}, {at: (metric, of) for at, metric, of, _ in found}
    )


# To write these statements takes longer than to run them, so they are written once.
@cache
def _kept() -> Select[Any]:
    """One row: whether one of these targets waits to be judged, and the statuses as they are kept."""
    day: ColumnElement[dt.date] = bindparam(_DAY, type_=Date())
    kept = statuses_on(day)
    own = and_(_of_series(), _target.c.applies_to.is_(None), is_in_force(_target, day))
    each = func.json_build_array(_target.c.id, _target.c.metric_id, _target.c.organisation_id, kept.c.status)
    listed = json_list(
        select(each)
        .select_from(_target.join(kept, kept.c.target_id == _target.c.id))
        .where(or_(own, _is_of_group()))
        .order_by(_target.c.id)
    )
    return select(waits_to_be_judged(_counted()), listed)


@cache
def _counted() -> Select[Any]:
    """The targets whose judging these statuses rest on: a group's is counted from those of all its members."""
    above = select(_target.c.id).where(_is_of_group())
    return select(_target.c.id).where(or_(_of_series(), _is_of_group(), _target.c.inherited_from_id.in_(above)))


def _is_of_group() -> ColumnElement[bool]:
    """The condition that a target is set for members: for those of these series, or inherited there."""
    inherited = select(_target.c.inherited_from_id).where(_of_series())
    return and_(_target.c.applies_to.is_not(None), or_(_of_series(), _target.c.id.in_(inherited)))


def _of_series() -> ColumnElement[bool]:
    columns = [bindparam(name, type_=_IDS) for name in (_METRICS, _ORGANISATIONS)]
    wanted = func.unnest(*columns).table_valued("metric_id", "organisation_id", name="wanted").render_derived()
    pairs = select(wanted.c.metric_id, wanted.c.organisation_id)
    return tuple_(_target.c.metric_id, _target.c.organisation_id).in_(pairs)


async def moved(session: AsyncSession, before: Known, series: set[Series], *, on: dt.datetime) -> list[dict[str, Any]]:
    """The targets whose status has changed, with the status before."""
    return [move for _, move in await moved_of(session, before, series, on=on)]


async def moved_of(
    session: AsyncSession, before: Known, series: set[Series], *, on: dt.datetime
) -> list[tuple[Series, dict[str, Any]]]:
    """The same, each with its series."""
    after = await statuses(session, series, on=on)
    return [
        (after.series[at], {"target": ids.made("Target", at), "before": before.statuses.get(at), "after": status})
        for at, status in sorted(after.statuses.items())
        if before.statuses.get(at) != status
    ]
