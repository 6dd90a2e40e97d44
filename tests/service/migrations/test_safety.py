"""A migration neither blocks readers for long nor takes a lock that a reader would notice."""

import asyncio
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from alembic.util import CommandError

from service import migrations
from service.migrations import RELEASED, migrate
from tests.service.commands import run
from tests.service.migrations.steps import STEPS, down_to

SQUAWK = Path(sys.executable).with_name("squawk")
# `service.migrations` limits the wait for locks itself.
ASSUMED = ("--pg-version=18.0", "--exclude=require-timeout-settings")
HEADER = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    {up}


def downgrade() -> None:
    {down}
'''


def lint(sql: str) -> subprocess.CompletedProcess[str]:
    """What squawk says about statements; its exit code is 0 when it finds nothing."""
    return subprocess.run([SQUAWK, *ASSUMED], input=sql, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def next_step(tmp_path, monkeypatch):
    """Adds a step after the latest, in a copy of the migrations."""

    def add(title: str, up: str, down: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        step = HEADER.format(title=title, before=STEPS[-1], up=up, down=down)
        (folder / "versions" / "9999_next.py").write_text(step)
        monkeypatch.setattr(migrations, "FOLDER", folder)

    return add


SINCE_0_3_0 = STEPS[STEPS.index(RELEASED["0.3.0"]) :]


@pytest.mark.parametrize(("before", "step"), list(pairwise(SINCE_0_3_0)))
def test_a_step_since_0_3_0_locks_nothing_for_long(before, step):
    linted = lint(migrations.sql(before, step))
    assert linted.returncode == 0, linted.stdout


def test_a_step_that_locks_a_table_is_found(next_step):
    next_step("Build an index the wrong way", 'op.create_index("ix_bad", "figure", ["note"])')
    found = lint(migrations.sql(STEPS[-1], migrations.LATEST))
    assert found.returncode == 1
    assert "require-concurrent-index-creation" in found.stdout


async def test_a_step_builds_an_index_while_a_reader_reads(server, seeded, next_step):
    index = 'op.create_index("ix_note", "figure", ["note"], postgresql_concurrently=True, if_not_exists=True)'
    next_step("Build an index", f"with op.get_context().autocommit_block():\n        {index}")
    async with server.copy(seeded) as url:
        reader = await asyncpg.connect(url)
        async with reader.transaction():
            await reader.execute("LOCK TABLE figure IN ROW EXCLUSIVE MODE")
            migration = asyncio.create_task(asyncio.to_thread(migrate, url))
            await asyncio.sleep(1.5)
            assert await reader.fetchval("SELECT count(*) FROM figure") > 0
        assert await migration == "9999"
        assert await reader.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_note'::regclass")
        await reader.close()
    assert lint(migrations.sql(STEPS[-1], migrations.LATEST)).returncode == 0


async def test_a_step_waits_a_second_at_most_and_goes_on_when_the_reader_has_gone(server, seeded):
    async with server.copy(seeded) as url:
        await asyncio.to_thread(migrate, url, down_to("0004"))
        holder, reader = await asyncpg.connect(url), await asyncpg.connect(url)
        async with holder.transaction():
            await holder.execute("LOCK TABLE recalculation IN ACCESS SHARE MODE")
            migration = asyncio.create_task(asyncio.to_thread(migrate, url))
            await asyncio.sleep(0.5)
            started = time.monotonic()
            await reader.fetchval("SELECT count(*) FROM recalculation")
            assert time.monotonic() - started < 10, "a reader waits for the step, and not for the holder of the lock"
            assert not migration.done()
        assert await migration == STEPS[-1]
        await holder.close()
        await reader.close()


async def test_a_migration_that_finds_no_gap_says_what_to_do(server, seeded, monkeypatch):
    monkeypatch.setattr(migrations, "ATTEMPTS", 1)
    async with server.copy(seeded) as url:
        await asyncio.to_thread(migrate, url, down_to("0004"))
        holder = await asyncpg.connect(url)
        async with holder.transaction():
            await holder.execute("LOCK TABLE recalculation IN ACCESS SHARE MODE")
            with pytest.raises(CommandError, match="End long reports or backups"):
                await asyncio.to_thread(migrate, url)
        await holder.close()


async def test_two_processes_migrate_one_after_the_other(server):
    async with server.copy() as url:
        # Processes, since alembic serves one migration in a process at a time.
        ended = await asyncio.gather(*(asyncio.to_thread(run, "migrate", DATABASE_URL=url) for _ in range(2)))
    assert [each.stdout for each in ended] == [f"The database is at {STEPS[-1]}.\n"] * 2
