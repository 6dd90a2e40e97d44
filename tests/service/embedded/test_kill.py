import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from service.embedded import EmbeddedPostgres
from tests.service.embedded.processes import (
    BUSY,
    LAUNCHER,
    Launcher,
    answer,
    answers,
    is_gone,
    keeper,
    postmaster,
    psql,
    serving,
    within,
)

ROUNDS = int(os.environ.get("TRACKER_TEST_ROUNDS", "4"))
FORKING = LAUNCHER.replace("sys.stdin.read()", "import os, time; os.fork() or time.sleep(60); sys.stdin.read()")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_stops_in_good_order_when_its_launcher_is_ended(data: Path, number: signal.Signals) -> None:
    with Launcher(data) as launcher:
        launcher.ready()
        launcher.end(number)
    assert within(10, lambda: is_gone(data))
    assert "database system is shut down" in (data / "postgres.log").read_text().splitlines()[-1]


def test_the_server_stops_with_an_idle_client_when_its_launcher_is_killed(data: Path) -> None:
    with Launcher(data) as launcher:
        _, dsn = launcher.ready()
        client = subprocess.Popen(psql(dsn), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert within(5, lambda: answer(dsn, "SELECT count(*) FROM pg_stat_activity WHERE state = ''") == "0")
        launcher.end()
    assert within(10, lambda: is_gone(data))
    client.communicate()


def test_a_forked_child_does_not_keep_the_server_of_its_killed_parent(data: Path) -> None:
    with Launcher(data, program=FORKING) as launcher:
        launcher.ready()
        assert within(5, lambda: len(serving(data, "EmbeddedPostgres")) == 2)
        (child,) = [each for each in serving(data, "EmbeddedPostgres") if each.pid != launcher.process.pid]
        launcher.process.kill()
        assert within(10, lambda: serving(data) == [child])
        with EmbeddedPostgres(data) as server:
            assert server.is_owner
        child.kill()


def test_the_server_stops_when_its_keeper_is_killed_and_starts_again_when_asked(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        os.kill(keeper(data), signal.SIGKILL)
        assert within(10, lambda: serving(data) == [])
        assert answers(server.start().dsn())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_service_manager_that_signals_every_process_leaves_the_keepers_end_to_the_launcher(
    data: Path, number: signal.Signals
) -> None:
    with EmbeddedPostgres(data) as server:
        os.kill(keeper(data), number)
        within(0.3, lambda: False)
        assert answers(server.dsn())


def test_the_server_stops_when_launcher_and_keeper_are_killed_together(data: Path) -> None:
    with Launcher(data) as launcher:
        launcher.ready()
        os.kill(keeper(data), signal.SIGKILL)
        launcher.end()
    assert within(10, lambda: is_gone(data))


def test_a_killed_server_is_restarted_with_every_committed_row(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        answer(server.dsn(), "CREATE TABLE recovered AS SELECT generate_series(1, 1000)")
        os.kill(postmaster(data), signal.SIGKILL)
        assert within(10, lambda: answers(server.dsn(), "SELECT 1 FROM recovered"))
        assert answer(server.dsn(), "SELECT count(*) FROM recovered") == "1000"


def busy_client(dsn: str) -> subprocess.Popen[bytes]:
    """A client whose statement is running and looks up only when it has counted far."""
    statement = "SELECT count(*) FROM generate_series(1, 1000000000)"
    client = subprocess.Popen([*psql(dsn), "-c", statement], stderr=subprocess.DEVNULL)
    running = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '{statement}'"
    assert within(5, lambda: answer(dsn, running) == "1")
    return client


def test_a_busy_connection_does_not_delay_the_restart_of_a_killed_server(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        client = busy_client(server.dsn())
        os.kill(postmaster(data), signal.SIGKILL)
        assert within(5, lambda: answers(server.dsn()))
        assert client.wait(5 * BUSY) != 0


def test_a_busy_connection_of_a_killed_server_ends_when_we_stop(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        client = busy_client(server.dsn())
        os.kill(postmaster(data), signal.SIGKILL)
    assert is_gone(data)
    assert client.wait(5 * BUSY) != 0


def test_a_killed_connection_does_not_end_the_server(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        before = postmaster(data)
        client = subprocess.Popen(
            psql(server.dsn()), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert client.stdin
        assert client.stdout
        client.stdin.write("SELECT pg_backend_pid();\n")
        client.stdin.flush()
        os.kill(int(client.stdout.readline()), signal.SIGKILL)
        client.communicate()
        assert within(10, lambda: answers(server.dsn()))
        assert postmaster(data) == before


def test_nothing_committed_is_lost_when_every_process_is_killed_at_once(data: Path) -> None:
    with Launcher(data) as launcher:
        _, dsn = launcher.ready()
        answer(dsn, "CREATE TABLE survived AS SELECT generate_series(1, 1000)")
        for process in (keeper(data), postmaster(data), launcher.process.pid):
            os.kill(process, signal.SIGKILL)
    with EmbeddedPostgres(data) as server:
        assert answer(server.dsn(), "SELECT count(*) FROM survived") == "1000"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_first_start_killed_at_any_moment_is_completed_by_the_next(fresh: Path, turn: int) -> None:
    with Launcher(fresh) as launcher:
        within(random.Random(turn).uniform(0.05, 0.9), lambda: False)
        launcher.end()
    with EmbeddedPostgres(fresh) as server:
        assert answer(server.dsn(), "SELECT current_database()") == "tracker"
