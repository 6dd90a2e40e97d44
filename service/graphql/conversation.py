"""One WebSocket, from its handshake to its end: messages become operations, and their answers messages."""

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.errors import Refusal
from service.answers.access import Access, FindCaller
from service.answers.errors import failure
from service.answers.streams import NoLonger, Streams
from service.events.hub import Stopping
from service.graphql import messages
from service.graphql.messages import Closing, Message

MOST_OPERATIONS = 100


class Conversation:
    """One connection, from the handshake to its end."""

    def __init__(self, websocket: WebSocket, streams: Streams, access: Access) -> None:
        self._websocket = websocket
        self._streams = streams
        self._access = access
        self._find_caller: FindCaller | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._is_closed = False

    async def held(self, seconds_to_init: float) -> None:
        """Answer messages until the connection ends, and end what still runs then."""
        try:
            async with asyncio.timeout(seconds_to_init) as limit:
                while (said := await self._websocket.receive())["type"] != "websocket.disconnect":
                    await self._answer(messages.message(said.get("text")))
                    if self._find_caller is not None:
                        limit.reschedule(None)
        except TimeoutError:
            await self._close(Closing(messages.INIT_TIMEOUT, "No connection_init came in time."))
        except Closing as closing:
            await self._close(closing)
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _answer(self, said: Message) -> None:
        match said.type:
            case "connection_init":
                await self._begin(said.payload or {})
            case "ping":
                await self._send(messages.pong(said.payload))
            case "subscribe":
                await self._start(said)
            case "complete" if task := self._running.pop(said.id, None):
                task.cancel()

    async def _begin(self, payload: dict[str, Any]) -> None:
        if self._find_caller is not None:
            raise Closing(messages.SECOND_INIT, "There was a connection_init already.")
        find_caller: FindCaller = partial(self._access.of_connection, self._websocket)
        for name, value in payload.items():
            # A browser cannot give a WebSocket headers.
            if name.lower() == "authorization" and value is not None:
                find_caller = partial(self._access.of_authorization, str(value))
        try:
            await find_caller()
        except Exception as reason:
            raise _refused(reason) from reason
        self._find_caller = find_caller
        await self._send(messages.ack())

    async def _start(self, said: Message) -> None:
        if self._find_caller is None:
            raise Closing(messages.UNAUTHORISED, "Nothing is answered before connection_init.")
        if said.id in self._running:
            raise Closing(messages.SAME_ID, f"An operation with the id {said.id} is running.")
        if len(self._running) >= MOST_OPERATIONS:
            full = Refusal("request/too-many-operations", f"{MOST_OPERATIONS} operations are running on this socket.")
            await self._send(messages.error(said.id, failure(full).errors))
            return
        self._running[said.id] = asyncio.create_task(self._run(said, self._find_caller), name="operation")

    async def _run(self, said: Message, find_caller: FindCaller) -> None:
        """Carry an operation out, and send what comes of it."""
        try:
            await self._stream(said, find_caller)
        except Closing as closing:
            await self._close(closing)
        except NoLonger as reason:
            await self._close(Closing(messages.FORBIDDEN, reason.message))
        except Stopping:
            # The close of the whole socket says all there is to say; a `complete` would keep clients from coming back.
            pass
        except Exception as reason:
            await self._send(messages.error(said.id, failure(reason).errors))
        finally:
            # A client that completed it may have begun another under its id.
            if self._running.get(said.id) is asyncio.current_task():
                del self._running[said.id]

    async def _stream(self, said: Message, find_caller: FindCaller) -> None:
        async with aclosing(self._streams.answers(said.request, find_caller, may_write=True)) as answers:
            async for data in answers:
                await self._send(messages.following(said.id, data))
        await self._send(messages.complete(said.id))

    async def _send(self, text: str) -> None:
        """Send a message; whoever has gone is told nothing more."""
        try:
            if not self._is_closed:
                await self._websocket.send_text(text)
        except WebSocketDisconnect:
            self._is_closed = True

    async def _close(self, closing: Closing) -> None:
        if not self._is_closed:
            self._is_closed = True
            await self._websocket.close(closing.code, closing.reason)


def _refused(reason: Exception) -> Closing:
    """How a connection that may not begin is closed: clients come back by themselves only where that can help."""
    [error] = failure(reason).errors
    numbers = {"UNAUTHENTICATED": messages.UNAUTHORISED, "FORBIDDEN": messages.FORBIDDEN, "internal": messages.FAULT}
    return Closing(numbers.get(error["extensions"]["code"], messages.TRY_AGAIN_LATER), error["message"])
