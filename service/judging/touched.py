"""The targets that a transaction has touched are judged again: by itself, or later by whoever reads statuses."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

import schema
from schema.tables import FigureRow, JudgingRow, TargetRow, UnjudgedSeriesRow, UnjudgedTargetRow, table
from service import computed, statistics
from service.database import Database
from service.judging import series
from service.judging.judge import SLICE, end_notes, judge

_figure = table(FigureRow)
_judging = table(JudgingRow)
_target = table(TargetRow)
_unjudged = table(UnjudgedTargetRow)
_unjudged_series = table(UnjudgedSeriesRow)

# One judges at a time. The number only has to be ours, and another than that of the commands' turns.
_TURN, _TURN_OF_SERIES = 7_265_003, 7_265_004
_TAKE_TURN, _TAKE_TURN_OF_SERIES = (func.pg_advisory_xact_lock(turn) for turn in (_TURN, _TURN_OF_SERIES))
_THIS_TRANSACTION = literal_column("pg_current_xact_id()::text::bigint", BigInteger())
_IS_OURS = _unjudged.c.written_by == _THIS_TRANSACTION


def _method() -> str:
    """What tells the method of this version from others: its code, and that of the rules and inputs in `schema`."""
    code = hashlib.sha256()
    for package in (statistics, computed, schema):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            code.update(path.read_bytes())
    return code.hexdigest()


METHOD = _method()


async def judge_touched(session: AsyncSession, others: Select[Any] | None = None) -> None:
    """Judge again what this transaction has touched since it last did so, and others that wait, by their keys."""
    await session.flush()
    connection = await session.connection()
    waits = _IS_OURS if others is None else _is_ours_or(others)
    take_turn = _TAKE_TURN_FOR_OURS if others is None else _take_turn_for(waits)
    # The turn comes first: whoever has it may end the notes of others.
    if (await connection.execute(take_turn)).all():
        notes = await connection.execute(delete(_unjudged).where(waits).returning(_unjudged.c.target_id))
        await judge(connection, set(notes.scalars()), await _first_day(connection))


def waits_to_be_judged(others: Select[Any]) -> ColumnElement[bool]:
    """Whether this transaction has touched targets since it last judged them, or others wait, by their keys."""
    return exists(select(literal_column("1")).select_from(_unjudged).where(_is_ours_or(others)))


def _is_ours_or(others: Select[Any]) -> ColumnElement[bool]:
    return or_(_IS_OURS, _unjudged.c.target_id.in_(others))


def _take_turn_for(waits: ColumnElement[bool]) -> Select[Any]:
    """The statement that takes the turn if one of these waits."""
    return select(_TAKE_TURN).select_from(_unjudged).where(waits).limit(1)


# Every command asks it: it is written once.
_TAKE_TURN_FOR_OURS = _take_turn_for(_IS_OURS)


class Judging:
    """Has what is kept in one database complete for whoever reads it, once for all who wait."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._work: dict[str, asyncio.Task[None]] = {}
        # Whether what is kept is by the method of this process, or of one that started later.
        self.is_by_method = False

    async def complete(self, day: dt.date) -> None:
        """Judge every target that waits for it, from a day on or an earlier one."""
        await self._once("targets", lambda: self._complete(day))

    async def complete_figures(self, *, only_real: bool = False) -> None:
        """Judge every series that waits for it; only those of figures that are not made up, if that is asked."""
        await self._once(
            "real figures" if only_real else "figures", lambda: self._complete_figures(only_real=only_real)
        )

    async def _once(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do some work, once for all who wait for it."""
        task = self._work.get(what)
        if task is None or task.done():
            task = self._work[what] = asyncio.create_task(work(), name=f"judging {what}")
            # Asking here tells asyncio that somebody saw the exception, even when all who waited have left.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        # Whoever leaves meanwhile does not end it for the others.
        await asyncio.shield(task)

    async def end(self) -> None:
        """Stop judging; what waits stays on record."""
        for task in self._work.values():
            task.cancel()
        await asyncio.gather(*self._work.values(), return_exceptions=True)

    async def _complete(self, day: dt.date) -> None:
        while await self._slice(day):
            pass

    async def _complete_figures(self, *, only_real: bool) -> None:
        while await self._slice_of_series(only_real=only_real):
            pass

    async def _slice_of_series(self, *, only_real: bool) -> bool:
        """Judge some of the series that wait; whether there may be more."""
        async with self._database.command(scope=0) as session:
            connection = await session.connection()
            await connection.execute(select(_TAKE_TURN_OF_SERIES))
            await self._begin(connection)
            notes = await series.waiting(connection, only_real=only_real)
            await series.judge_series(connection, notes)
        self.is_by_method = True
        return len(notes) == series.SLICE

    async def _slice(self, day: dt.date) -> bool:
        """Judge some of the targets that wait; whether there may be more."""
        async with self._database.command(scope=0) as session:
            connection = await session.connection()
            await connection.execute(select(_TAKE_TURN))
            await self._begin(connection, day)
            notes = await connection.execute(
                select(_unjudged.c.target_id, func.array_agg(_unjudged.c.written_by))
                .group_by(_unjudged.c.target_id)
                .order_by(_unjudged.c.target_id)
                .limit(SLICE)
            )
            seen = [(target, written_by) for target, written_by in notes]
            if seen:
                await judge(connection, [target for target, _ in seen], min(day, await _first_day(connection)))
            # Only what was there to see: whoever touches one of them meanwhile leaves a note of its own.
            ended = [(target, each) for target, written_by in seen for each in written_by]
            await end_notes(connection, _unjudged, ("target_id", "written_by"), ended)
        self.is_by_method = True
        return len(seen) == SLICE

    async def _begin(self, connection: AsyncConnection, day: dt.date = dt.date.max) -> None:
        """Have everything wait, if it was judged by another method; all targets also if from a later day on."""
        method, since = (await connection.execute(select(_judging.c.method, _judging.c.since))).one()
        is_ours = method == METHOD or self.is_by_method
        if not is_ours or since > day:
            await connection.execute(insert(_unjudged).from_select(["target_id"], select(_target.c.id)))
            await connection.execute(update(_judging).values(method=METHOD, since=min(since, day)))
        if not is_ours:
            keys = (_figure.c.metric_id, _figure.c.organisation_id)
            every = select(*keys, literal_column("date '-infinity'")).distinct()
            names = ["metric_id", "organisation_id", "since"]
            await connection.execute(insert(_unjudged_series).from_select(names, every))


async def _first_day(connection: AsyncConnection) -> dt.date:
    """The day before today, for whoever began to read before midnight."""
    day: dt.date = (await connection.execute(select(func.current_date() - literal_column("1")))).scalar_one()
    return day
