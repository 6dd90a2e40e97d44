"""The time that processors spend for a peer: on its own process, and on PostgreSQL's."""

import asyncio
from dataclasses import dataclass

import asyncpg
import psutil

from service.database import asyncpg_url


@dataclass(frozen=True)
class CoreSeconds:
    """Core-seconds of a server and of PostgreSQL."""

    server: float
    postgres: float

    @property
    def both(self) -> float:
        """Of both together."""
        return self.server + self.postgres

    def __sub__(self, before: "CoreSeconds") -> "CoreSeconds":
        return CoreSeconds(self.server - before.server, self.postgres - before.postgres)


def spent(server: int, postmaster: int) -> CoreSeconds:
    """What the process of a server has spent so far, and PostgreSQL with all of its processes, also those that ended.

    Only one peer works at a time, so all that PostgreSQL spends is for that one.
    """
    return CoreSeconds(_own(psutil.Process(server)), _with_all_below(psutil.Process(postmaster)))


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _with_all_below(process: psutil.Process) -> float:
    times = process.cpu_times()
    found = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children(recursive=True):
        try:
            found += _own(child)
        except psutil.NoSuchProcess:
            # It has ended since, and its parent counts it from now on: at most one measurement has it not.
            continue
    return found


def postmaster(url: str) -> int:
    """The process of the PostgreSQL server, on this machine, that started all of its others."""
    return asyncio.run(_postmaster(url))


async def _postmaster(url: str) -> int:
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        return psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).ppid()
    finally:
        await connection.close()
