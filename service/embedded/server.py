"""Turns a data directory into a PostgreSQL server that runs as long as this process needs it: the launcher's side."""

import logging
import os
import subprocess
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from service.embedded import binaries, cluster, parameters, sockets
from service.embedded.errors import AlreadyRunning, EmbeddedPostgresError
from service.embedded.launch import keeper
from service.embedded.lock import DirectoryLock
from service.embedded.log import Log

CHECK_EVERY = 0.02  # seconds
STOPPING = 90.0  # seconds; the keeper gives PostgreSQL 60 to stop in good order, then makes it quit

logger = logging.getLogger(__name__)


class EmbeddedPostgres:
    """The server of the data directory `data`: started by `start` or `with`, stopped by `stop` or when we end.

    A second process with the same directory attaches to the server of the first (`is_owner` is False). The server stops
    when its owner stops, whoever is attached. The attached process then loses its connections; `start` makes it the
    owner of a new server. `settings` are PostgreSQL's own and override this package's. With `attach=False` a running
    server is refused; `timeout` is in seconds. Refusals: `EmbeddedPostgresError`, and of these `AlreadyRunning`.
    """

    def __init__(
        self, data: Path, *, settings: Mapping[str, str] | None = None, attach: bool = True, timeout: float = 60.0
    ) -> None:
        self.data = data.expanduser().resolve()
        self._settings = parameters.server_settings(settings or {})
        self._attach = attach
        self._timeout = timeout
        self._sockets = sockets.socket_directory(self.data)
        self._lock = DirectoryLock(self.data)
        self._log = Log(self.data / "postgres.log")
        self._keeper: subprocess.Popen[bytes] | None = None
        _servers.add(self)

    @property
    def is_owner(self) -> bool:
        """Whether this process runs the server; False before `start`, and when another process runs it."""
        return self._keeper is not None

    def dsn(self, database: str = cluster.NAME, *, user: str = cluster.NAME) -> str:
        """The address of a database of this server for a user, by default the owner of everything.

        It is for asyncpg and libpq, and has the port, so PGPORT has no effect.
        """
        place = f"host={quote(str(self._sockets))}&port={sockets.PORT}"
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?{place}"

    def is_kept(self) -> bool:
        """Whether somebody runs the server and would start it again after a crash: our keeper, or its other owner."""
        if self._keeper:
            return self._keeper.poll() is None
        return self._lock.holder() is not None

    def start(self) -> Self:
        """Start the server or attach to it, and return once it answers. A server that we already run is left alone."""
        if self._keeper and self._keeper.poll() is None:
            return self
        self.stop()
        try:
            self._start(binaries.programs(), time.monotonic() + self._timeout)
        except OSError as problem:
            self.stop()
            raise EmbeddedPostgresError(
                f"PostgreSQL cannot use {self.data}: {problem}. Use a directory that this account can write to."
            ) from problem
        except BaseException:  # Ctrl-C too: nothing may be left running
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server if it is ours and wait for its end; otherwise detach. You can call it twice."""
        if keeper := self._keeper:
            if keeper.stdin:
                keeper.stdin.close()
            try:
                keeper.wait(STOPPING)
            except subprocess.TimeoutExpired:
                logger.error("PostgreSQL in %s has not stopped; its processes must end by themselves.", self.data)
            self._keeper = None
            sockets.remove_from_temporary(self._sockets, self.data)
        self._lock.release()

    __enter__ = start

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, programs: Path, deadline: float) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not self._lock.acquire():
            if self._is_attached(programs):
                return
            if time.monotonic() > deadline:
                raise AlreadyRunning(self._who_holds())
            time.sleep(CHECK_EVERY)
        self._launch(programs)
        while not self._answers(programs):
            if not self._keeper or self._keeper.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not start in {self.data}. Its log ends:\n{self._log.since_start()}"
                )
            time.sleep(CHECK_EVERY)

    def _is_attached(self, programs: Path) -> bool:
        # A server whose launcher has ended is about to stop: then it is worth waiting for the lock.
        if (holder := self._lock.holder()) is None or not self._answers(programs):
            return False
        if not self._attach:
            raise AlreadyRunning(self._who_holds())
        logger.info("Attached to the PostgreSQL of process %d in %s; it stops with that process.", holder, self.data)
        return True

    def _who_holds(self) -> str:
        holder = self._lock.holder()
        who = f"process {holder}" if holder else "a server whose own process has ended and which is still stopping"
        return f"The data in {self.data} is in use by {who}. Stop it, or use another data directory."

    def _launch(self, programs: Path) -> None:
        """Start the keeper. The lock is ours, so no earlier server is alive."""
        self._sockets = sockets.socket_directory(self.data)
        log = self._log.open()
        try:
            self._keeper = keeper(
                programs, self.data, self._sockets, self._settings, lock=self._lock.descriptor, log=log
            )
        finally:
            os.close(log)

    def _answers(self, programs: Path) -> bool:
        """Whether the server of the directory accepts connections, at the socket that its own file names."""
        if (place := cluster.ready_at(self.data)) is None:
            return False
        if place != self._sockets:  # the owner has another temporary directory
            sockets.verify_private(place, {os.geteuid(), self.data.stat().st_uid})
            self._sockets = place
        return binaries.is_answering(programs, place, sockets.PORT)

    def _forget(self) -> None:
        """In a forked child: the server is the parent's, and we must not keep it alive."""
        if self._keeper and self._keeper.stdin:
            self._keeper.stdin.close()
            self._keeper.poll()
        self._keeper = None
        self._lock.release()


def _forget_in_forked_child() -> None:
    for server in _servers:
        server._forget()


_servers: "weakref.WeakSet[EmbeddedPostgres]" = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_forked_child)
