"""Turns a locked data directory into a cluster that is ready to run, and a keeper that runs it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from service.embedded import cluster, parameters, privileges, sockets

KEEPER = Path(__file__).with_name("keeper.py")


def keeper(
    programs: Path, data: Path, socket_directory: Path, settings: Mapping[str, str], *, lock: int, log: int
) -> subprocess.Popen[bytes]:
    """The keeper of a server that is about to start; closing its standard input stops both.

    The first start makes the cluster. Refusals: `EmbeddedPostgresError`, for a directory that cannot be used.
    """
    who = privileges.identity(data)
    sockets.make_private(socket_directory, {os.geteuid(), who.uid})
    privileges.hand_over_directory(data, cluster.FILES, to=who)
    privileges.hand_over(socket_directory, to=who)
    cluster.make(programs, data, who, lock)
    cluster.verify_version(programs, data)
    cluster.remove_stale_files(data, socket_directory)
    postgres = (programs / "postgres", "-D", data / "pgdata", "-k", socket_directory, *parameters.arguments(settings))
    return subprocess.Popen(
        privileges.python(
            KEEPER, str(data / cluster.PIDFILE), str(privileges.BECOME), *who.arguments(data, *map(str, postgres))
        ),
        stdin=subprocess.PIPE,  # never written to: it closes when we end, however we end
        stdout=log,
        stderr=log,
        pass_fds=(lock,),
        cwd=data,
        # Ctrl-C in a terminal is for the launcher, which closes its connections before it stops PostgreSQL.
        start_new_session=True,
    )
