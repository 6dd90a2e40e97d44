"""Subscribers share one reading of an event, and the readings leave connections for everybody else."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from service.answers.streams import MOST_READS_AT_ONCE
from tests.service.graphql.served import Service
from tests.service.writes.submitting import figure, update

# The reading needs a table that publishing does not touch, so that a lock can hold up the one and not the other.
FIELD = "figuresPublished { value organisation { code ... on Practice { cqcRating } } }"
READ = {"figuresPublished": {"value": 88.7, "organisation": {"code": "QKS"}}}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


class Lock:
    """A lock that readings wait for."""

    def __init__(self, holder: asyncpg.Connection, observer: asyncpg.Connection) -> None:
        self._holder = holder
        # Within one transaction PostgreSQL shows the same activity for ever.
        self._observer = observer

    async def waiting(self) -> int:
        return int(await self._observer.fetchval(WAITING))

    async def until_waiting(self, number: int) -> None:
        for _ in range(200):
            if await self.waiting() >= number:
                return
            await asyncio.sleep(0.05)
        raise TimeoutError("no reading waits for the lock")

    async def release(self) -> None:
        await self._holder.execute("ROLLBACK")


@pytest.fixture
async def lock(own_url: str) -> AsyncIterator[Lock]:
    holder, observer = await asyncpg.connect(own_url), await asyncpg.connect(own_url)
    await holder.execute("BEGIN; LOCK TABLE cqc_rating IN ACCESS EXCLUSIVE MODE")
    yield Lock(holder, observer)
    await holder.close()
    await observer.close()


async def test_one_subscriber_that_leaves_does_not_take_the_answer_of_the_other(service: Service, lock: Lock):
    async with service.opened() as staying:
        async with service.opened() as leaving:
            for number, socket in enumerate((leaving, staying), start=1):
                await socket.subscribe(f"subscription {{ {FIELD} }}")
                await service.subscribers(number)
            await update(service.database, figure(88.7))
            await lock.until_waiting(1)
        await service.subscribers(1)
        await lock.release()
        assert await staying.answer() == READ


async def test_events_leave_connections_for_requests(service: Service, lock: Lock):
    subscribers = MOST_READS_AT_ONCE + 2
    async with service.opened() as socket:
        for number in range(1, subscribers + 1):
            # Under another name each, so that no two share a reading.
            await socket.subscribe(f"subscription {{ name{number}: {FIELD} }}", f"operation {number}")
            await service.subscribers(number)
        await update(service.database, figure(88.7))
        await lock.until_waiting(MOST_READS_AT_ONCE)
        await asyncio.sleep(0.3)
        async with service.client() as client:
            answer = await client.post("/graphql", json={"query": "{ practices { totalCount } }"})
        assert (answer.status_code, await lock.waiting()) == (200, MOST_READS_AT_ONCE)
        await lock.release()
        answers = [(await socket.message())["payload"]["data"] for _ in range(subscribers)]
    assert sorted(next(iter(each)) for each in answers) == [f"name{number}" for number in range(1, subscribers + 1)]
