"""Connections that read, one statement or one read-only transaction at a time.

asyncpg's pool starts a task each time a connection is given back, which takes longer than a short statement. So a
connection that has been given back as it was taken goes straight to whoever reads next. asyncpg's pool opens and closes
them, and looks at those that come back from a failure.
"""

import asyncio
import copy
from types import TracebackType
from typing import Any, TypeAlias

import asyncpg

from service.turns import take_turn

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
# Characters of the statements that PostgreSQL keeps prepared for one connection. Each takes some 60 bytes there.
MOST_PREPARED = 1_000_000
# A connection is closed when it has been used so often, as by asyncpg itself: what PostgreSQL keeps for one only grows.
MOST_USES = 50_000


class ReadingConnection(asyncpg.Connection):
    """A connection that counts how often it is used, and the characters that PostgreSQL keeps prepared for it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._statements: set[str] = set()
        self.prepared = self.uses = 0

    @property
    def is_worn(self) -> bool:
        """Whether it should be closed and another opened."""
        return self.prepared > MOST_PREPARED or self.uses > MOST_USES

    def used(self) -> bool:
        """Count a use that has ended: whether the next may use it as it is."""
        self.uses += 1
        return not (self.is_worn or self.is_in_transaction())

    async def fetchval(self, query: str, *arguments: Any, **options: Any) -> Any:
        """The one value of a statement."""
        if query not in self._statements:
            self._statements.add(query)
            self.prepared += len(query)
        return await super().fetchval(query, *arguments, **options)


async def close_if_worn(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Close a connection that asyncpg's pool has again, if it is worn; the pool opens another when it needs one.

    There is nothing else to reset: one read-only statement at a time leaves nothing behind.
    """
    if isinstance(connection, ReadingConnection) and connection.is_worn:
        await connection.close()


class ReadingPool:
    """The connections of a process that read from one server.

    Some of them are `reserved` for short questions of the service itself, such as whose key it is. However long the
    statements of clients take, these are answered at once.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", *, reserved: int = 0) -> None:
        self._pool = pool
        # How many there are at most, without those that are reserved.
        self.most = pool.get_max_size() - reserved
        self._room = asyncio.Semaphore(self.most)
        # The one that was given back last goes first: PostgreSQL has what it knows at hand.
        self._free: list[Connection] = []
        # How many are in use.
        self.in_use = 0
        self.reserved = self._part(reserved) if reserved else self

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be read any more: a closed pool does not open again."""
        return self._pool.is_closing()

    async def fetchval(self, statement: str, *values: object, seconds: float | None = None) -> Any:
        """The one value of a statement, which may take so many seconds."""
        async with self.acquire() as connection:
            return await connection.fetchval(statement, *values, timeout=seconds)

    async def fetchrow(self, statement: str, *values: object) -> "asyncpg.Record | None":
        """The first row of a statement; None without any."""
        async with self.acquire() as connection:
            return await connection.fetchrow(statement, *values)

    async def fetch(self, statement: str, *values: object) -> "list[asyncpg.Record]":
        """The rows of a statement."""
        async with self.acquire() as connection:
            return await connection.fetch(statement, *values)

    def acquire(self) -> "_Lent":
        """A connection for a block."""
        return _Lent(self)

    async def take(self) -> Connection:
        """A connection, until it is given back. Refusals: `page/busy`, when there is none for long."""
        await take_turn(self._room, "Too many requests are being answered.")
        self.in_use += 1
        try:
            while self._free:
                connection = self._free.pop()
                if not is_gone(connection):
                    return connection
                await self._pool.release(connection)
            return await self._pool.acquire()
        except BaseException:
            self._make_room()
            raise

    async def give_back(self, connection: Connection, *, is_clean: bool = True) -> None:
        """Give a connection back. One that is not clean may be in the middle of something."""
        try:
            if is_clean and not self.is_closed and _is_as_new(connection):
                self._free.append(connection)
            else:
                await self._pool.release(connection)
        finally:
            self._make_room()

    def _part(self, most: int) -> "ReadingPool":
        """So many of the same connections, with room of their own."""
        part = copy.copy(self)
        part.most, part._room, part.reserved = most, asyncio.Semaphore(most), part
        return part

    def _make_room(self) -> None:
        self.in_use -= 1
        self._room.release()

    async def close(self) -> None:
        """Close all connections: those in use when they come back, unless whoever waits for that leaves."""
        try:
            while self._free:
                await self._pool.release(self._free.pop())
            await self._pool.close()
        except BaseException:
            self._pool.terminate()
            raise


class _Lent:
    """A connection that is out for a block."""

    def __init__(self, pool: ReadingPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        self._connection = await self._pool.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.give_back(self._connection, is_clean=kind is None)


def is_gone(connection: Connection) -> bool:
    """Whether a connection is closed. One that asyncpg's pool has taken from us raises: it is gone too."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


def _is_as_new(connection: Any) -> bool:
    return not is_gone(connection) and connection.used()
