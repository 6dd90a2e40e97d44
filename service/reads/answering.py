"""Runs plans: one prepared statement for each, completed by what Python computes, as the JSON text of `data`."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import asyncpg

from schema.errors import Refusal
from service import noted
from service.database import Database, scoped
from service.judging.touched import Judging
from service.reading_pool import ReadingPool
from service.reads import completion, guards
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.reader import Plan
from service.reads.standings import Standings, State, computed
from service.reads.versions import Version, split
from service.turns import take_turn

# As long as people wait for a page.
MOST_SECONDS_TO_JUDGE = 30.0

# Answers that could have so many rows share half of the connections: the rest of them is for short questions.
COSTLY = 50_000
# Completing a shorter answer takes less time than starting a thread.
LONGEST_AT_ONCE = 20_000
# In seconds, before each try to read figures with what is kept of them. A replica may see it a little later.
PAUSES = (0, 0, 0.05, 0.2, 0.5)


class Reading(NamedTuple):
    """The JSON text of `data`, and the version that it was read at, where the plan is one whose answers are kept."""

    data: bytes
    version: Version | None = None


# What a statement gives, and the version that it saw, where its text begins with one.
Fetched = tuple[str, Version | None]


class Answering:
    """Answers requests with plans over one database."""

    def __init__(self, database: Database, *, seconds_without_key: float | None = None) -> None:
        self.judging = Judging(database)
        self._standings = Standings()
        self._seconds_without_key = seconds_without_key
        self._costly = asyncio.Semaphore(max(1, database.reading.most // 2))

    async def read(self, pool: ReadingPool, bound: Bound) -> Reading:
        """What a plan reads for a request. Whoever has no key gets less time."""
        return await self.reading(pool, bound, self._seconds_without_key if bound.binding.viewer is None else None)

    async def reading(self, pool: ReadingPool, bound: Bound, seconds: float | None = None) -> Reading:
        """The same. The statement may take so many seconds; without, as the pool says.

        Where a viewer's drafts may be among it, it is read as the role that row-level security holds to the scope: the
        statement's own conditions are not the only ones. Without a scope they find nothing, for want of a value to
        compare. What asks for no row needs no database. Refusals: `page/busy`, and those of the database.
        """
        plan = bound.plan
        if plan.constant is not None:
            return Reading(plan.constant)
        if plan.cost.rows(bound.binding) < COSTLY:
            return await self._read_now(pool, bound, seconds)
        async with self._turn():
            return await self._read_now(pool, bound, seconds)

    async def _read_now(self, pool: ReadingPool, bound: Bound, seconds: float | None) -> Reading:
        read = self._with_state if bound.plan.has_state else _fetched
        text, version = await read(pool, bound, seconds)
        return Reading(await _completed(text, bound.plan, bound.binding), version)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """The turn of a costly answer. Refusals: `page/busy`, for one that waits long."""
        await take_turn(self._costly, "Too many requests for this much are being answered.")
        try:
            yield
        finally:
            self._costly.release()

    async def _with_state(self, pool: ReadingPool, bound: Bound, seconds: float | None) -> Fetched:
        """What a plan gives that uses what is kept of figures and targets. Read again where it was of other figures."""
        plan = bound.plan
        needs_kept = plan.statuses_on is not None or plan.needs_verdicts
        if needs_kept and not self.judging.is_by_method:
            await self._complete(plan)
        for pause in PAUSES:
            await asyncio.sleep(pause)
            kept = [await self._standings.at(pool, *moment(bound.binding)) for moment in plan.moments]
            fetched, version = await _fetched(pool, bound.at([each.statuses for each in kept]), seconds)
            state, text = State.read(fetched)
            self._standings.version = state.version
            if needs_kept and not state.is_whole:
                await self._complete(plan)
            elif all(each.version == state.version for each in kept):
                return text, version
        raise Refusal(
            "database/unavailable", "Figures are being published too often to calculate what follows from them."
        )

    async def _complete(self, plan: Plan) -> None:
        if plan.statuses_on is not None:
            await self.judging.complete(plan.statuses_on)
        if plan.needs_verdicts:
            try:
                # After an import there may be a whole sandbox to judge. It goes on when a reader leaves.
                async with asyncio.timeout(MOST_SECONDS_TO_JUDGE):
                    await self.judging.complete_figures()
            except TimeoutError as reason:
                message = "What the figures say is still being calculated."
                raise Refusal("database/unavailable", message) from reason


async def read_within(connection: "asyncpg.Connection[Any]", bound: Bound) -> bytes:
    """The JSON text of `data` in a transaction that is under way, with what it has not committed.

    Nothing of it is kept: what is rolled back never was. Statuses that wait to be judged must have been, before.
    """
    plan, binding = bound.plan, bound.binding
    if plan.constant is not None:
        return plan.constant
    held: Any = _Held(connection)
    found = [(await computed(held, *moment(binding))).statuses for moment in plan.moments]
    text, _ = await _fetched(held, Bound(replace(plan, is_scoped=False), binding).at(found), None)
    if plan.has_state:
        state, text = State.read(text)
        if not state.is_whole:
            raise Refusal("database/unavailable", "What follows from the figures is being calculated.")
    return await _completed(text, plan, binding)


class _Held:
    """A connection in a transaction, in the place of a pool."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def fetchval(self, statement: str, *values: object, seconds: float | None = None) -> Any:
        """The one value of a statement."""
        return await self._connection.fetchval(statement, *values, timeout=seconds)

    @asynccontextmanager
    async def acquire(self) -> "AsyncIterator[asyncpg.Connection[Any]]":
        """The same connection."""
        yield self._connection


async def _completed(text: str, plan: Plan, binding: Binding) -> bytes:
    """What a statement gave, with what Python computes from it. Refusals: those of the guards."""
    guards.check(text, plan.guards, binding)
    if not plan.completions:
        return text.encode()
    if len(text) < LONGEST_AT_ONCE:
        return completion.completed(text, plan.completions, binding)
    # Long enough to hold up everybody else: a thread lets the others go on.
    return await asyncio.to_thread(completion.completed, text, plan.completions, binding)


async def _fetched(pool: ReadingPool, bound: Bound, seconds: float | None) -> Fetched:
    """What the statement gives. How long it took is noted."""
    began = time.perf_counter()
    try:
        text = await _text(pool, bound, seconds)
        if not bound.plan.is_keepable:
            return text, None
        version, rest = split(text)
        return rest, version
    finally:
        noted.add("statement_milliseconds", 1_000 * (time.perf_counter() - began))


async def _text(pool: ReadingPool, bound: Bound, seconds: float | None) -> str:
    plan, scope = bound.plan, bound.binding.scope
    if plan.is_scoped and scope is not None:
        text: str = await scoped(pool, scope, plan.sql, *bound.values)
        return text
    text_of_data: str = await pool.fetchval(plan.sql, *bound.values, seconds=seconds)
    return text_of_data
