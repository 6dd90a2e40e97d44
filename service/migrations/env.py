"""Alembic's entry: each step in a transaction of its own, one process at a time, and no long wait for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from schema.tables import metadata
from service.database import Login, write_engine

# Processes that start together migrate one after the other. The number only has to be ours.
_ONE_AT_A_TIME = 7_265_001
# Readers queue behind a step that waits for a lock, so it waits a second at most; `service.migrations` tries again.
_A_SECOND = "SET LOCAL lock_timeout = '1s'"
# What runs outside a transaction blocks nobody while it waits, and leaves an invalid index behind when it fails.
_NO_LIMIT = "SET lock_timeout = 0"
# An open cursor would hold a snapshot, for which an index that is built concurrently waits. This statement closes it.
_CLOSE_THE_CURSOR = "SET LOCAL idle_in_transaction_session_timeout = 0"


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        # An index is built concurrently outside a transaction: alembic's `autocommit_block` needs this.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    context.config.attributes["at"] = context.get_context().get_current_revision()


def _limit_waits(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def limit(connection: Connection) -> None:
        is_in_transaction = connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"
        connection.exec_driver_sql(_A_SECOND if is_in_transaction else _NO_LIMIT)


async def _main() -> None:
    url, pooler = context.config.attributes["url"], context.config.attributes["pooler"]
    turns, engine = (write_engine(Login(url), pooler=pooler) for _ in range(2))
    _limit_waits(engine)
    try:
        # The turn is a transaction on another connection: a pooler keeps it whole, and it holds no snapshot open.
        async with turns.begin() as turn:
            await turn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
            await turn.exec_driver_sql(_CLOSE_THE_CURSOR)
            async with engine.connect() as connection:
                await connection.run_sync(_run)
    finally:
        await engine.dispose()
        await turns.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(_main())
