"""Real databases for tests: made once by the migrations, then copied in some tens of milliseconds."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from service.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class Server:
    """The PostgreSQL server of the tests."""

    embedded: EmbeddedPostgres

    def url(self, database: str) -> str:
        return self.embedded.dsn(database)

    async def run(self, statement: str) -> None:
        await self.run_in(self.url("postgres"), statement)

    async def run_in(self, url: str, statement: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, database: str, template: str = "template1") -> bool:
        """Make a database; False when it is there already."""
        try:
            await self.run(f"CREATE DATABASE {database} TEMPLATE {template}")
        except asyncpg.DuplicateDatabaseError:
            return False
        return True

    @asynccontextmanager
    async def copy(self, template: str | None = None) -> AsyncIterator[str]:
        """The URL of a database, a copy of a template or empty; it is dropped after the block."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template} STRATEGY file_copy" if template else ""))
        try:
            yield self.url(name)
        finally:
            await self.run(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def read_only(url: str) -> AsyncIterator[None]:
    """For the block, new connections to a database cannot write, as when a server is short of storage."""
    connection = await asyncpg.connect(url)
    try:
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        yield
    finally:
        await connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await connection.close()
