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
from tests.performance.rivals.views import create_views

# Metrics of the sandbox, and all of its practices that have figures for them, each quarter for five years.
METRICS, QUARTERS = 40, 20
# The millions of figures that the real practices and networks have. More come from practices that are made up.
SMALLEST = 0.17
_OF_A_PRACTICE, _NETWORKS = 0.97 * METRICS * QUARTERS, 45


def practices_for(millions: float) -> int | None:
    """How many practices have so many million figures, their networks counted; None for the real ones alone."""
    return None if millions <= SMALLEST else round(millions * 1_000_000 / _OF_A_PRACTICE) - _NETWORKS


@contextmanager
def sandbox(millions: float = SMALLEST) -> Iterator[str]:
    """The URL of a database with so many figures that is gone after the block, with the settings of `make start`."""
    with tempfile.TemporaryDirectory() as place, EmbeddedPostgres(Path(place) / "postgres") as server:
        migrations.migrate(server.dsn())
        asyncio.run(filled(server.dsn(), metrics=METRICS, practices=practices_for(millions)))
        create_views(server.dsn())
        yield server.dsn()


async def filled(url: str, *, metrics: int, practices: int | None = None) -> None:
    """Add the seeds and the sandbox, and let PostgreSQL look at what is there."""
    async with connected(settings(database_url=url)) as database:
        async with database.command() as session:
            await seeds.load(session)
        async with database.command() as session:
            await load_sandbox(session, practices=practices, quarters=QUARTERS, metrics=metrics, progress=False)
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
