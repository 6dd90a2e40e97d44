"""The connections that read are renewed before PostgreSQL keeps too much for them."""

from service.config import settings
from service.database import connected
from tests.databases import Server


async def pids(server: Server, migrated: str, *, characters: int, statements: int) -> list[int]:
    """The process that answered each of some statements, all different and of so many characters."""
    async with server.copy(migrated) as url, connected(settings({}, database_url=url, connections=2)) as database:
        return [
            await database.reading.fetchval(f"SELECT pg_backend_pid() /* {at} {'x' * characters} */")
            for at in range(statements)
        ]


async def test_a_connection_is_renewed_after_a_million_characters_of_prepared_statements(server, migrated):
    answered_by = await pids(server, migrated, characters=100_000, statements=44)
    assert len(set(answered_by)) >= 4
    assert all(answered_by.count(pid) <= 11 for pid in answered_by)


async def test_a_connection_with_short_statements_is_kept(server, migrated):
    assert len(set(await pids(server, migrated, characters=100, statements=100))) <= 2
