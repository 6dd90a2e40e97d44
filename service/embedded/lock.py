"""Two locked files of a data directory show who runs its server, without ever trusting a process id.

Every process of a server holds `lock`: launcher, keeper, PostgreSQL and each of its backends share the open file. So
whoever acquires it knows that no process of an earlier server is alive, and that a remaining `postmaster.pid` is stale.
Only the launcher holds `holder`, which names its process: a server whose holder is free is about to stop.
"""

import os
import sys
from pathlib import Path

from service.embedded.errors import EmbeddedPostgresError

if sys.platform != "win32":  # importable everywhere: with DATABASE_URL set, nothing of this is needed
    import fcntl

FILES = ("lock", "holder")


class DirectoryLock:
    """The right to run the server of one data directory. `acquire` gets it; `release`, or our end, frees it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._descriptors: list[int] = []

    @property
    def descriptor(self) -> int:
        """The open file that the server's processes inherit; only while the lock is held."""
        return self._descriptors[0]

    def acquire(self) -> bool:
        """Whether the lock is now ours; False, at once, when a process of another server still lives."""
        lock = self._open("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        holder = self._open("holder")
        fcntl.flock(holder, fcntl.LOCK_EX)  # waits only while another process reads it
        os.ftruncate(holder, 0)
        os.write(holder, f"{os.getpid()}\n".encode())
        self._descriptors = [lock, holder]
        return True

    def release(self) -> None:
        """Release the lock; the server's own processes keep their share of it until they end."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def holder(self) -> int | None:
        """The process id of the launcher that holds the lock; None when that launcher has ended."""
        descriptor = self._open("holder")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(os.read(descriptor, 32) or 0) or None
        else:
            return None
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> int:
        # Root may be working in somebody else's directory, where a link could lead anywhere, so we follow no links.
        try:
            return os.open(self._data / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise EmbeddedPostgresError(
                f"The data directory {self._data} cannot be used ({problem.strerror}: {name}). "
                "Use a directory that this account can write to."
            ) from problem
