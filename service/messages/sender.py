"""Whatever is due is put down, and whatever waits is sent, until the process stops. Any process may go on with it."""

import asyncio
import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from schema.enumerations import MessageKind, Role
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.background import in_background
from service.config import Settings
from service.database import Database
from service.messages import unsubscribing
from service.messages.channels import Channel, InDoubt, NotSent, channel_of
from service.messages.due import collect
from service.messages.outbox import Message, Outbox
from service.messages.texts import ALWAYS, Letter, letter
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import links

SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_COLLECTIONS = 60.0
# How long a process that stops waits for the letter that it is sending.
SECONDS_TO_FINISH = 5.0
# How often it is noted that a letter was sent, while the database is away for a moment, with a second in between.
_MOST_NOTES = 5
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
            written = await self._letter(message)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._outbox.release(message.id)
            raise
        except Exception as reason:  # whatever it was: the next message does not wait for it
            await self._note_failure(message, reason, is_certain=True)
            return True
        sending = asyncio.create_task(self._send(channel, message, written))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            # A letter that is under way is finished first: nobody could say afterwards whether it went.
            await asyncio.wait({sending}, timeout=SECONDS_TO_FINISH)
            sending.cancel()
            raise
        return True

    async def _send(self, channel: Channel, message: Message, written: Letter) -> None:
        """Send a letter, and note how that went."""
        try:
            await channel.send(written)
        except Exception as reason:
            is_certain = isinstance(reason, NotSent) and not isinstance(reason, InDoubt)
            await self._note_failure(message, reason, is_certain=is_certain)
        else:
            await self._note_sent(message)

    async def _note_failure(self, message: Message, reason: Exception, *, is_certain: bool) -> None:
        said = str(reason) if isinstance(reason, NotSent) else type(reason).__name__
        _log.warning("Message %d: %s", message.id, said)
        await self._outbox.note_failure(message, said, is_certain=is_certain)

    async def _note_sent(self, message: Message) -> None:
        """Note that a message was sent. Where the database stays away, it is in doubt."""
        for attempt in range(_MOST_NOTES):
            try:
                return await self._outbox.note_sent(message.id)
            except Exception:
                if attempt == _MOST_NOTES - 1:
                    raise
                await asyncio.sleep(1)
        return None

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
    made = letter(
        kind,
        message.facts,
        to=message.email,
        name=message.name,
        home=home,
        unsubscribe=unsubscribing.link(settings.session_secret or "", home, message.person, kind),
        link=None if token is None else links.address_of(home, token),
    )
    return replace(made, key=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{home}/messages/{message.id}")))


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
    works = {"messages_due": sender.collect_all()}
    if channel is not None:
        works["messages"] = sender.send_all(channel)
    async with in_background(**works):
        yield
