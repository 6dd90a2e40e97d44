"""One service for all reports: each test makes metrics of its own, so they do not meet."""

from collections.abc import AsyncIterator

import pytest

from schema.enumerations import Role
from service.config import settings
from tests.databases import Server
from tests.reports.desk import Desk
from tests.service.graphql.api_keys import key_at
from tests.serving import serving


@pytest.fixture(scope="session")
async def desk(server: Server, seeded: str) -> AsyncIterator[Desk]:
    """A desk at a service of its own, over the seeds."""
    async with server.copy(seeded) as url:
        keys = {role: await key_at(url, role.title(), role) for role in (Role.ADMINISTRATOR, Role.APPROVER)}
        async with serving(settings({}, database_url=url)) as client:
            yield Desk(client, keys)
