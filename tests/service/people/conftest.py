"""A service at which nobody is on record, a browser there, and people who are invited."""

from collections.abc import AsyncIterator

import httpx
import pytest

from service.config import Settings, settings
from service.database import Database, connected
from tests.databases import Server
from tests.service.people.inviting import Inviting
from tests.serving import serving

HERE = "http://127.0.0.1:8000"


@pytest.fixture
async def url(server: Server, seeded: str) -> AsyncIterator[str]:
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
def chosen(url: str) -> Settings:
    return settings({}, database_url=url, session_secret="0123456789abcdef" * 2)


@pytest.fixture
async def database(chosen: Settings) -> AsyncIterator[Database]:
    async with connected(chosen) as database:
        yield database


@pytest.fixture
async def browser(chosen: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(chosen) as client:
        client.base_url = httpx.URL(HERE)
        client.headers["Origin"] = HERE
        yield client


@pytest.fixture
def inviting(database: Database) -> Inviting:
    return Inviting(database)
