"""A service with streams: one that tests only read, and one for each test alone."""

from collections.abc import AsyncIterator

import pytest

from schema.enumerations import Role
from service.config import settings
from tests.databases import Server
from tests.service.graphql.api_keys import create_key
from tests.service.graphql.served import Service, served


@pytest.fixture(scope="module")
async def reading(server: Server, seeded: str) -> AsyncIterator[Service]:
    """A service over the seeds that tests only read through."""
    async with server.copy(seeded) as url, served(settings({}, database_url=url)) as service:
        yield service


@pytest.fixture
async def own_url(server: Server, seeded: str) -> AsyncIterator[str]:
    """The URL of a seeded database of one test's own."""
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
async def service(own_url: str) -> AsyncIterator[Service]:
    """A service over a seeded database of one test's own."""
    async with served(settings({}, database_url=own_url)) as service:
        yield service


@pytest.fixture
async def approver_key(service: Service) -> str:
    """The key of an approver of everything."""
    return await create_key(service.database, "Ada", Role.APPROVER)
