"""Some targets are judged from a day on, and their statuses take the place of those that were kept."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Numeric,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import JudgedTarget, ProgressInputs
from schema.enumerations import TargetStatus
from schema.sql.progress import progress_inputs
from schema.tables import JudgingRow, TargetRow, TargetStatusRow, table
from service.computed.statuses import FOR_EVER, Stretch, stretches, stretches_of_members

_judging = table(JudgingRow)
_status = table(TargetStatusRow)
_target = table(TargetRow).alias("target")
_read = reader(ProgressInputs)
_IDS = ARRAY(BigInteger)
_COLUMNS: dict[str, type[Any]] = {
    "target_id": BigInteger,
    "starts": Date,
    "ends": Date,
    "status": Text,
    # As texts: they keep the digits of the numbers that Python calculated.
    "gap": Text,
    "gap_percent": Text,
}
_NUMBERS = {"gap", "gap_percent"}
T = TypeVar("T")
# The stretches of some targets, by their keys.
Found = Mapping[int, Sequence[Stretch]]

# So many targets are judged within a tenth of a second.
SLICE = 100
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="judging")


async def in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """What a function returns; the thread for judging runs it, so the event loop goes on."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work, *arguments)


async def judge(connection: AsyncConnection, targets: Collection[int], since: dt.date) -> None:
    """Judge some targets, and those that set them for their members; write their statuses from a day on."""
    ordered, groups = sorted(targets), set()
    for place in range(0, len(ordered), SLICE):
        some = ordered[place : place + SLICE]
        found, above = await in_thread(_of_targets, await _inputs(connection, some), since)
        await _write(connection, found)
        groups |= above
    if groups:
        theirs = await _of_members(connection, groups, since)
        await _write(connection, await in_thread(_of_groups, await _inputs(connection, groups), theirs, since))
    await connection.execute(update(_judging).where(_judging.c.since < since).values(since=since))


def among(column: ColumnElement[Any], keys: Collection[int]) -> ColumnElement[bool]:
    """The condition that a column is one of some keys."""
    return column == func.any(literal(sorted(keys), type_=_IDS))


def as_table(types: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> Any:
    """Some rows as a table in a statement, whose columns have names and types."""
    columns = [literal([row[at] for row in rows], type_=ARRAY(kind)) for at, kind in enumerate(types.values())]
    return func.unnest(*columns).table_valued(*types, name="given").render_derived()


async def end_notes(
    connection: AsyncConnection, notes: Table, key: Sequence[str], seen: Sequence[Sequence[int]]
) -> None:
    """Delete the notes with some keys, by one statement."""
    given = as_table(dict.fromkeys(key, BigInteger), seen)
    await connection.execute(delete(notes).where(*(notes.c[name] == given.c[name] for name in key)))


def written(number: float | None) -> str | None:
    """A number as the shortest text that is read as the same number again."""
    return None if number is None else repr(number)


def _of_targets(texts: Sequence[str], since: dt.date) -> tuple[Found, set[int]]:
    """The stretches of targets that figures decide, and the targets that are counted from members."""
    read = _parsed(texts)
    found = {each.id: stretches(each, since) for each in read if each.applies_to is None}
    groups = {each.inherited_from for each in read} | {each.id for each in read if each.applies_to is not None}
    return found, {each for each in groups if each is not None}


def _of_groups(texts: Sequence[str], members: Found, since: dt.date) -> Found:
    return {each.id: stretches_of_members(each, members.get(each.id, ()), since) for each in _parsed(texts)}


def _parsed(texts: Sequence[str]) -> list[JudgedTarget]:
    return [_read(orjson.loads(each)).judged for each in texts]


# What some targets are judged by, members apart, each as JSON; the day in it is of no use here. It is written once,
# because that takes longer than the statement.
_INPUTS = (
    select(cast(progress_inputs(_target, func.current_date(), has_members=False), Text))
    .select_from(_target)
    .where(_target.c.id == func.any(bindparam("targets", type_=_IDS)))
)


async def _inputs(connection: AsyncConnection, targets: Collection[int]) -> list[str]:
    return list((await connection.execute(_INPUTS, {"targets": sorted(targets)})).scalars())


async def _of_members(connection: AsyncConnection, groups: Collection[int], since: dt.date) -> Found:
    """For each target of a group, the stretches of its members on the days on which they inherit it."""
    stay = func.unnest(_target.c.days).table_valued("days", name="stay").render_derived()
    first = func.greatest(func.coalesce(func.lower(stay.c.days), literal(since)), _status.c.starts)
    last = func.least(func.coalesce(func.upper(stay.c.days) - literal_column("1"), literal(FOR_EVER)), _status.c.ends)
    rows = await connection.execute(
        select(_target.c.inherited_from_id, first, last, _status.c.status)
        .select_from(_target.join(stay, true()).join(_status, _status.c.target_id == _target.c.id))
        .where(among(_target.c.inherited_from_id, groups), first <= last)
    )
    found = defaultdict(list)
    for group, starts, ends, status in rows:
        found[group].append(Stretch(starts, ends, TargetStatus(status)))
    return found


async def _write(connection: AsyncConnection, found: Found) -> None:
    await connection.execute(delete(_status).where(among(_status.c.target_id, found)))
    rows = [
        (target, each.starts, each.ends, each.status, written(each.gap), written(each.gap_percent))
        for target, many in found.items()
        for each in many
    ]
    given = as_table(_COLUMNS, rows)
    values = [cast(each, Numeric) if each.name in _NUMBERS else each for each in given.c]
    await connection.execute(insert(_status).from_select(list(_COLUMNS), select(*values)))
