"""What the tests of reading share: a database with corners, an executor over it, and the same rows in plain lists."""

from collections.abc import AsyncIterator

import pytest

from schema.graph import graph
from service.answers.executor import Executor
from service.database import Database
from service.reads.reader import today
from tests.databases import Server
from tests.service.reads.both import Both
from tests.service.reads.corners import cornered
from tests.service.reads.reference.tables import Tables, loaded


@pytest.fixture(scope="session")
async def corners(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A database with the seeds, a small sandbox and rows that exercise the corners; tests only read."""
    async with cornered(server, seeded) as database:
        yield database


@pytest.fixture(scope="session")
async def tables(corners: Database) -> Tables:
    """The rows of that database."""
    return await loaded(corners.reading, today=today())


@pytest.fixture(scope="session")
def executor(corners: Database) -> Executor:
    """What a client's document goes through, over that database."""
    return Executor(graph._schema, corners)


@pytest.fixture(scope="session")
def both(executor: Executor, tables: Tables) -> Both:
    """Both ways to an answer."""
    return Both(executor, tables)
