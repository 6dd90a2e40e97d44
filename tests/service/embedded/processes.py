"""Turns a data directory into the processes that serve it, and lets a test launch a server that it may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from service.embedded.binaries import programs
from service.embedded.cluster import PIDFILE
from service.embedded.lock import DirectoryLock

ROOT = Path(__file__).parents[3]
LAUNCHER = """
import sys
from pathlib import Path
from service.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.is_owner, server.dsn(), flush=True)
    sys.stdin.read()
"""


class Launcher:
    """A process of its own that runs, or attaches to, the server of `data`, until it is killed or ended."""

    def __init__(self, data: Path, *, program: str = LAUNCHER) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )

    def ready(self) -> tuple[bool, str]:
        """Whether it owns the server, and its address, once the server answers."""
        assert self.process.stdout
        owner, dsn = self.process.stdout.readline().split(maxsplit=1)
        return owner == "True", dsn.strip()

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(number)
        self.process.communicate()

    def __enter__(self) -> "Launcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def serving(data: Path, name: str = "") -> list[psutil.Process]:
    """The living processes, zombies left out, that name `data` and `name` in their command line; launchers too."""
    processes = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
        except psutil.Error:
            continue
        if any(word.startswith(str(data)) for word in words) and any(name in word for word in words):
            processes.append(process)
    return processes


def keeper(data: Path) -> int:
    (process,) = serving(data, "keeper.py")
    return process.pid


def postmaster(data: Path) -> int:
    return int((data / PIDFILE).read_text().split()[0])


def is_gone(data: Path) -> bool:
    """Whether no process serves `data`: neither one that names it, nor a backend, which would still hold the lock."""
    if serving(data) or not (lock := DirectoryLock(data)).acquire():
        return False
    lock.release()
    return True


# A busy machine takes so many times as long as one that does nothing else.
BUSY = 6


def within(seconds: float, claim: Callable[[], bool]) -> bool:
    """Whether `claim` becomes true in time."""
    deadline = time.monotonic() + BUSY * seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def psql(dsn: str) -> list[str]:
    return [str(programs() / "psql"), "-XqAtd", dsn]


def answer(dsn: str, sql: str) -> str:
    """The one value of a statement; fails when the server does not answer."""
    command = [*psql(dsn), "-v", "ON_ERROR_STOP=1", "-c", sql]
    output: str = subprocess.run(command, capture_output=True, text=True, check=True, env={}).stdout
    return output.strip()


def answers(dsn: str, sql: str = "SELECT 1") -> bool:
    try:
        answer(dsn, sql)
    except subprocess.CalledProcessError:
        return False
    return True
