"""A database of each released version, with real rows, is migrated to the latest and loses nothing."""

import asyncio
from typing import Any

import asyncpg
import pytest

from schema.enumerations import Role
from schema.graph import graph
from service.answers.executor import Caller, Executor
from service.answers.request import GraphQLRequest
from service.config import settings
from service.database import connected
from service.migrations import RELEASED, migrate
from service.viewer import EVERYWHERE, Viewer
from tests.service.commands import run
from tests.service.migrations.steps import STEPS, down_to

ADA = Viewer("Ada", Role.APPROVER, "aaaaaaaa", EVERYWHERE)
FIGURE = '{ metric: "call_back_percent", organisation: "QKS", value: %s, reason: "Counted again." }'
UPDATE = 'mutation { updateQuarterlyFigures(input: { quarter: "2024-25-Q4", organisation: "QKS", figures: [%s] }) '
COMMANDS = (
    UPDATE % (FIGURE % 88.7) + "{ problems { code } } }",
    UPDATE % (FIGURE % 89.1) + "{ problems { code } } }",
    'mutation { setTarget(input: { metric: "call_back_percent", organisation: "QKS", comparator: AT_LEAST, value: 95, '
    'due: "2030-03-31", reason: "Agreed by the committee." }) { problems { code } } }',
    'mutation { recalculateLimits(input: { metric: "call_back_percent", organisation: "QKS", starts: "2025-01-01", '
    'reason: "New telephones." }) { problems { code } } }',
)
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY 1
"""
# What may change: the chain is made again where there was none, and this counts every migration as a change.
MADE_AGAIN = {"position", "hash"}
# What nothing that these commands do leaves a row in.
EMPTY = {"api_key", "cqc_rating", "collection_exception", "idempotent_answer", "milestone", "nil_return", "quarter"}


async def _use(url: str) -> None:
    """Use the service as a team would: publish, correct, set a target, recalculate limits."""
    async with connected(settings(database_url=url)) as database:
        executor = Executor(graph._schema, database)
        for document in COMMANDS:
            answer = await executor.data(GraphQLRequest(document), Caller(ADA), may_write=True)
            assert b'"problems":[]' in answer.replace(b" ", b""), answer


async def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    connection = await asyncpg.connect(url)
    try:
        tables = [row["relname"] for row in await connection.fetch(TABLES)]
        return {
            table: [dict(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {table}::text")]
            for table in tables
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("version", RELEASED)
async def test_a_database_of_a_released_version_keeps_every_row(server, seeded, version):
    async with server.copy(seeded) as url:
        await _use(url)
        await asyncio.to_thread(migrate, url, down_to(RELEASED[version]))
        before = await _rows(url)
        assert await asyncio.to_thread(migrate, url) == STEPS[-1]
        after = await _rows(url)
        assert {table for table, rows in before.items() if not rows} <= EMPTY
        for table, rows in before.items():
            kept = rows[0].keys() - MADE_AGAIN if rows else set()
            project = [{name: row[name] for name in kept} for row in after[table]]
            assert sorted(map(repr, project)) == sorted(repr({name: row[name] for name in kept}) for row in rows), table


@pytest.mark.parametrize("version", RELEASED)
async def test_the_audit_of_a_released_version_is_whole_after_the_upgrade(server, seeded, version):
    async with server.copy(seeded) as url:
        await _use(url)
        await asyncio.to_thread(migrate, url, down_to(RELEASED[version]))
        await asyncio.to_thread(migrate, url)
        events = len((await _rows(url))["audit_event"])
        verified = await asyncio.to_thread(run, "audit", "verify", DATABASE_URL=url)
    assert events > len(COMMANDS)
    assert verified.stdout == f"The audit is complete: {events} events.\n"


def test_every_released_version_has_its_step():
    assert set(RELEASED.values()) <= set(STEPS)
