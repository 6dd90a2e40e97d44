"""The status and the gap of every target at a moment of the past, computed once for each state of the data.

The statuses of today, and of every day to come, are kept in the database (`service.judging`). Those of other moments
are computed when somebody asks: a thread does it, once for all who wait, for one moment at a time. The statement that
uses them returns the version of the data that it saw. If they are of another version, they are computed again.
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from schema.computed_inputs.record import reader
from schema.computed_inputs.targets import ProgressInputs
from schema.enumerations import TargetStatus
from schema.sql.figures import figures_known_at
from schema.sql.progress import progress_inputs, targets_known_at
from schema.tables import DataVersionRow, FigureRow, TargetRow, rows_of
from service.cache import Cache
from service.computed.progress import TargetProgress, is_inherited_on, progress, progress_of_members
from service.judging.judge import SLICE, in_thread, written
from service.reading_pool import ReadingPool

_figure = rows_of(FigureRow)
_target = rows_of(TargetRow)
_version = rows_of(DataVersionRow)
_read = reader(ProgressInputs)
_DIALECT = dialect()  # type: ignore[no-untyped-call]
# A page of the past may ask for any day. What is kept of all of them, in bytes; and what one target takes, as measured.
MOST_MEMORY = 16_000_000
_MEMORY_OF_A_TARGET = 200

Moment = tuple[dt.date, dt.datetime | None]

# The keys of targets; of each the status, the gap, and the gap in percent.
Statuses = tuple[Sequence[int], Sequence[str], Sequence[str | None], Sequence[str | None]]
NO_STATUSES: Statuses = ((), (), (), ())


@dataclass(frozen=True)
class Kept:
    """The statuses of all targets at a moment, as of one version of the data."""

    version: int
    statuses: Statuses


class Standings:
    """Keeps the statuses of all targets for some moments of the past."""

    def __init__(self) -> None:
        # The latest version of the data that a statement has seen.
        self.version: int | None = None
        self._kept: Cache[tuple[Moment, int | None], Kept] = Cache(MOST_MEMORY, _memory)
        self._one_at_a_time = asyncio.Lock()

    async def at(self, pool: ReadingPool, day: dt.date, known_at: dt.datetime | None) -> Kept:
        """The status of every target on a day, by what is known now or was known at an instant."""

        async def make() -> Kept:
            async with self._one_at_a_time:
                return await computed(pool, day, known_at)

        return await self._kept.kept_by_task(((day, known_at), self.version), make)


@dataclass(frozen=True)
class State:
    """What a statement says about its data: the version, and whether what is kept of figures is of these figures."""

    version: int
    is_whole: bool

    @classmethod
    def read(cls, text: str) -> tuple["State", str]:
        """What a statement `with_state` gave: the state, and its own text."""
        version, is_whole, rest = text.split(" ", 2)
        return cls(int(version), is_whole == _YES), rest


_YES, _NO = "whole", "unjudged"


def with_state(statement: Any, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """A statement of one text, with the state that it saw before the text: what it needs is whole on conditions."""
    version = select(cast(_version.c.version, Text)).scalar_subquery()
    are_whole = case((and_(true(), *conditions), literal_column(f"' {_YES} '")), else_=literal_column(f"' {_NO} '"))
    return select(version.concat(are_whole).concat(statement.scalar_subquery()))


async def computed(pool: ReadingPool, day: dt.date, known_at: dt.datetime | None) -> Kept:
    """The statuses by one statement, whose rows are read and computed in slices."""
    sql, values = _bound(day, known_at)
    judged: list[_Judged] = []
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        rows = await connection.cursor(sql, *values)
        while some := await rows.fetch(SLICE):
            version = some[0][0]
            judged += await in_thread(_judged, [each for _, each in some if each is not None])
    return Kept(version, await in_thread(_statuses, judged))


@dataclass(frozen=True)
class _Judged:
    """A target with its progress; without any where members decide it."""

    inputs: ProgressInputs
    progress: TargetProgress | None


def _judged(texts: Sequence[str]) -> list[_Judged]:
    read = [_read(orjson.loads(each)) for each in texts]
    return [_Judged(each, None if each.judged.applies_to else progress(each)) for each in read]


def _statuses(all_judged: Sequence[_Judged]) -> Statuses:
    found = {each.inputs.judged.id: each.progress for each in all_judged if each.progress is not None}
    members: dict[int | None, list[TargetStatus]] = defaultdict(list)
    for each in all_judged:
        if each.progress is not None and is_inherited_on(each.inputs):
            members[each.inputs.judged.inherited_from].append(each.progress.status)
    for each in all_judged:
        if each.progress is None:
            target = each.inputs.judged.id
            found[target] = progress_of_members(each.inputs, members[target])
    # In the order of the keys, so that a statement can find one of them quickly.
    keys = sorted(found)
    every = [found[key] for key in keys]
    gaps, percents = (tuple(map(written, numbers)) for numbers in _gaps(every))
    return tuple(keys), tuple(each.status.value for each in every), gaps, percents


def _gaps(every: Collection[TargetProgress]) -> tuple[list[float | None], list[float | None]]:
    return [each.gap for each in every], [each.gap_percent for each in every]


def _memory(kept: Kept) -> int:
    return _MEMORY_OF_A_TARGET * (1 + len(kept.statuses[0]))


def _compiled(*, is_of_the_past: bool) -> Any:
    """One statement: the version, with what each target is judged by on a day; null where there is no target."""
    day = cast(bindparam("day", type_=Text()), Date)
    known_at = cast(bindparam("known_at", type_=Text()), DateTime(timezone=True))
    targets, figures = (
        (targets_known_at(known_at), figures_known_at(known_at)) if is_of_the_past else (_target, _figure)
    )
    target = targets.alias("target")
    then = known_at if is_of_the_past else None
    inputs = progress_inputs(target, day, figures, then, has_members=False)
    each = select(cast(inputs, Text).label("inputs")).select_from(target).subquery("each")
    return (
        select(_version.c.version, each.c.inputs)
        .select_from(_version.outerjoin(each, true()))
        .compile(dialect=_DIALECT)
    )


_NOW, _THEN = _compiled(is_of_the_past=False), _compiled(is_of_the_past=True)


def _bound(day: dt.date, known_at: dt.datetime | None) -> tuple[str, list[Any]]:
    """The text of the statement for a moment, and its parameters."""
    compiled = _NOW if known_at is None else _THEN
    given = {**compiled.params, "day": day.isoformat(), "known_at": known_at and known_at.isoformat()}
    return compiled.string, [given[name] for name in compiled.positiontup]
