"""Turns PostgreSQL's output into a log file of limited size, and into the last lines of a failed start."""

import os
from pathlib import Path

LARGEST = 10_000_000  # bytes; checked when a server starts, and one older file is kept


class Log:
    """The log of the server of one data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def open(self) -> int:
        """Open the file to append to it, and return its descriptor. A log that is too large is renamed first."""
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            self.path.replace(self.path.with_suffix(".log.1"))
        # In a directory that belongs to another account a link could lead anywhere, so we follow no links.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        self._start = os.fstat(descriptor).st_size
        return descriptor

    def since_start(self) -> str:
        """The last 3,000 bytes, at most, of what was logged since `open`; empty if there is nothing."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as file:
            file.seek(max(self._start, self.path.stat().st_size - 3000))
            return file.read().decode(errors="replace").strip()
