"""The database of the tests that only read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from service.config import settings
from service.database import Database, connected
from service.importers.sandbox import load_sandbox
from tests.databases import Server
from tests.service.reads.corners import (
    actors,
    audit,
    collections,
    comments,
    data_quality,
    figures,
    lines,
    organisations,
    papers,
    steps,
    targets,
)
from tests.service.reads.corners.submissions import SUBMISSIONS


@asynccontextmanager
async def cornered(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A database with the seeds, a small sandbox and the corners."""
    async with server.copy(seeded) as url, connected(settings(database_url=url)) as database:
        async with database.command() as session:
            await load_sandbox(session, practices=None, quarters=3, metrics=2, progress=False)
        connection = await asyncpg.connect(url)
        try:
            await _fill(connection)
        finally:
            await connection.close()
        yield database


async def _fill(connection: asyncpg.Connection) -> None:
    for statement in (
        part for each in (organisations, figures, targets, actors, collections) for part in each.STATEMENTS
    ):
        await connection.execute(statement)
    await lines.drawn(connection)
    for submission in SUBMISSIONS:
        await steps.taken(connection, submission)
    for statement in (
        *collections.NIL_RETURNS,
        *audit.STATEMENTS,
        *papers.STATEMENTS,
        *comments.STATEMENTS,
        *data_quality.STATEMENTS,
    ):
        await connection.execute(statement)
