"""Whatever is due is sent, until the process stops: several webhooks at once, the events of each in order."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import httpx

from schema.enumerations import Role
from schema.errors import Refusal
from service.answers.caller import Caller
from service.answers.request import GraphQLRequest
from service.answers.streams import Streams
from service.background import in_background
from service.database import Database
from service.events.hub import Hub
from service.viewer import EVERYWHERE, Viewer
from service.webhooks import message
from service.webhooks.outbox import LeaseIsOver, Outbox, Webhook

# A slow address holds up no other, and many of them do not take all connections.
MOST_AT_ONCE = 4
# A look without an event: for what waits for another attempt, and for what another process has left.
SECONDS_BETWEEN_LOOKS = 5.0
_MEMBERS = """
    SELECT code FROM organisation
    WHERE id = $1 OR id IN (SELECT member_id FROM ancestry WHERE ancestor_id = $1 AND period @> current_date)
"""

_log = logging.getLogger("tracker")


class Sender:
    """Sends the events of one database for one process."""

    def __init__(self, database: Database, streams: Streams, hub: Hub, posting: httpx.AsyncClient) -> None:
        self._database = database
        self._outbox = Outbox(database)
        self._streams = streams
        self._hub = hub
        self._posting = posting
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def send_all(self) -> None:
        """Send what is due, and what becomes due, until this is cancelled."""
        async with asyncio.TaskGroup() as sending:
            while True:
                await self._room.acquire()
                webhook = await self._take()
                if webhook is None:
                    self._room.release()
                    await self._hub.wait(SECONDS_BETWEEN_LOOKS)
                else:
                    sending.create_task(self._serve(webhook), name=f"webhook {webhook.id}")

    async def _take(self) -> Webhook | None:
        taking = asyncio.create_task(self._outbox.take(), name="webhook due")
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            # The process stops: others need not wait until the lease is over. Without a database there is none.
            with contextlib.suppress(Exception):
                if webhook := await taking:
                    await self._outbox.release(webhook)
            raise
        except Exception as reason:
            # The database is away: what is due waits in it.
            _log.debug("Webhooks wait: %s", str(reason) or type(reason).__name__)
            return None

    async def _serve(self, webhook: Webhook) -> None:
        try:
            await self._send(webhook)
        except LeaseIsOver:
            _log.info("Webhook %s: somebody else goes on with it.", webhook.name)
        except Exception:
            # Its lease ends by itself, and it is tried again.
            _log.exception("Webhook %s: it could not be sent.", webhook.name)
        finally:
            self._room.release()

    async def _send(self, webhook: Webhook) -> None:
        """Send the events after the place of a webhook, until all are sent or one is not taken."""
        try:
            request = GraphQLRequest(webhook.document, webhook.variables)
            members = await self._members(webhook.organisation_id)
            async with contextlib.aclosing(
                self._streams.answers_after(request, caller_of(webhook), webhook.place, members)
            ) as answers:
                async for place, answer in answers:
                    if answer is not None:
                        await message.post(self._posting, webhook, place, answer.json)
                    webhook = await self._outbox.reach(webhook, place, is_delivered=answer is not None)
        except message.NotTaken as reason:
            _log.warning("Webhook %s: %s", webhook.name, reason)
            await self._outbox.note_failure(webhook, str(reason), is_final=isinstance(reason, message.Gone))
        except Refusal as reason:
            _log.warning("Webhook %s: %s", webhook.name, reason.message)
            await self._outbox.note_failure(webhook, reason.message)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._outbox.release(webhook)
            raise
        else:
            await self._outbox.release(webhook)

    async def _members(self, organisation: int | None) -> frozenset[str] | None:
        """The codes of an organisation and of its members today; None for every organisation."""
        if organisation is None:
            return None
        return frozenset(row["code"] for row in await self._database.reading.fetch(_MEMBERS, organisation))


def caller_of(webhook: Webhook) -> Caller:
    """Who a webhook reads as: somebody who sees the submissions of its organisation."""
    scope = EVERYWHERE if webhook.organisation_id is None else webhook.organisation_id
    return Caller(Viewer(f"webhook {webhook.name}", Role.SUBMITTER, scope=scope))


@contextlib.asynccontextmanager
async def sending(database: Database, streams: Streams, hub: Hub) -> AsyncIterator[None]:
    """For the block: events are sent to the webhooks of a database."""
    async with (
        message.client() as posting,
        in_background(webhooks=Sender(database, streams, hub, posting).send_all()),
    ):
        yield
