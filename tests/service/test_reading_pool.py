"""The connections that read: one after the other, never in the middle of something, renewed in time."""

import asyncio

import asyncpg
import pytest

from schema.errors import Refusal
from service import reading_pool
from service.config import settings
from service.database import connected
from service.reading_pool import ReadingPool
from tests.databases import Server

PID = "SELECT pg_backend_pid()"
SLEEP = "SELECT pg_sleep(30)"


@pytest.fixture
async def pool(server: Server, migrated: str):
    """A pool of two connections."""
    async with server.copy(migrated) as url, connected(settings({}, database_url=url, connections=2)) as database:
        yield database.reading


async def pids(pool: ReadingPool, *, characters: int, statements: int) -> list[int]:
    """The process that answered each of some statements, all different and of so many characters."""
    return [await pool.fetchval(f"{PID} /* {at} {'x' * characters} */") for at in range(statements)]


async def test_a_connection_is_renewed_after_a_million_characters_of_prepared_statements(pool: ReadingPool):
    answered_by = await pids(pool, characters=100_000, statements=44)
    assert len(set(answered_by)) >= 4
    assert all(answered_by.count(pid) <= 11 for pid in answered_by)


@pytest.mark.parametrize("how", ["fetchval", "fetchrow", "fetch"])
async def test_a_connection_is_renewed_after_many_uses(pool: ReadingPool, monkeypatch: pytest.MonkeyPatch, how: str):
    monkeypatch.setattr(reading_pool, "MOST_USES", 5)
    answered_by = [str(await getattr(pool, how)(PID)) for _ in range(24)]
    assert len(set(answered_by)) == 4


async def test_one_after_the_other_reads_over_one_connection(pool: ReadingPool):
    assert len(set(await pids(pool, characters=100, statements=100))) == 1
    assert pool.in_use == 0


async def test_no_more_read_at_once_than_there_are_connections(pool: ReadingPool):
    both = [asyncio.create_task(pool.fetchval("SELECT pg_sleep(0.2)")) for _ in range(2)]
    others = [asyncio.create_task(pool.fetchval(PID)) for _ in range(10)]
    await asyncio.sleep(0.1)
    assert pool.in_use == pool.most == 2
    # One who leaves while waiting takes nobody's place.
    others.pop().cancel()
    await asyncio.gather(*both)
    assert len(set(await asyncio.gather(*others))) <= 2
    assert pool.in_use == 0


@pytest.mark.parametrize(
    ("statement", "seconds", "is_cancelled", "fails_with"),
    [
        (SLEEP, 0.05, False, TimeoutError),
        (SLEEP, None, True, asyncio.CancelledError),
        ("SELECT 1 / 0", None, False, asyncpg.DivisionByZeroError),
    ],
)
async def test_a_reading_that_fails_leaves_its_connection_usable_and_free(
    pool: ReadingPool, statement: str, seconds: float | None, is_cancelled: bool, fails_with: type[BaseException]
):
    for _ in range(4):
        reading = asyncio.create_task(pool.fetchval(statement, seconds=seconds))
        if is_cancelled:
            await asyncio.sleep(0.05)
            reading.cancel()
        with pytest.raises(fails_with):
            await reading
        assert await asyncio.wait_for(pool.fetchval("SELECT 2"), 5) == 2
    assert pool.in_use == 0


async def test_what_is_left_of_a_transaction_does_not_come_to_the_next(pool: ReadingPool):
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        await connection.execute("SELECT set_config('tracker.scope', '7', true)")
    assert await pool.fetchval("SELECT current_setting('tracker.scope', true)") in {None, ""}


async def test_a_connection_that_was_lost_is_replaced(pool: ReadingPool, server: Server):
    lost = await pool.fetchval(PID)
    await server.run(f"SELECT pg_terminate_backend({lost})")
    await asyncio.sleep(0.2)
    assert await pool.fetchval(PID) != lost
    assert pool.in_use == 0


async def test_a_pool_that_is_closed_waits_for_whoever_reads(pool: ReadingPool):
    async with pool.acquire() as used:
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0.05)
        assert (pool.is_closed, closing.done()) == (True, False)
        assert await used.fetchval("SELECT 2") == 2
    await closing
    assert pool.in_use == 0
    with pytest.raises(asyncpg.InterfaceError):
        await pool.fetchval(PID)


async def test_a_pool_whose_closing_is_stopped_leaves_no_connection_open(pool: ReadingPool, server: Server):
    async with pool.acquire() as used:
        pids = [await used.fetchval(PID), await pool.fetchval(PID)]
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0.05)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
    await asyncio.sleep(0.2)
    await server.run(f"DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid IN {tuple(pids)}); END $$")


async def test_short_questions_of_the_service_are_answered_while_all_connections_are_in_use(
    pool: ReadingPool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("service.turns.MOST_SECONDS_TO_WAIT", 0.1)
    reading = [asyncio.create_task(pool.fetchval(SLEEP)) for _ in range(pool.most)]
    await asyncio.sleep(0.1)
    assert await asyncio.wait_for(pool.reserved.fetchval("SELECT 2"), 2) == 2
    with pytest.raises(Refusal) as refused:
        await pool.fetchval("SELECT 2")
    assert refused.value.code == "page/busy"
    for each in reading:
        each.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    assert await pool.fetchval("SELECT 2") == 2
    assert (pool.in_use, pool.reserved.in_use) == (0, 0)
