"""Alembic's entry: one connection, one transaction, one migration at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from schema.tables import metadata
from service.database import write_engine

# Any two processes that start together migrate one after the other. The number only has to be ours.
_ONE_AT_A_TIME = 7_265_001


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
        context.run_migrations()
    context.config.attributes["at"] = context.get_context().get_current_revision()


async def _main() -> None:
    engine = write_engine(context.config.attributes["url"], pooler=context.config.attributes["pooler"])
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
