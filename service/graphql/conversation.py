"""One WebSocket, from its handshake to its end: messages become operations, and their answers become messages."""

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.errors import Refusal
from service.answers.access import Access, FindCaller
from service.answers.errors import failure
from service.answers.streams import NoLonger, Streams
from service.bounds import KEY_OF_SOCKET
from service.events.hub import Stopping
from service.graphql import messages
from service.graphql.http_request import MOST_OPERATIONS
from service.graphql.messages import Closing, Message


class _Turn:
    """The place of an operation among those of its socket: it is prepared at once, and goes on after the one before."""

    def __init__(self, before: "_Turn | None") -> None:
        self._before = before
        self._is_over = asyncio.Event()

    async def __aenter__(self) -> None:
        """Prepare."""

    async def __aexit__(self, *_: object) -> None:
        """Wait until the one before is prepared, whether this one is refused or not."""
        try:
            if self._before is not None:
                await self._before._is_over.wait()
        finally:
            self.end()

    def end(self, *_: object) -> None:
        """Let the next one go on."""
        self._before = None
        self._is_over.set()


class Conversation:
    """One connection, from the handshake to its end."""

    def __init__(self, websocket: WebSocket, streams: Streams, access: Access, most_anonymous: int) -> None:
        self._websocket = websocket
        self._streams = streams
        self._access = access
        self._find_caller: FindCaller | None = None
        # The longest message; none without a limit of its own is longer than the server lets any be.
        self._most: int | None = most_anonymous
        self._running: dict[str, asyncio.Task[None]] = {}
        # The turn of the operation that came last.
        self._turn: _Turn | None = None
        self._is_closed = False

    async def converse(self, seconds_to_init: float) -> None:
        """Answer messages until the connection ends, then cancel what is still running."""
        try:
            async with asyncio.timeout(seconds_to_init) as limit:
                while (event := await self._websocket.receive())["type"] != "websocket.disconnect":
                    await self._answer(messages.parse(self._checked(event.get("text"))))
                    if self._find_caller is not None:
                        limit.reschedule(None)
        except TimeoutError:
            await self._close(Closing(messages.INIT_TIMEOUT, "No connection_init arrived in time."))
        except Closing as closing:
            await self._close(closing)
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _checked(self, text: str | None) -> str | None:
        """A message that is not too long. Closes the socket otherwise."""
        if self._most is not None and len(text or "") > self._most:
            raise Closing(messages.TOO_LARGE, f"Without a key, a message has {self._most:,} characters at most.")
        return text

    async def _answer(self, message: Message) -> None:
        match message.type:
            case "connection_init":
                await self._begin(message.payload or {})
            case "ping":
                await self._send(messages.pong(message.payload))
            case "subscribe":
                await self._start(message)
            case "complete" if task := self._running.pop(message.id, None):
                task.cancel()

    async def _begin(self, payload: dict[str, Any]) -> None:
        if self._find_caller is not None:
            raise Closing(messages.SECOND_INIT, "There has already been a connection_init.")
        find_caller: FindCaller = partial(self._access.of_connection, self._websocket)
        # A browser cannot set headers for a WebSocket.
        given = [str(value) for name, value in payload.items() if name.lower() == "authorization" and value is not None]
        if given:
            find_caller = partial(self._access.of_authorization, given[-1])
        try:
            caller = await find_caller()
        except Exception as reason:
            raise _closing(reason) from reason
        if caller.viewer is not None:
            self._most = None
        if given:
            self._websocket.scope[KEY_OF_SOCKET] = given[-1]
        self._find_caller = find_caller
        await self._send(messages.ack())

    async def _start(self, message: Message) -> None:
        if self._find_caller is None:
            raise Closing(messages.UNAUTHORISED, "Send connection_init first.")
        if message.id in self._running:
            raise Closing(messages.SAME_ID, f"An operation with the id {message.id} is already running.")
        if len(self._running) >= MOST_OPERATIONS:
            full = Refusal("request/too-many-operations", f"This socket already runs {MOST_OPERATIONS} operations.")
            await self._send(messages.error(message.id, failure(full).errors))
            return
        self._turn = turn = _Turn(self._turn)
        task = asyncio.create_task(self._run(message, self._find_caller, turn), name="operation")
        # Also if it is cancelled before it starts.
        task.add_done_callback(turn.end)
        self._running[message.id] = task

    async def _run(self, message: Message, find_caller: FindCaller, turn: _Turn) -> None:
        """Carry out an operation and send its answers."""
        try:
            await self._stream(message, find_caller, turn)
        except Closing as closing:
            await self._close(closing)
        except NoLonger as reason:
            await self._close(Closing(messages.FORBIDDEN, reason.message))
        except Stopping:
            # Closing the whole socket is enough: after a `complete`, clients would not reconnect.
            pass
        except Exception as reason:
            await self._send(messages.error(message.id, failure(reason).errors))
        finally:
            # A client that completed it may have started another one with the same id.
            if self._running.get(message.id) is asyncio.current_task():
                del self._running[message.id]

    async def _stream(self, message: Message, find_caller: FindCaller, turn: _Turn) -> None:
        answering = self._streams.answers(message.request, find_caller, may_write=True, turn=turn)
        async with aclosing(answering) as answers:
            async for answer in answers:
                await self._send(messages.next_answer(message.id, answer.json))
        await self._send(messages.complete(message.id))

    async def _send(self, text: str) -> None:
        """Send a message, unless the client has gone."""
        try:
            if not self._is_closed:
                await self._websocket.send_text(text)
        except WebSocketDisconnect:
            self._is_closed = True

    async def _close(self, closing: Closing) -> None:
        if not self._is_closed:
            self._is_closed = True
            await self._websocket.close(closing.code, closing.reason)


def _closing(reason: Exception) -> Closing:
    """How a refused connection is closed. The code makes clients reconnect only where that can help."""
    [error] = failure(reason).errors
    numbers = {"UNAUTHENTICATED": messages.UNAUTHORISED, "FORBIDDEN": messages.FORBIDDEN, "internal": messages.FAULT}
    return Closing(numbers.get(error["extensions"]["code"], messages.TRY_AGAIN_LATER), error["message"])
