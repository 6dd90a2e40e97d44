"""One database for each module here: its tests build on what the ones before them loaded."""

from collections.abc import AsyncIterator

import pytest

from service.config import settings
from service.database import Database, connected
from tests.databases import Server


@pytest.fixture(scope="module")
async def empty_database(server: Server, migrated: str) -> AsyncIterator[str]:
    """The URL of a database that has the tables and nothing in them."""
    async with server.copy(migrated) as url:
        yield url


@pytest.fixture(scope="module")
async def database(empty_database: str) -> AsyncIterator[Database]:
    async with connected(settings({}, database_url=empty_database)) as database:
        yield database
