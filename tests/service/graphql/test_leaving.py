"""A client that leaves ends what it asked for; a command that it sent is carried out to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import asyncpg_url
from tests.service.graphql.api_keys import create_key
from tests.service.graphql.served import PATIENCE, Service, served

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
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
    """A connection that holds a table for itself until it rolls back."""
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield connection
    finally:
        await connection.close()


async def until(pool: Any, statement: str, value: int) -> None:
    """Wait until a statement has a value."""
    for _ in range(100):
        if await pool.fetchval(statement) == value:
            return
        await asyncio.sleep(PATIENCE / 200)
    raise TimeoutError("it was never so")


async def leave(service: Service, body: object, **headers: str) -> None:
    """Send a request, and leave without its answer."""
    async with httpx.AsyncClient(base_url=f"http://{service.host}", headers=headers) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/graphql", json=body, timeout=1)


async def test_a_client_that_leaves_ends_its_statement(server, seeded):
    async with (
        server.copy(seeded) as url,
        served(settings({}, database_url=url)) as service,
        locked(url, "theme") as connection,
    ):
        leaving = asyncio.create_task(leave(service, {"query": "{ themes { code } }"}))
        await until(connection, WAITING, 1)
        await leaving
        # Long before the time limit of statements.
        await until(connection, WAITING, 0)


async def test_a_client_that_leaves_does_not_end_its_command(server, seeded):
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        key = await create_key(service.database, "Ada", Role.APPROVER)
        before = await service.database.reading.fetchval(FIGURES)
        async with locked(url, "figure") as connection:
            leaving = asyncio.create_task(leave(service, UPDATE, Authorization=f"Bearer {key}"))
            await until(connection, WAITING, 1)
            await leaving
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
            leaving = asyncio.create_task(leave(service, body, Authorization=f"Bearer {key}"))
            await asyncio.sleep(0.6)
            await until(connection, WAITING, 1)
            await leaving
