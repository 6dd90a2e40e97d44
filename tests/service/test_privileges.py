"""What a service connects as can do no more than it has to: what reads cannot write, read files or run programs."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from service.config import Settings, settings
from service.database import READER_ROLE, SCOPED_READER_ROLE, SERVICE_ROLE, Database, connected_to_serve, let_in
from tests.databases import Server

MAY_NOT = [
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "COPY theme TO '/tmp/theme'",
    "CREATE TABLE made (id int)",
    "ALTER TABLE figure DISABLE ROW LEVEL SECURITY",
    "DROP POLICY reader ON figure",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SELECT secret_sha256 FROM api_key",
    "TRUNCATE audit_event",
    "DELETE FROM figure",
]
CHANGES = [
    "UPDATE theme SET name = name",
    "INSERT INTO period SELECT * FROM period LIMIT 1",
    "CREATE TEMP TABLE t (i int)",
]
# Reading knows the fingerprints of keys, because it is reading that finds out whose key it is.
READING_MAY = {"SELECT secret_sha256 FROM api_key"}


@pytest.fixture
async def url(server: Server, seeded: str) -> AsyncIterator[str]:
    async with server.copy(seeded) as copied:
        yield copied


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with connected_to_serve(settings({}, database_url=url)) as database:
        yield database


async def refused(connection: Any, statement: str) -> str:
    """Why PostgreSQL refuses a statement, by its SQLSTATE; the empty string if it does not."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("SET TRANSACTION READ WRITE")
        await connection.execute(statement)
    except asyncpg.PostgresError as reason:
        return str(reason.sqlstate)
    finally:
        await transaction.rollback()
    return ""


@pytest.mark.parametrize("statement", [each for each in (*MAY_NOT, *CHANGES) if each not in READING_MAY])
async def test_a_reading_connection_may_not(database: Database, statement: str) -> None:
    async with database.reading.acquire() as connection:
        # A temporary table is the only thing that it may make, for as long as it is connected.
        assert await refused(connection, statement) == ("" if "TEMP" in statement else "42501")


@pytest.mark.parametrize("statement", MAY_NOT)
async def test_a_connection_of_commands_may_not(database: Database, statement: str) -> None:
    async with database.rehearsal() as session:
        connection = await (await session.connection()).get_raw_connection()
        assert await refused(connection.driver_connection, statement) == "42501"


async def test_a_reading_within_a_scope_sees_the_scope_alone(database: Database) -> None:
    async with database.reading.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL role {SCOPED_READER_ROLE}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute("SELECT secret_sha256 FROM api_key")
        assert await connection.fetchval("SELECT count(*) FROM audit_event") == 0
        await connection.execute("SELECT set_config('tracker.scope', '0', true)")
        assert await connection.fetchval("SELECT count(*) FROM audit_event") > 0


async def who(database: Database) -> tuple[str, str]:
    """Who has signed in to read, and who to carry commands out."""
    reading = await database.reading.fetchval("SELECT session_user || ' as ' || current_user")
    async with database.command() as session:
        found = await (await session.connection()).exec_driver_sql("SELECT session_user || ' as ' || current_user")
        return reading, found.scalar_one()


def of(url: str, user: str) -> str:
    """The address of a database for another user, with a password that an address has to escape."""
    return url.replace("tracker@", f"{user}:p%40ss'word@")


async def test_the_addresses_for_reading_and_for_commands_say_who_signs_in(url: str) -> None:
    chosen = settings(
        {"DATABASE_URL": url},
        database_url=url,
        database_reading_url=of(url, READER_ROLE),
        database_commands_url=of(url, SERVICE_ROLE),
    )
    await let_in(chosen)
    async with connected_to_serve(chosen) as database:
        assert await who(database) == (f"{READER_ROLE} as {READER_ROLE}", f"{SERVICE_ROLE} as {SERVICE_ROLE}")


async def test_without_them_the_owner_takes_the_roles_on(database: Database) -> None:
    assert await who(database) == (f"tracker as {READER_ROLE}", f"tracker as {SERVICE_ROLE}")


async def test_a_password_is_the_one_of_the_address(url: str) -> None:
    chosen: Settings = settings({}, database_url=url, database_reading_url=of(url, READER_ROLE))
    await let_in(chosen)
    connection = await asyncpg.connect(url)
    try:
        stored = await connection.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", READER_ROLE)
        assert stored.startswith("SCRAM-SHA-256$")
    finally:
        await connection.execute(f"ALTER ROLE {READER_ROLE} PASSWORD NULL")
        await connection.close()
