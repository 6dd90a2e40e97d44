"""A service comes back by itself from what can end a part of it, and says so while it cannot answer."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from service import migrations, serving
from service.app import application
from service.config import settings
from service.database import asyncpg_url
from service.embedded import EmbeddedPostgres, guard
from tests.service.commands import PATIENCE, is_ready, started
from tests.service.embedded.processes import keeper
from tests.service.graphql.served import served
from tests.service.graphql.test_leaving import locked
from tests.serving import serving as serving_in_process

ROOT = Path(__file__).parents[2]
# A service whose application cannot start.
BROKEN = """
from starlette.applications import Starlette
from service import serving
from service.app import application
from service.config import settings
from service.database import asyncpg_url
class Broken:
    def __init__(self, app): pass
    async def __aenter__(self): raise RuntimeError("broken")
    async def __aexit__(self, *_): pass
serving.application = lambda _: Starlette(lifespan=Broken)
serving.serve(settings({}), serving.listening("127.0.0.1", 0))
"""


def test_a_service_whose_keeper_is_killed_is_ready_again(tmp_path: Path):
    data = tmp_path / "data"
    with started(data) as service:
        os.kill(keeper(data / "postgres"), signal.SIGKILL)
        time.sleep(1)
        assert is_ready(service.address)


def test_a_second_service_on_the_same_data_outlives_the_first(tmp_path: Path):
    data = tmp_path / "data"
    with started(data) as first, started(data, alone=False) as second:
        assert first.stop() == 0
        assert is_ready(second.address)
        assert second.ask("{ themes { code } }")["data"]["themes"]


async def test_a_service_starts_without_its_database_and_is_ready_when_that_is(tmp_path: Path):
    server = EmbeddedPostgres(tmp_path / "postgres")
    with server:
        await asyncio.to_thread(migrations.migrate, server.dsn())
    async with serving_in_process(settings({}, database_url=server.dsn())) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        with server:
            assert (await client.get("/readyz")).json()["status"] == "ready"


def test_a_service_that_cannot_start_ends_with_a_failure():
    ended = subprocess.run([sys.executable, "-c", BROKEN], cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE)
    assert ended.returncode == 3


async def test_what_is_cut_off_by_a_stop_is_answered_with_503(server, seeded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "SECONDS_TO_FINISH", 1)
    async with server.copy(seeded) as url, locked(url, "theme"), httpx.AsyncClient(timeout=PATIENCE) as client:
        async with served(settings({}, database_url=url)) as service:
            address = f"http://{service.host}/graphql"
            asking = asyncio.create_task(client.post(address, json={"query": "{ themes { code } }"}))
            await asyncio.sleep(0.5)
        answer = await asking
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "request/interrupted"


async def test_a_database_without_the_policies_of_commands_is_not_ready(server, seeded):
    async with server.copy(seeded) as url, serving_in_process(settings({}, database_url=url)) as client:
        assert (await client.get("/readyz")).status_code == 200
        connection = await asyncpg.connect(asyncpg_url(url))
        for name, table in await connection.fetch("SELECT policyname, tablename FROM pg_policies"):
            await connection.execute(f'DROP POLICY "{name}" ON "{table}"')
        await connection.close()
        ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "the database lacks the role or the policies of commands"}


@asynccontextmanager
async def alive(url: str) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """The state of an application that serves, and a client of it."""
    app = application(settings({}, database_url=url))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        yield app.state, client


async def test_a_process_is_not_alive_when_nothing_follows_the_events_any_more(server, seeded):
    async with server.copy(seeded) as url, alive(url) as (state, client):
        state.events._task.cancel()
        await asyncio.wait([state.events._task])
        answer = await client.get("/livez")
    assert (answer.status_code, answer.json()) == (503, {"status": "nothing follows the events any more"})


@pytest.mark.parametrize("pool", ["reading", "primary"])
async def test_a_process_is_not_alive_when_its_connections_are_closed_permanently(server, seeded, pool):
    async with server.copy(seeded) as url, alive(url) as (state, client):
        await getattr(state.database, pool).close()
        answer = await client.get("/livez")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "the connections to the database are closed permanently"},
    )


async def test_a_worker_is_not_alive_without_its_launcher(server, seeded):
    launcher = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await launcher.wait()
    async with server.copy(seeded) as url, alive(url) as (state, client):
        for here in (os.getpid(), os.getppid()):
            state.launcher = here
            assert (await client.get("/livez")).status_code == 200
        state.launcher = launcher.pid
        answer = await client.get("/livez")
    assert (answer.status_code, answer.json()) == (503, {"status": "the process that started this one has ended"})


@pytest.mark.parametrize("part", ["start", "is_kept"])
def test_the_guard_goes_on_after_a_failure_that_nobody_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
):
    tries = []

    def fail(_: object) -> None:
        tries.append(part)
        raise ValueError("odd")

    monkeypatch.setattr(guard, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(EmbeddedPostgres, "is_kept", lambda _: False)
    monkeypatch.setattr(EmbeddedPostgres, part, fail)
    with guard.guarded(EmbeddedPostgres(tmp_path / "postgres")):
        deadline = time.monotonic() + 10
        while len(tries) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(tries) >= 3
