"""Notifications become deliveries: the audit is followed on a connection of its own, which is replaced when it is lost.

Nothing is missed, because the audit's positions have no gaps: after each notification, and after every reconnection,
what follows the last position is read. LISTEN needs a connection straight to the server. Behind a pooler in transaction
mode nothing is heard; there the audit is looked at every second, and a `DATABASE_URL` past the pooler spares that.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import asyncpg

from service.config import Settings
from service.database import asyncpg_url, reader
from service.events import feed
from service.events.hub import Hub

CHANNEL = "tracker"
# By this name an operator finds the connection in pg_stat_activity.
APPLICATION = "tracker events"

# A look without a notification: it notices that the other end is gone.
SECONDS_BETWEEN_LOOKS = 15.0
SECONDS_BETWEEN_LOOKS_BEHIND_POOLER = 1.0
SECONDS_FOR_A_STATEMENT = 10.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
# A service whose listener has no connection when it starts still answers queries.
SECONDS_TO_BEGIN = 5.0

_log = logging.getLogger("tracker")


class Listener:
    """Follows the audit for one process."""

    def __init__(self, settings: Settings, hub: Hub) -> None:
        self._login = reader(settings)
        self._seconds = SECONDS_BETWEEN_LOOKS_BEHIND_POOLER if settings.pooler else SECONDS_BETWEEN_LOOKS
        self.hub = hub
        self._position = 0
        self._is_lost = False
        self._awake = asyncio.Event()
        self.started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it follows no longer, and never will again: a lost connection alone is replaced."""
        return self._task is None or self._task.done()

    @property
    def state(self) -> str:
        """`connected`, or `reconnecting` while events are delivered later."""
        return "connected" if self.started.is_set() and not self._is_lost else "reconnecting"

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Follow the audit for the block."""
        self._task = asyncio.create_task(self.follow(), name="events")
        try:
            yield
        finally:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def follow(self) -> None:
        """Follow the audit until this is cancelled, over as many connections as it takes."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                async with self._connection() as connection:
                    await self._take_up(connection)
                    await self._catch_up(connection)
                    self._report_back()
                    pause = SHORTEST_PAUSE
                    while True:
                        await self._wait()
                        await self._catch_up(connection)
            except Exception as reason:
                # Whatever it was: the connection is replaced, and subscribers wait for that.
                self._report_lost(reason)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[feed.Connection]:
        connection = await asyncpg.connect(
            asyncpg_url(self._login.url),
            timeout=SECONDS_FOR_A_STATEMENT,
            command_timeout=SECONDS_FOR_A_STATEMENT,
            statement_cache_size=0,
            server_settings={"application_name": APPLICATION, "timezone": "UTC", **self._login.server_settings},
        )
        try:
            connection.add_termination_listener(self._wake)
            # First listened, then read: what commits in between is read, or heard, or both.
            await connection.add_listener(CHANNEL, self._wake)
            yield connection
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    async def _take_up(self, connection: feed.Connection) -> None:
        """Go on from the last position; at first from the audit's end."""
        end = await feed.head(connection)
        # After a fail-over that lost events, the audit ends earlier than it did: what is written again is delivered.
        self._position = min(self._position, end) if self.started.is_set() else end

    async def _catch_up(self, connection: feed.Connection) -> None:
        """Deliver what happened since the last position."""
        while True:
            position, events = await feed.read(connection, self._position)
            if position == self._position:
                return
            self._position = position
            await self.hub.deliver(events)

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                await self._awake.wait()
        self._awake.clear()

    def _wake(self, *_: object) -> None:
        self._awake.set()

    def _report_lost(self, reason: Exception) -> None:
        if not self._is_lost:
            self._is_lost = True
            _log.warning("Events: the connection is lost (%s); reconnecting.", str(reason) or type(reason).__name__)

    def _report_back(self) -> None:
        if self._is_lost:
            self._is_lost = False
            _log.warning("Events: connected again; what happened meanwhile is delivered.")
        self.hub.begin()
        self.started.set()


@contextlib.asynccontextmanager
async def following(settings: Settings, hub: Hub) -> AsyncIterator[Listener]:
    """A listener that delivers to a hub for the block."""
    listener = Listener(settings, hub)
    async with listener.following():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_BEGIN):
                await listener.started.wait()
        yield listener
