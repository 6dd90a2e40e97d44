"""A database of each released version, with real rows, is migrated to the latest and loses nothing."""

import asyncio
import datetime as dt
from typing import Any

import asyncpg
import pytest

from schema.enumerations import Role
from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
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
TARGET = (
    'mutation { setTarget(input: { metric: "nhs_app_registered_percent", organisation: "%s", comparator: AT_LEAST, '
    'value: 60, due: "2030-03-31", reason: "Agreed." %s }) { problems { code } } }'
)
OWN_TARGET, FOR_PRACTICES = TARGET % ("G82002", ""), TARGET % ("QKS", "appliesTo: PRACTICE")
# Of all practices that have ever been members of the ICB.
PRACTICES = 180
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY 1
"""
# What may change: the chain is made again where there was none, and this counts every migration as a change.
MADE_AGAIN = {"position", "hash"}
# What the service has still to judge: migrations add to it.
STILL_TO_DO = {"unjudged_series", "unjudged_target"}
# What nothing that these commands do leaves a row in.
EMPTY = {
    "api_key",
    "collection_exception",
    "cqc_rating",
    "data_quality_issue",
    "idempotent_answer",
    "message",
    "milestone",
    "narrative",
    "nil_return",
    "organisation_past",
    "paper",
    "paper_action",
    "quarter",
    "replaced_nil_return",
    "return_comment",
    "person",
    "session",
    "sign_in_link",
    "succession",
    "trusted_document",
    "unsubscribed",
    "webhook",
}


async def _use(url: str) -> None:
    """Use the service as a team would: publish, correct, set a target, recalculate limits."""
    await _carry_out(url, *COMMANDS)


async def _carry_out(url: str, *documents: str) -> None:
    async with connected(settings(database_url=url)) as database:
        executor = Executor(graph._schema, database)
        for document in documents:
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


def _shown(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[str]:
    """Rows by the columns that they had before, to compare them."""
    kept = sorted(before[0].keys() - MADE_AGAIN) if before else []
    return sorted(repr([row[name] for name in kept]) for row in rows)


@pytest.mark.parametrize("version", RELEASED)
async def test_a_database_of_a_released_version_keeps_every_row(server, seeded, version):
    async with server.copy(seeded) as url:
        await _use(url)
        await asyncio.to_thread(migrate, url, down_to(RELEASED[version]))
        before = await _rows(url)
        assert await asyncio.to_thread(migrate, url) == STEPS[-1]
        after = await _rows(url)
        assert {table for table, rows in before.items() if not rows} <= EMPTY | STILL_TO_DO
        for table, rows in before.items():
            if table in STILL_TO_DO:
                continue
            assert _shown(after[table], rows) == _shown(rows, rows), table


@pytest.mark.parametrize("version", RELEASED)
async def test_members_inherit_a_target_after_the_upgrade_and_nothing_that_was_there_is_lost(server, seeded, version):
    async with server.copy(seeded) as url:
        await _use(url)
        await _carry_out(url, OWN_TARGET)
        await asyncio.to_thread(migrate, url, down_to(RELEASED[version]))
        before = await _rows(url)
        await asyncio.to_thread(migrate, url)
        await _carry_out(url, FOR_PRACTICES)
        after = await _rows(url)
    for table in ("target", "target_revision", "figure", "figure_revision", "membership", "organisation"):
        assert not {*_shown(before[table], before[table])} - {*_shown(after[table], before[table])}, table
    code = {row["id"]: row["code"] for row in after["organisation"]}
    inherited = {code[row["organisation_id"]]: row["days"] for row in after["target"] if row["inherited_from_id"]}
    # The target that G82002 had before the upgrade is its own until it is due.
    (own,) = inherited.pop("G82002")
    assert (own.lower, own.lower_inc) == (dt.date(2030, 4, 1), True)
    # Every other practice of today has it on each day of its membership.
    assert len(inherited) == PRACTICES - 1
    assert all(days[0].lower == dt.date(2025, 1, 1) for days in inherited.values())


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
