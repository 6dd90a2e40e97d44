"""Turns PostgreSQL's output into a log file that does not grow for ever, and into the last words of a failed start."""

import os
from pathlib import Path

LARGEST = 10_000_000  # bytes; looked at when a server starts, and one older file is kept


class Log:
    """The log of the server of one data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def opened(self) -> int:
        """The descriptor of the file, to append to; a log that has grown too large is set aside first."""
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            self.path.replace(self.path.with_suffix(".log.1"))
        # In a directory that belongs to another account a link could lead anywhere: links are not followed.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        self._start = os.fstat(descriptor).st_size
        return descriptor

    def since_start(self) -> str:
        """The end of what was logged since `opened`, at most some thirty lines; empty when there is nothing."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as file:
            file.seek(max(self._start, self.path.stat().st_size - 3000))
            return file.read().decode(errors="replace").strip()
