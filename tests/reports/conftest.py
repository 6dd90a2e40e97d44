"""One service for all reports: each test makes metrics of its own, so they do not meet."""

from collections.abc import AsyncIterator

import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import connected
from tests.databases import Server
from tests.reports.desk import Desk
from tests.service.graphql.api_keys import create_key
from tests.serving import serving


@pytest.fixture(scope="session")
async def desk(server: Server, seeded: str) -> AsyncIterator[Desk]:
    """A desk at a service of its own, over the seeds."""
    async with server.copy(seeded) as url:
        async with connected(settings({}, database_url=url)) as database:
            keys = {
                role: await create_key(database, role.title(), role) for role in (Role.ADMINISTRATOR, Role.APPROVER)
            }
        async with serving(settings({}, database_url=url)) as client:
            yield Desk(client, keys)
