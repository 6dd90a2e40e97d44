"""The migrations, on data."""

import asyncio
from typing import Any

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from schema.tables import metadata
from service.config import settings
from service.database import Login, connected, write_engine
from service.importers import seeds
from service.migrations import NOTHING, migrate
from tests.service.commands import run
from tests.service.migrations.steps import STEPS, down_to

# One metric for each way that the periods of figures decide, and one without figures for each unit that does.
WORKED_OUT = {
    "practices": "AT_DATE",
    "practice_staff_fte": "AT_DATE",
    "trained_mentors": "AT_DATE",
    "appointments": "OVER_PERIOD",
    "self_referral_rate": "OVER_PERIOD",
    "self_referrals": "YEAR_TO_DATE",
    "pharmacy_first_referrals": "SINCE",
    "support_level_framework_practices": "SINCE",
    "capacity_and_access_declaration": "AT_DATE",
}
LEFT = """
    SELECT count(*) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' AND relname <> 'alembic_version'
"""
RECALCULATION = """
    INSERT INTO recalculation (metric_id, organisation_id, starts, holds, reason, recorded_by_id, recorded_at)
    SELECT (SELECT min(id) FROM metric), (SELECT min(id) FROM organisation), '2025-01-{starts}', {holds}, 'Because.',
           (SELECT min(id) FROM actor), now()
"""


async def _seed(url: str) -> seeds.SeedResult:
    async with connected(settings(database_url=url)) as database, database.command() as session:
        return await seeds.load(session)


async def test_up_on_data_down_and_up_again_leaves_nothing_and_loses_nothing(server, seeded):
    async with server.copy(seeded) as url:
        await asyncio.to_thread(migrate, url)
        await asyncio.to_thread(migrate, url, NOTHING)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval(LEFT) == 0
        await connection.close()
        await asyncio.to_thread(migrate, url)
        assert (await _seed(url)).figures > 250


async def test_a_downgrade_to_0004_keeps_one_recalculation_for_a_day(server, seeded):
    async with server.copy(seeded) as url:
        connection = await asyncpg.connect(url)
        for starts, holds in (("01", True), ("02", True), ("02", False), ("03", False), ("03", True)):
            await connection.execute(RECALCULATION.format(starts=starts, holds=holds))
        await asyncio.to_thread(migrate, url, down_to("0004"))
        left = await connection.fetch("SELECT starts::text FROM recalculation ORDER BY starts")
        assert [row["starts"] for row in left] == ["2025-01-01", "2025-01-03"]
        await connection.close()
        await asyncio.to_thread(migrate, url)


async def test_metrics_of_0_3_0_count_as_the_periods_of_their_figures_do(server, seeded):
    async with server.copy(seeded) as url:
        await asyncio.to_thread(migrate, url, down_to("0005"))
        await asyncio.to_thread(migrate, url)
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT code, counts FROM metric")
        await connection.close()
    counts = {row["code"]: row["counts"] for row in rows}
    found = {code: counts[code] for code in WORKED_OUT}
    assert found == WORKED_OUT


async def test_the_migrations_make_what_the_tables_declare(empty_database):
    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    engine = write_engine(Login(empty_database))
    async with engine.begin() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


async def test_the_command_says_where_the_database_is_and_not_where_it_was_sent(server, migrated):
    async with server.copy(migrated) as url:
        printed = [run("migrate", "--to", to, DATABASE_URL=url).stdout for to in ("head", "-1", "0001", "base")]
    latest, before = STEPS[:-3:-1]
    assert printed == [f"The database is at {at}.\n" for at in (latest, before, before, "base")]
