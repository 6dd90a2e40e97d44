import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from service.config import settings
from service.database import Database, connected
from service.migrations import migrate


@pytest.fixture(scope="module")
def empty_database() -> Iterator[str]:
    """The URL of a database that has the tables and nothing in them."""
    server = os.environ["TRACKER_TEST_DATABASE_URL"]
    name = f"importers_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    migrate(url)
    yield url
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(empty_database: str) -> AsyncIterator[Database]:
    async with connected(settings({}, database_url=empty_database)) as database:
        yield database


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
