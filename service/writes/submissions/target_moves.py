"""The status of the targets of some series, before and after their figures change."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Select, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import TargetStatus
from schema.sql.progress import is_in_force, progress_inputs
from schema.tables import TargetRow, table
from service.computed.progress import is_inherited_on, progress, progress_of_members
from service.writes.submissions.validation.known import Series

_target = table(TargetRow).alias("target")
_IDS = ARRAY(BigInteger)
_read = reader(ProgressInputs)
_INHERITING = select(_target.c.inherited_from_id, _target.c.id).where(
    _target.c.inherited_from_id == func.any(bindparam("rules", type_=_IDS)),
    is_in_force(_target, bindparam("day", type_=Date)),
)


@dataclass(frozen=True)
class Known:
    """The status of the targets of some series, and of every member whose target their groups set; by key."""

    statuses: Mapping[int, TargetStatus] = field(default_factory=dict)
    members: Mapping[int, TargetStatus] = field(default_factory=dict)
    # The metric and the organisation of each target.
    series: Mapping[int, Series] = field(default_factory=dict)

    def also(self, later: "Known") -> "Known":
        """The same, with what became known later of others."""
        return Known(
            {**later.statuses, **self.statuses}, {**later.members, **self.members}, {**later.series, **self.series}
        )


async def statuses(session: AsyncSession, series: set[Series], *, on: dt.datetime, known: Known | None = None) -> Known:
    """The status on a day of each target of some series, and of those that are inherited there.

    The other members of a group are read only where their status is not `known` yet: nothing of theirs has changed.
    """
    if not series:
        return Known()
    day = on.date()
    ordered = sorted(series)
    read = await _inputs(
        session, day, metrics=[metric for metric, _ in ordered], organisations=[of for _, of in ordered]
    )
    touched = [each for _, each in read]
    found = {each.judged.id: progress(each).status for each in touched if _is_judged(each)}
    groups = {each.judged.inherited_from for each in touched} | {each.judged.id for each in touched}
    above = await _inputs(session, day, targets=sorted(each for each in groups if each is not None))
    rules = [each for _, each in above if each.judged.applies_to]
    members = dict(known.members) if known else {}
    members |= {each.judged.id: found[each.judged.id] for each in touched if each.judged.id in found}
    inheriting = await _inheriting(session, {each.judged.id for each in rules}, day)
    missing = {member for each in inheriting.values() for member in each} - members.keys()
    if missing:
        others = await _inputs(session, day, targets=sorted(missing))
        members |= {each.judged.id: progress(each).status for _, each in others}
    for each in rules:
        theirs = [members[member] for member in inheriting.get(each.judged.id, ())]
        found[each.judged.id] = progress_of_members(each, theirs).status
    return Known(found, members, {each.judged.id: of for of, each in (*read, *above)})


def _is_judged(inputs: ProgressInputs) -> bool:
    """Whether a target is its organisation's own on the day."""
    judged = inputs.judged
    return judged.applies_to is None and (judged.inherited_from is None or is_inherited_on(inputs))


async def _inputs(session: AsyncSession, on: dt.date, **of: list[int]) -> list[tuple[Series, ProgressInputs]]:
    """What some targets are judged by, members apart, each with its series.

    `of` are the keys of `targets`, or of `metrics` and `organisations` in pairs.
    """
    rows = await (await session.connection()).execute(_judged(*of), {"day": on, **of})
    return [((metric, organisation), _read(each)) for metric, organisation, each in rows]


@cache
def _judged(*of: str) -> Select[Any]:
    """The statement, built once: a file of changes of the register runs it hundreds of times."""
    keys = func.unnest(*(bindparam(each, type_=_IDS) for each in of)).table_valued(*of, name="wanted").render_derived()
    columns = (_target.c.id,) if of == ("targets",) else (_target.c.metric_id, _target.c.organisation_id)
    inputs = progress_inputs(_target, bindparam("day", type_=Date), has_members=False)
    return (
        select(_target.c.metric_id, _target.c.organisation_id, inputs)
        .select_from(_target)
        .where(tuple_(*columns).in_(select(*keys.c)))
    )


async def _inheriting(session: AsyncSession, rules: set[int], on: dt.date) -> dict[int, list[int]]:
    """The members' targets that inherit each of some targets on a day."""
    rows = await (await session.connection()).execute(_INHERITING, {"rules": sorted(rules), "day": on})
    found: dict[int, list[int]] = defaultdict(list)
    for rule, member in rows:
        found[rule].append(member)
    return found


async def moved(session: AsyncSession, before: Known, series: set[Series], *, on: dt.datetime) -> list[dict[str, Any]]:
    """The targets whose status has changed, with the status before."""
    return [move for _, move in await moved_of(session, before, series, on=on)]


async def moved_of(
    session: AsyncSession, before: Known, series: set[Series], *, on: dt.datetime
) -> list[tuple[Series, dict[str, Any]]]:
    """The same, each with its series."""
    return moves(before, await statuses(session, series, on=on, known=before))


def moves(before: Known, after: Known) -> list[tuple[Series, dict[str, Any]]]:
    """The targets whose status is another one after a change, each with its series."""
    return [
        (after.series[at], {"target": ids.made("Target", at), "before": before.statuses.get(at), "after": status})
        for at, status in sorted(after.statuses.items())
        if before.statuses.get(at) != status
    ]
