"""Turns a data directory into the directory of its Unix socket, which must have a short path and be private."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from service.embedded.errors import EmbeddedPostgresError

PORT = 5432  # no TCP port: the number is only part of the socket's name
PLAIN = re.compile(r"[\w./ -]+")  # a comma or a colon in an address separates servers
LONGEST = 103  # bytes of a socket's path on macOS; Linux allows 107


def socket_directory(data: Path) -> Path:
    """The directory for the socket of the server of `data`: inside it, or in the temporary directory if it must be."""
    inside = data / "sock"
    if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST and PLAIN.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tracker-{digest}"


def make_private(directory: Path, owners: set[int]) -> None:
    """Make the directory. If it exists already, check it with `verify_private`."""
    directory.mkdir(mode=0o700, exist_ok=True)
    verify_private(directory, owners)


def verify_private(directory: Path, owners: set[int]) -> None:
    """Refuse a link, somebody else's directory, and one that others can enter: they could pretend to be our server."""
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners or stat.S_IMODE(status.st_mode) & 0o077:
        raise EmbeddedPostgresError(
            f"{directory} cannot hold the database's socket: it is not a directory that belongs to this account alone. "
            "Remove it, or use a data directory with a shorter path."
        )


def remove_from_temporary(directory: Path, data: Path) -> None:
    """Remove a socket directory outside `data`, once the server has stopped and left it empty."""
    if directory.parent != data:
        with contextlib.suppress(OSError):
            directory.rmdir()
