"""Turns an empty data directory into a database cluster, and makes an existing one ready to start.

Everything here is done by the holder of the directory's lock, so no process of an earlier server is alive.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from service.embedded import lock
from service.embedded.binaries import major_version
from service.embedded.errors import AlreadyRunning, EmbeddedPostgresError
from service.embedded.privileges import Identity, hand_over, run

NAME = "tracker"  # of the user and of the database
PIDFILE = Path("pgdata", "postmaster.pid")
FILES = frozenset({*lock.FILES, "pgdata", "pgdata.init", "sock", "postgres.log", "postgres.log.1"})

# Access without a password is safe, because only the account itself can enter the socket's directory. The builtin
# C.UTF-8 sorts the same on every machine and needs no ICU library, which the wheel lacks. PostgreSQL 18 has data
# checksums by default.
INITDB = (
    f"--username={NAME}",
    "--encoding=UTF8",
    "--auth-local=trust",
    "--auth-host=reject",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)


def make(programs: Path, data: Path, who: Identity, descriptor: int) -> None:
    """Make the cluster `data/pgdata` with its database, unless it exists. If interrupted, it leaves no cluster."""
    cluster, unfinished = data / "pgdata", data / "pgdata.init"
    if cluster.exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    hand_over(unfinished, to=who)
    run(who, data, [programs / "initdb", "-D", unfinished, *INITDB], lock=descriptor)
    # In single-user mode, without a socket. Without exit_on_error a failed statement would still end with success.
    single = ("--single", "-D", str(unfinished), "-j", "-c", "exit_on_error=on", "template1")
    run(who, data, [programs / "postgres", *single], lock=descriptor, text=f"CREATE DATABASE {NAME}\n\n")
    unfinished.rename(cluster)
    _flush(data)


def verify_version(programs: Path, data: Path) -> None:
    """Refuse a cluster made by another major version, whose files this server cannot read."""
    made_by = (data / "pgdata" / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != (ours := major_version(programs)):
        raise EmbeddedPostgresError(
            f"The data in {data} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}. Dump it with "
            f"PostgreSQL {made_by} and restore it into a new directory, or set DATABASE_URL to a server of its version."
        )


def remove_stale_files(data: Path, sockets: Path) -> None:
    """Remove what a killed server left. PostgreSQL would refuse to start if another process now had its process id.

    Refuses if a server that somebody started by hand, without our lock, runs in this directory.
    """
    pidfile = data / PIDFILE
    if (process := _process_in(pidfile)) is not None:
        raise AlreadyRunning(
            f"The data in {data} is in use by a PostgreSQL server that was started by other means (process {process}). "
            "Stop it, or use another data directory."
        )
    for left_over in (pidfile, *sockets.glob(".s.PGSQL.*")):
        left_over.unlink(missing_ok=True)


def ready_at(data: Path) -> Path | None:
    """The directory of the server's socket, once the server's own file says that it is ready; otherwise None."""
    try:
        lines = (data / PIDFILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return Path(lines[4]) if len(lines) > 7 and lines[7].strip() == "ready" else None


def _process_in(pidfile: Path) -> int | None:
    # A server's working directory is its data directory. Without /proc, PostgreSQL's own check of its shared memory
    # remains, which does not depend on the file.
    for process in _first_number(pidfile):
        try:
            if Path(f"/proc/{process}/cwd").samefile(pidfile.parent):
                return process
        except OSError:
            continue
    return None


def _first_number(pidfile: Path) -> Iterator[int]:
    try:
        yield abs(int(pidfile.read_text(encoding="utf-8").split("\n", 1)[0]))
    except (OSError, ValueError):
        return


def _flush(directory: Path) -> None:
    # The new name must survive a power cut, or the next start would take the cluster for an unfinished one.
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
