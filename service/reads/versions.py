"""The version that a statement saw, before the text that it gives; and the version now, asked for by all together.

Of a version, `data` rises with every change of what anybody may read, `position` with every command. A server that took
over from another may lack its last commits, and give their numbers to others. So a version is of one server.
"""

import asyncio
from collections.abc import Iterable
from functools import partial, reduce
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, TableClause, Text, cast, literal_column, select

from schema.tables import UNVERSIONED, AuditHeadRow, DataVersionRow, metadata, rows_of
from service.reading_pool import ReadingPool, is_gone

_data, _head = rows_of(DataVersionRow), rows_of(AuditHeadRow)
_SPACE: ColumnElement[str] = literal_column("' '", Text())
_SERVER = "extract(epoch FROM pg_postmaster_start_time())::text"
_NOW = f"SELECT {_SERVER}, version, position FROM data_version, audit_head"  # noqa: S608 (a constant of ours)
# For so long after somebody has asked, a connection is kept for whoever asks next.
SECONDS_KEPT = 0.1


class Version(NamedTuple):
    """A state of the database, on the server that was started at an instant."""

    server: str
    data: int
    position: int

    def has_data_of(self, other: "Version") -> bool:
        """Whether what anybody may read is the same in both."""
        return (self.server, self.data) == (other.server, other.data)


def is_versioned(statement: Any) -> bool:
    """Whether a statement reads tables, and only those whose changes raise the version of the data."""
    named = {each.name for each in _parts(statement) if isinstance(each, TableClause)}
    # What is written as a table may be none: the JSON object of a row is.
    tables = named & metadata.tables.keys()
    return bool(tables) and not tables & UNVERSIONED


def _parts(statement: Any) -> Iterable[Any]:
    """Every part of a statement, once. SQLAlchemy's own `iterate` gives a part again wherever it is used.

    In the statement of a paper that is many million times, because what is shared has shared parts itself.
    """
    found, waiting = {}, [statement]
    while waiting:
        part = waiting.pop()
        if id(part) not in found:
            # Kept, so that no other part can have its id.
            found[id(part)] = part
            waiting.extend(part.get_children())
    return found.values()


def with_version(statement: Any) -> Select[Any]:
    """A statement of one text, with the version that it saw before the text."""
    server: ColumnElement[str] = literal_column(_SERVER, Text())
    data = select(cast(_data.c.version, Text)).scalar_subquery()
    position = select(cast(_head.c.position, Text)).scalar_subquery()
    parts = (server, data, position, statement.scalar_subquery())
    return select(reduce(lambda before, part: before.concat(_SPACE).concat(part), parts))


def split(text: str) -> tuple[Version, str]:
    """The version that a statement saw, and the rest of its text."""
    server, data, position, rest = text.split(" ", 3)
    return Version(server, int(data), int(position)), rest


class Versions:
    """Asks a database for its version: one statement for all who ask until it is sent.

    It keeps its connection while people ask: they need not wait until others have read.
    """

    def __init__(self, pool: ReadingPool) -> None:
        self._pool = pool
        self._turn = asyncio.Lock()
        # Who waits for the next statement: each by a future of its own, so that nobody who leaves ends it for others.
        self._waiting: list[asyncio.Future[Version]] = []
        self._asking: set[asyncio.Task[Version]] = set()
        self._connection: Any = None
        self._keeping: asyncio.Task[None] | None = None
        self._times_asked = 0

    async def now(self) -> Version:
        """The version. Everything that was committed before the call is in it."""
        waiting: asyncio.Future[Version] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        if len(self._waiting) == 1:
            asking = asyncio.create_task(self._ask(), name="version")
            self._asking.add(asking)
            asking.add_done_callback(partial(self._tell, self._waiting))
        return await waiting

    async def _ask(self) -> Version:
        async with self._turn:
            connection = await self._taken()
            # From here on it is too late: the statement might not see what has just been committed.
            self._waiting = []
            self._times_asked += 1
            row: Any = await connection.fetchrow(_NOW)
            return Version(*row)

    def _tell(self, waiting: "list[asyncio.Future[Version]]", asked: "asyncio.Task[Version]") -> None:
        """Tell those who still wait what came of a statement."""
        self._asking.discard(asked)
        if self._waiting is waiting:
            # It was never sent. Whoever asks next makes another.
            self._waiting = []
        reason = None if asked.cancelled() else asked.exception()
        for each in waiting:
            if each.done():
                continue
            if asked.cancelled():
                each.cancel()
            elif reason is None:
                each.set_result(asked.result())
            else:
                each.set_exception(reason)
                # Asking for it tells asyncio that somebody saw it, even when whoever waited has left.
                each.exception()

    async def _taken(self) -> Any:
        """The connection that is kept, or a new one."""
        if self._connection is None or is_gone(self._connection):
            self._connection = await self._pool.take()
            self._keeping = asyncio.create_task(self._keep(self._connection), name="connection for versions")
        return self._connection

    async def _keep(self, connection: Any) -> None:
        """Keep a connection until nobody has asked for a while, then give it back."""
        seen = -1
        try:
            while not is_gone(connection) and (seen != self._times_asked or self._turn.locked()):
                seen = self._times_asked
                await asyncio.sleep(SECONDS_KEPT)
        finally:
            if self._connection is connection:
                self._connection = None
            # A statement that failed may still be under way.
            await self._pool.give_back(connection, is_clean=False)
