"""Turns a pipe from the launcher into a running PostgreSQL: restarted after a crash, stopped when the pipe closes.

    python -I -S keeper.py PIDFILE BECOME [arguments of become.py after PARENT...]

Standard input is the pipe; standard output and error are PostgreSQL's log. PostgreSQL inherits the other open file, the
lock of the directory. It uses little of the standard library and nothing else, because every start waits for it.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

CHECK_EVERY = 0.1  # seconds; a closed pipe is noticed at once
FAST_SHUTDOWN = 60.0  # seconds for the closing checkpoint; then PostgreSQL must quit and recover at the next start
LONGEST_PAUSE = 5.0  # seconds between restarts of a server that keeps crashing
STEADY = 60.0  # seconds; a crash after this long counts as the first one again
SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # a service manager signals all of us; the launcher decides


class Server:
    """One PostgreSQL server process after another."""

    def __init__(self, pidfile: str, become: str, arguments: list[str]) -> None:
        self._pidfile = pidfile
        self._command = [sys.executable, "-I", "-S", become, str(os.getpid()), *arguments]
        self._process = 0
        self.was_ready = False

    def start(self) -> None:
        """Start PostgreSQL, which sets handlers of its own for the signals that we ignore."""
        if (process := os.fork()) != 0:
            self._process = process
            return
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execv(self._command[0], self._command)  # noqa: S606 - no shell is wanted
        finally:
            os._exit(1)

    def is_running(self) -> bool:
        """Whether the server is running. Reaps every child that has ended: there may be no process 1 to do it."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                if ended == self._process:
                    self._process = 0
        if not self.was_ready:  # the file remains after a server is killed between two checks
            with contextlib.suppress(OSError), open(self._pidfile, encoding="utf-8") as lines:  # noqa: PTH123 - pathlib is slow
                self.was_ready = lines.read().rstrip().endswith("ready")
        return bool(self._process)

    def signal(self, number: signal.Signals) -> None:
        """Signal the server. The caller has just seen it running, and nobody else reaps it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, number)

    def end_orphans(self) -> None:
        """End what a killed server left: one busy backend would keep the next server from starting."""
        while orphans := _children():
            for orphan in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGQUIT)
            time.sleep(0.01)
            self.is_running()

    def stop(self) -> None:
        """Stop in good order: close connections and write a checkpoint. After a minute, stop at once."""
        deadline = time.monotonic() + FAST_SHUTDOWN
        signal_again = 0.0
        while self.is_running():
            if time.monotonic() >= signal_again:  # repeated: the first may reach a process that is just starting
                self.signal(signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
                signal_again = time.monotonic() + 1
            time.sleep(0.01)
        self.end_orphans()


def _children() -> list[int]:
    # Only Linux makes orphans our children (see `main`), and only Linux lists them in this file.
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:  # noqa: PTH123
            return [int(child) for child in children.read().split()]
    except OSError:
        return []


def keep(server: Server) -> int:
    """Keep the server running until the pipe closes. The exit code; 1 if the server never became ready."""
    server.start()
    pause = CHECK_EVERY
    started = time.monotonic()
    while not select.select([0], [], [], CHECK_EVERY)[0]:
        if server.is_running():
            continue
        if not server.was_ready:
            return 1
        server.end_orphans()
        pause = CHECK_EVERY if time.monotonic() - started > STEADY else min(2 * pause, LONGEST_PAUSE)
        if select.select([0], [], [], pause)[0]:
            break
        server.start()
        started = time.monotonic()
    server.stop()
    return 0


def main(arguments: list[str]) -> int:
    """Run until the launcher closes the pipe."""
    pidfile, become, *others = arguments
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return keep(Server(pidfile, become, others))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
