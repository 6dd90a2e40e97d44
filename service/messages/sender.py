"""Whatever is due is put down, and whatever waits is sent, until the process stops. Any process may go on with it."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator
from functools import partial

from schema.enumerations import MessageKind, Role
from service.answers.executor import Caller, Executor
from service.answers.request import GraphQLRequest
from service.config import Settings
from service.database import Database
from service.messages import unsubscribing
from service.messages.channels import Channel, NotSent, channel_of
from service.messages.due import collect
from service.messages.outbox import Message, Outbox
from service.messages.texts import ALWAYS, Letter, letter
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import links

SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_COLLECTIONS = 60.0
# Who the service is when it looks for what is due.
_SERVICE = Caller(Viewer("messages", Role.ADMINISTRATOR))

_log = logging.getLogger("tracker")


class Sender:
    """Sends the messages of one database for one process."""

    def __init__(self, database: Database, executor: Executor, settings: Settings) -> None:
        self._database = database
        self._read = partial(_answer, executor)
        self._settings = settings
        self._outbox = Outbox(database)

    async def collect_all(self) -> None:
        """Put down what is due, again and again, until this is cancelled."""
        while True:
            try:
                await collect(self._database, self._read, dt.datetime.now(dt.UTC))
            except Exception as reason:
                # The database is away, or a new version has changed it: what is due is still due then.
                _log.warning("Messages wait: %s", str(reason) or type(reason).__name__)
            await asyncio.sleep(SECONDS_BETWEEN_COLLECTIONS)

    async def send_all(self, channel: Channel) -> None:
        """Send what waits, one after the other, until this is cancelled."""
        while True:
            try:
                is_sent = await self.send_next(channel)
            except Exception as reason:
                # The database is away: what waits, waits in it.
                _log.debug("Messages wait: %s", str(reason) or type(reason).__name__)
                is_sent = False
            if not is_sent:
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def send_next(self, channel: Channel) -> bool:
        """Send the next message that is due; whether there was one."""
        message = await self._outbox.take()
        if message is None:
            return False
        try:
            await channel.send(await self._letter(message))
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._outbox.release(message)
            raise
        except Exception as reason:  # whatever it was: the next message does not wait for it
            said = str(reason) if isinstance(reason, NotSent) else type(reason).__name__
            _log.warning("Message %d: %s", message.id, said)
            await self._outbox.note_failure(message, said)
        else:
            await self._outbox.note_sent(message.id)
        return True

    async def _letter(self, message: Message) -> Letter:
        """A message as it is sent, with a new link where it is for signing in."""
        token = None
        if message.kind in ALWAYS:
            lasts, at = dt.timedelta(minutes=self._settings.sign_in_minutes), dt.datetime.now(dt.UTC)
            async with self._database.command(scope=EVERYWHERE) as session:
                token = await links.make(session, message.person, lasts=lasts, at=at)
        return letter_of(message, self._settings, token)


def letter_of(message: Message, settings: Settings, token: str | None = None) -> Letter:
    """A message as its reader gets it."""
    home, kind = settings.home, MessageKind(message.kind)
    return letter(
        kind,
        message.facts,
        to=message.email,
        name=message.name,
        home=home,
        unsubscribe=unsubscribing.link(settings.session_secret or "", home, message.person, kind),
        link=None if token is None else links.address_of(home, token),
    )


async def _answer(executor: Executor, request: GraphQLRequest) -> bytes:
    return await executor.data(request, _SERVICE, may_write=False)


@contextlib.asynccontextmanager
async def messaging(database: Database, executor: Executor, settings: Settings) -> AsyncIterator[None]:
    """For the block: messages are put down, and sent where the settings say how; nothing where nobody can sign in."""
    if not settings.session_secret:
        yield
        return
    channel = channel_of(settings)
    sender = Sender(database, executor, settings)
    tasks = [asyncio.create_task(sender.collect_all(), name="messages due")]
    if channel is not None:
        tasks.append(asyncio.create_task(sender.send_all(channel), name="messages"))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
