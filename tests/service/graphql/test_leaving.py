"""A client that leaves ends what it asked for; a command that it sent is carried out to its end."""

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from schema.enumerations import Role
from service.answers.documents import Documents
from service.answers.leaving import SECONDS_UNHEARD
from service.config import settings
from service.database import asyncpg_url, connected
from service.judging.touched import Judging
from service.reads.versions import SECONDS_KEPT
from tests.service.graphql.api_keys import create_key
from tests.service.graphql.served import Service, served

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PATIENCE = 20.0  # seconds
FIGURES = "SELECT count(*) FROM figure WHERE origin = 'SENT'"
UPDATE = {
    "query": """mutation($input: UpdateQuarterlyFiguresInput!) {
      updateQuarterlyFigures(input: $input) { created problems { code } }
    }""",
    "variables": {
        "input": {
            "quarter": "2024-25-Q4",
            "organisation": "QKS",
            "figures": [
                {"metric": "gp_fte", "organisation": "QKS", "value": 900, "period": "2025-03-31", "reason": "Checked."}
            ],
        }
    },
}


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """For the block, a table is held by somebody else. A connection to watch from: none sees others move on within a
    transaction.
    """
    # What a service judges ahead of readers would wait for the lock too: it is judged before.
    async with connected(settings({}, database_url=url)) as database:
        judging = Judging(database)
        await judging.complete(dt.datetime.now(dt.UTC).date())
        await judging.complete_figures()
    holding, watching = [await asyncpg.connect(asyncpg_url(url)) for _ in range(2)]
    try:
        async with holding.transaction():
            await holding.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield watching
    finally:
        await holding.close()
        await watching.close()


async def until(pool: Any, statement: str, value: int) -> None:
    """Wait until a statement has a value."""
    for _ in range(100):
        if await pool.fetchval(statement) == value:
            return
        await asyncio.sleep(PATIENCE / 100)
    raise TimeoutError("it was never so")


async def send_and_leave(service: Service, body: object, connection: Any, **headers: str) -> None:
    """Send a request, and leave while its statement waits for a lock."""
    async with httpx.AsyncClient(base_url=f"http://{service.host}", headers=headers, timeout=PATIENCE) as client:
        asking = asyncio.create_task(client.post("/graphql", json=body))
        await until(connection, WAITING, 1)
        await asyncio.sleep(2 * SECONDS_UNHEARD)
        assert await connection.fetchval(WAITING) == 1
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_a_client_that_leaves_ends_its_statement(server, seeded):
    async with (
        server.copy(seeded) as url,
        served(settings({}, database_url=url, anonymous_statement_timeout_ms=600_000)) as service,
        locked(url, "theme") as connection,
    ):
        await send_and_leave(service, {"query": "{ themes { code } }"}, connection)
        # Not by its own time limit.
        await until(connection, WAITING, 0)


async def test_a_client_that_leaves_does_not_end_its_command(server, seeded):
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        key = await create_key(service.database, "Ada", Role.APPROVER)
        before = await service.database.reading.fetchval(FIGURES)
        async with locked(url, "figure") as connection:
            await send_and_leave(service, UPDATE, connection, Authorization=f"Bearer {key}")
            await asyncio.sleep(0.5)
            await until(connection, WAITING, 1)
        await until(service.database.reading, FIGURES, before + 1)


async def test_a_reading_without_a_key_ends_sooner(server, seeded):
    quick = settings({}, database_url=None, anonymous_statement_timeout_ms=300)
    async with server.copy(seeded) as url, served(quick.model_copy(update={"database_url": url})) as service:
        key = await create_key(service.database, "Ada", Role.READER)
        async with locked(url, "theme") as connection, service.client() as client:
            body = {"query": "{ themes { code } }"}
            answer = await client.post("/graphql", json=body)
            assert answer.json()["errors"][0]["extensions"]["code"] == "database/timeout"
            await send_and_leave(service, body, connection, Authorization=f"Bearer {key}")


async def test_new_documents_of_clients_that_have_left_hold_nobody_up(server, seeded, monkeypatch: pytest.MonkeyPatch):
    read = []
    validated = Documents.validated

    def slowly(documents: Documents, text: str) -> Any:
        read.append(text)
        time.sleep(0.4)
        return validated(documents, text)

    monkeypatch.setattr(Documents, "validated", slowly)
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        async with service.client() as client:
            asking = [
                asyncio.create_task(client.post("/graphql", json={"query": f"{{ a{number}: themes {{ code }} }}"}))
                for number in range(10)
            ]
            await asyncio.sleep(2 * SECONDS_UNHEARD)
            for each in asking:
                each.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        async with service.client() as client:
            assert (await client.post("/graphql", json={"query": "{ themes { name } }"})).status_code == 200
    assert read[-1] == "{ themes { name } }"
    assert len(read) <= 4


async def test_what_is_kept_and_whether_it_is_ready_need_no_connection_that_clients_use(server, seeded):
    patient = settings({}, database_url=None, anonymous_statement_timeout_ms=600_000)
    async with (
        server.copy(seeded) as url,
        served(patient.model_copy(update={"database_url": url})) as service,
        service.client() as client,
    ):
        kept = {"query": "{ themes { code } }"}
        for _ in range(3):
            await client.post("/graphql", json=kept)
        async with locked(url, "metric") as connection:
            slow = [{"query": f"{{ a{number}: metrics {{ nodes {{ code }} }} }}"} for number in range(12)]
            asking = [asyncio.create_task(client.post("/graphql", json=each)) for each in slow]
            await until(connection, WAITING, service.database.reading.most)
            await asyncio.sleep(2 * SECONDS_KEPT)
            async with asyncio.timeout(2):
                assert (await client.get("/readyz")).status_code == 200
                answer = await client.post("/graphql", json=kept)
            assert 'answer;desc="kept"' in answer.headers["server-timing"]
            for each in asking:
                each.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
