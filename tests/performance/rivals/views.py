"""The schema `rivals` of a database: what the rivals serve. It is the benchmark's own, and no migration knows it."""

import asyncio
from pathlib import Path

import asyncpg

from service.database import asyncpg_url

_VIEWS = Path(__file__).with_name("views.sql")


def create_views(url: str) -> None:
    """Create the schema, or create it again, and let PostgreSQL look at its tables."""
    asyncio.run(_create(url))


async def _create(url: str) -> None:
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        await connection.execute(await asyncio.to_thread(_VIEWS.read_text))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
