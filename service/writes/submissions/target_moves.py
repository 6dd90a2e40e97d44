"""The status of the targets of some series, before and after their figures change: as it is kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import TargetStatus
from schema.london import day_of
from schema.sql.progress import is_in_force
from schema.sql.statuses import statuses_on
from schema.tables import TargetRow, table
from service.judging.touched import judge_touched
from service.writes.submissions.validation.known import Series

_target = table(TargetRow)
_IDS = ARRAY(BigInteger)


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
    of_series = _of_series(series)
    inherited = select(_target.c.inherited_from_id).where(of_series)
    groups = and_(_target.c.applies_to.is_not(None), or_(of_series, _target.c.id.in_(inherited)))
    above = select(_target.c.id).where(groups)
    # A group's target is counted from those of all its members.
    counted = or_(of_series, groups, _target.c.inherited_from_id.in_(above))
    await judge_touched(session, select(_target.c.id).where(counted))
    day: ColumnElement[dt.date] = literal(day_of(on))
    kept = statuses_on(day)
    own = and_(of_series, _target.c.applies_to.is_(None), is_in_force(_target, day))
    rows = await (await session.connection()).execute(
        select(_target.c.id, _target.c.metric_id, _target.c.organisation_id, kept.c.status)
        .select_from(_target.join(kept, kept.c.target_id == _target.c.id))
        .where(or_(own, groups))
    )
    found = rows.all()
    return Known(
        {at: TargetStatus(status) for at, _, _, status in found}, {at: (metric, of) for at, metric, of, _ in found}
    )


def _of_series(series: set[Series]) -> ColumnElement[bool]:
    ordered = sorted(series)
    columns = [literal([each[at] for each in ordered], type_=_IDS) for at in (0, 1)]
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
