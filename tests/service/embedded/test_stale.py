import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.embedded import AlreadyRunning, EmbeddedPostgres
from service.embedded.binaries import programs
from service.embedded.cluster import PIDFILE
from service.embedded.lock import DirectoryLock
from service.embedded.privileges import BECOME, identity, python
from tests.service.embedded.processes import Launcher, answers, is_gone, keeper, postmaster, within


def test_stale_files_that_name_an_unrelated_process_do_not_delay_a_start(data: Path) -> None:
    with Launcher(data) as launcher:
        launcher.ready()
        for process in (keeper(data), postmaster(data), launcher.process.pid):
            os.kill(process, signal.SIGKILL)
    assert within(10, lambda: is_gone(data))
    for file in (data / PIDFILE, data / "sock" / ".s.PGSQL.5432.lock"):
        first, rest = file.read_text().split("\n", 1)
        file.write_text(file.read_text().replace(first, str(os.getpid()), 1))
        assert rest
    with EmbeddedPostgres(data, timeout=10) as server:
        assert answers(server.dsn())


def test_a_server_that_somebody_started_by_hand_is_not_disturbed(data: Path) -> None:
    command = (programs() / "postgres", "-D", data / "pgdata", "-k", data / "sock", "-c", "listen_addresses=")
    arguments = [str(os.getpid()), *identity(data).arguments(data, *map(str, command))]
    with subprocess.Popen(python(BECOME, *arguments), stderr=subprocess.DEVNULL) as by_hand:
        assert within(10, lambda: answers(EmbeddedPostgres(data).dsn()))
        with pytest.raises(AlreadyRunning, match=rf"started by other means \(process {by_hand.pid}\). Stop it"):
            EmbeddedPostgres(data).start()
        assert answers(EmbeddedPostgres(data).dsn())
        by_hand.send_signal(signal.SIGINT)


def test_a_start_while_another_is_not_ready_says_who_holds_the_directory(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path)
    assert lock.acquire()
    with pytest.raises(AlreadyRunning, match=f"in use by process {os.getpid()}. Stop it, or use another data"):
        EmbeddedPostgres(tmp_path, timeout=0.1).start()
    lock.release()


def test_a_process_that_outlives_its_launcher_holds_the_directory_until_it_ends(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path)
    assert lock.acquire()
    orphan = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock.descriptor,))
    lock.release()
    with pytest.raises(AlreadyRunning, match="a server whose own process has ended and which is still stopping"):
        EmbeddedPostgres(tmp_path, timeout=0.1).start()
    orphan.communicate(b"\n")
    assert lock.acquire()
    lock.release()
