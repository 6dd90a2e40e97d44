"""What the database cannot do at present has a code of its own, and a time to come back; the rest goes on."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import asyncpg
import httpx
import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import READER_ROLE, let_in
from tests.databases import Server, read_only
from tests.service.graphql.api_keys import key_at
from tests.service.graphql.test_leaving import UPDATE
from tests.serving import serving

READ = {"query": "{ themes { code } }"}
FULL = """
    CREATE FUNCTION refuse_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'could not extend file: no space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON submission FOR EACH ROW EXECUTE FUNCTION refuse_full();
"""


@pytest.fixture
async def url(server: Server, seeded: str) -> AsyncIterator[str]:
    async with server.copy(seeded) as copied:
        yield copied


async def code(client: httpx.AsyncClient, document: dict[str, Any]) -> str:
    """The code of a refusal that says when to come back."""
    answer = await client.post("/graphql", json=document)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), answer.text
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def reads(client: httpx.AsyncClient) -> bool:
    return bool((await client.post("/graphql", json=READ)).json().get("data"))


@asynccontextmanager
async def approver(
    url: str, around: AbstractAsyncContextManager[None] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key that has not been used yet, of a service that starts within another context."""
    key = await key_at(url, "Ada", Role.APPROVER)
    async with around or nullcontext(), serving(settings({}, database_url=url)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


async def test_a_database_that_cannot_be_written_to_is_read_with_a_key_too(url):
    # The service may have connected before: a state of the database holds for connections to come.
    async with approver(url, read_only(url)) as client:
        assert await reads(client)
        assert await code(client, UPDATE) == "database/read-only"


async def test_a_full_disk_refuses_commands_alone(server, url):
    await server.run_in(url, FULL)
    async with approver(url) as client:
        assert await code(client, UPDATE) == "database/full"
        assert await reads(client)
        await server.run_in(url, "DROP TRIGGER full_disk ON submission")
        assert (await client.post("/graphql", json=UPDATE)).json()["data"]


async def test_commands_without_their_policies_say_who_can_help(server, url):
    connection = await asyncpg.connect(url)
    for name, table in await connection.fetch("SELECT policyname, tablename FROM pg_policies"):
        await connection.execute(f'DROP POLICY "{name}" ON "{table}"')
    await connection.close()
    async with approver(url) as client:
        assert await code(client, UPDATE) == "database/incomplete"
        assert (await client.get("/readyz")).headers["Retry-After"] == "5"


async def test_too_many_connections_are_waited_for_and_heal(server, url):
    chosen = settings({}, database_url=url, database_reading_url=url.replace("tracker@", f"{READER_ROLE}@"))
    await let_in(chosen)
    try:
        await server.run(f"ALTER ROLE {READER_ROLE} CONNECTION LIMIT 0")
        async with serving(chosen) as client:
            assert await code(client, READ) == "database/too-many-connections"
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/livez")).status_code == 200
            await server.run(f"ALTER ROLE {READER_ROLE} CONNECTION LIMIT -1")
            assert await reads(client)
    finally:
        await server.run(f"ALTER ROLE {READER_ROLE} CONNECTION LIMIT -1")
