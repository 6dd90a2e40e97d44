import os
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.embedded import AlreadyRunning, EmbeddedPostgres, EmbeddedPostgresError
from tests.service.embedded.processes import Launcher, answer, answers, is_gone, keeper, postmaster, serving, within


def test_the_first_start_makes_a_database_and_leaves_no_process_when_it_stops(fresh: Path) -> None:
    with EmbeddedPostgres(fresh) as server:
        assert server.is_owner
        assert answer(server.dsn(), "SELECT current_user || ' ' || current_database()") == "tracker tracker"
    assert is_gone(fresh)


async def test_the_address_serves_asyncpg(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        connection = await asyncpg.connect(server.dsn("postgres"))
        assert await connection.fetchval("SELECT current_database()") == "postgres"
        await connection.close()


async def test_the_address_serves_sqlalchemy_whatever_the_environment_says(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATABASE", "elsewhere")
    with EmbeddedPostgres(data) as server:
        engine = create_async_engine(server.dsn().replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT current_database()")) == "tracker"
        await engine.dispose()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("shared_preload_libraries", "pg_stat_statements"),
        ("TimeZone", "UTC"),
        ("work_mem", "5MB"),
    ],
)
def test_the_server_has_our_settings_and_over_them_the_callers(running: str, setting: str, value: str) -> None:
    assert answer(running, f"SHOW {setting}") == value


def test_the_locale_is_the_builtin_one(running: str) -> None:
    locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
    assert answer(running, locale) == "b|C.UTF-8"


def test_nobody_else_may_enter_the_sockets_directory(running: str, data: Path) -> None:
    assert (data / "sock").stat().st_mode & 0o777 == 0o700


def test_our_environment_does_not_reach_the_server(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "sesame")
    with EmbeddedPostgres(data) as server:
        answer(server.dsn(), "CREATE TABLE environment (line text); COPY environment FROM PROGRAM 'env'")
        seen = answer(server.dsn(), "SELECT string_agg(line, ' ') FROM environment")
    assert "PATH=" in seen
    assert "sesame" not in seen


def test_a_terminals_signals_reach_neither_keeper_nor_server(data: Path) -> None:
    with EmbeddedPostgres(data):
        assert os.getpgid(0) not in {os.getpgid(keeper(data)), os.getpgid(postmaster(data))}


def test_a_restart_keeps_every_committed_row(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        answer(server.dsn(), "CREATE TABLE restarted AS SELECT generate_series(1, 1000)")
    with EmbeddedPostgres(data) as server:
        assert answer(server.dsn(), "SELECT count(*) FROM restarted") == "1000"


def test_a_started_server_may_be_started_and_stopped_again(data: Path) -> None:
    server = EmbeddedPostgres(data)
    assert server.start() is server.start()
    server.stop()
    server.stop()
    assert not server.is_owner
    assert not answers(server.dsn())


def test_a_second_process_attaches_and_leaves_the_server_running(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        with Launcher(data) as second:
            assert second.ready() == (False, server.dsn())
        assert answers(server.dsn())


def test_a_process_that_lost_its_owner_becomes_the_owner_when_it_starts_again(data: Path) -> None:
    owner = EmbeddedPostgres(data).start()
    with EmbeddedPostgres(data) as attached:
        owner.stop()
        assert not answers(attached.dsn())
        assert attached.start().is_owner
        assert answers(attached.dsn())


def test_a_start_waits_for_the_server_of_a_killed_launcher_and_never_attaches_to_it(data: Path) -> None:
    with Launcher(data) as first:
        _, dsn = first.ready()
        stopped = psutil.Process(keeper(data))
        stopped.suspend()
        first.end()
    assert answers(dsn)
    with pytest.raises(AlreadyRunning, match="a server whose own process has ended and which is still stopping"):
        EmbeddedPostgres(data, timeout=0.2).start()
    stopped.resume()
    with EmbeddedPostgres(data) as server:
        assert server.is_owner


def test_attaching_can_be_refused(data: Path) -> None:
    with Launcher(data) as other:
        other.ready()
        with pytest.raises(AlreadyRunning, match=f"in use by process {other.process.pid}. Stop it, or use another"):
            EmbeddedPostgres(data, attach=False).start()


def test_a_setting_that_postgresql_refuses_is_named_and_nothing_is_left(data: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=r"invalid value for parameter .work_mem."):
        EmbeddedPostgres(data, settings={"work_mem": "plenty"}).start()
    assert within(1, lambda: serving(data) == [])


def test_data_of_another_major_version_is_refused(fresh: Path) -> None:
    (fresh / "pgdata").mkdir(parents=True)
    (fresh / "pgdata" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match=r"was made by PostgreSQL 17, and this is PostgreSQL 18\. Dump it"):
        EmbeddedPostgres(fresh).start()


def test_a_file_in_the_place_of_the_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="Use a directory that this account can write to"):
        EmbeddedPostgres(tmp_path / "file").start()


@pytest.fixture
def running(data: Path):
    with EmbeddedPostgres(data, settings={"work_mem": "5MB"}) as server:
        yield server.dsn()
