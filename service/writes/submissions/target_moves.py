"""The status of the targets of some series, before and after their figures change."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal, select, tuple_
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
    read = await _inputs(session, _of_series(series), day)
    touched = [each for _, each in read]
    found = {each.judged.id: progress(each).status for each in touched if _is_judged(each)}
    groups = {each.judged.inherited_from for each in touched} | {each.judged.id for each in touched}
    above = await _inputs(session, _target.c.id.in_(bound(groups)), day)
    rules = [each for _, each in above if each.judged.applies_to]
    members = dict(known.members) if known else {}
    members |= {each.judged.id: found[each.judged.id] for each in touched if each.judged.id in found}
    inheriting = await _inheriting(session, {each.judged.id for each in rules}, day)
    missing = {member for each in inheriting.values() for member in each} - members.keys()
    if missing:
        others = await _inputs(session, _target.c.id.in_(bound(missing)), day)
        members |= {each.judged.id: progress(each).status for _, each in others}
    for each in rules:
        theirs = [members[member] for member in inheriting.get(each.judged.id, ())]
        found[each.judged.id] = progress_of_members(each, theirs).status
    return Known(found, members, {each.judged.id: of for of, each in (*read, *above)})


def _is_judged(inputs: ProgressInputs) -> bool:
    """Whether a target is its organisation's own on the day."""
    judged = inputs.judged
    return judged.applies_to is None and (judged.inherited_from is None or is_inherited_on(inputs))


def bound(keys: Iterable[int | None]) -> Any:
    """The rows of an array of keys, as one parameter."""
    array = literal(sorted(each for each in keys if each is not None), type_=_IDS)
    return select(func.unnest(array).column_valued("key"))


def _of_series(series: set[Series]) -> ColumnElement[bool]:
    ordered = sorted(series)
    wanted = (
        func.unnest(
            literal([metric for metric, _ in ordered], type_=_IDS), literal([of for _, of in ordered], type_=_IDS)
        )
        .table_valued("metric_id", "organisation_id", name="wanted")
        .render_derived()
    )
    pairs = select(wanted.c.metric_id, wanted.c.organisation_id)
    return tuple_(_target.c.metric_id, _target.c.organisation_id).in_(pairs)


async def _inputs(
    session: AsyncSession, where: ColumnElement[bool], on: dt.date
) -> list[tuple[Series, ProgressInputs]]:
    """What some targets are judged by, members apart, each with its series."""
    day = literal(on)
    inputs = progress_inputs(_target, cast(day, day.type), has_members=False)
    columns = (_target.c.metric_id, _target.c.organisation_id, inputs)
    rows = await (await session.connection()).execute(select(*columns).select_from(_target).where(where))
    return [((metric, of), _read(each)) for metric, of, each in rows]


async def _inheriting(session: AsyncSession, rules: set[int], on: dt.date) -> dict[int, list[int]]:
    """The members' targets that inherit each of some targets on a day."""
    day = literal(on)
    is_theirs = _target.c.inherited_from_id.in_(bound(rules)), is_in_force(_target, cast(day, day.type))
    rows = await (await session.connection()).execute(
        select(_target.c.inherited_from_id, _target.c.id).where(*is_theirs)
    )
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
    after = await statuses(session, series, on=on, known=before)
    return [
        (after.series[at], {"target": ids.made("Target", at), "before": before.statuses.get(at), "after": status})
        for at, status in sorted(after.statuses.items())
        if before.statuses.get(at) != status
    ]
