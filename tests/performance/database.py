"""An embedded PostgreSQL with the seeds and the sandbox, for as long as a benchmark runs."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from service import migrations
from service.config import settings
from service.database import asyncpg_url, connected
from service.embedded import EmbeddedPostgres
from service.importers import seeds
from service.importers.sandbox import load_sandbox


@contextmanager
def sandbox() -> Iterator[str]:
    """The URL of a database that is gone after the block; its settings are those of `make start`."""
    with tempfile.TemporaryDirectory() as place, EmbeddedPostgres(Path(place) / "postgres") as server:
        migrations.migrate(server.dsn())
        asyncio.run(filled(server.dsn()))
        yield server.dsn()


async def filled(url: str) -> None:
    """Add the seeds and the sandbox, and let PostgreSQL look at what is there."""
    async with connected(settings(database_url=url)) as database:
        async with database.command() as session:
            await seeds.load(session)
        async with database.command() as session:
            await load_sandbox(session, practices=None, quarters=20, metrics=12, progress=False)
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
