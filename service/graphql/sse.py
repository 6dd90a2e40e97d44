"""Answers become `text/event-stream`: GraphQL over Server-Sent Events (SSE).

A stream is of one operation. Subscriptions that come as a list share one, and each event says by its `id` whose it is:
over HTTP/1.1, a browser opens no more than six connections to one host.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TypeAlias

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from service.answers.errors import failure
from service.answers.streams import Streamed
from service.events.hub import Stopping
from service.graphql.http_request import EVENT_STREAM

# Proxies close a silent connection, some of them after only 15 seconds.
SECONDS_BETWEEN_HEARTBEATS = 12.0
_HEARTBEAT = b":\n\n"


# The answers of one operation, and the events of a stream as they go out.
Answers: TypeAlias = AsyncGenerator[Streamed, None]
Events: TypeAlias = AsyncGenerator[bytes, None]


async def events_of(answers: Answers) -> Events:
    """`event: next` for each answer, then `event: complete`.

    A failure is the last answer. Without `complete`, the process is stopping and the client should connect again.
    """
    try:
        async with aclosing(answers):
            async for answer in answers:
                # A browser sends the id of the last event back when it connects again.
                place = b"" if answer.place is None else b"id: %s\n" % str(answer.place).encode()
                yield place + _event("next", answer.json)
    except Stopping:
        return
    except Exception as reason:
        yield _event("next", failure(reason).body)
    yield _event("complete", b"")


async def events_of_several(operations: Mapping[str, Answers]) -> Events:
    """The same for several operations in one stream, until all of them are complete.

    The data of an event is `{"id": …, "payload": …}`. Where an operation goes on after a pause is its own `since`.
    """
    # With room for one event, a client that reads slowly is waited for.
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(1)
    is_stopping = False

    async def run(key: str, answers: Answers) -> None:
        nonlocal is_stopping
        of = b'{"id":' + orjson.dumps(key)
        try:
            async with aclosing(answers):
                async for answer in answers:
                    await waiting.put(_event("next", of + b',"payload":' + answer.json + b"}"))
        except Stopping:
            is_stopping = True
        except Exception as reason:
            await waiting.put(_event("next", of + b',"payload":' + failure(reason).body + b"}"))
        if not is_stopping:
            await waiting.put(_event("complete", of + b"}"))
        await waiting.put(None)

    running = [asyncio.create_task(run(key, answers), name="operation") for key, answers in operations.items()]
    try:
        left = len(running)
        while left and not is_stopping:
            event = await waiting.get()
            if event is None:
                left -= 1
            else:
                yield event
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


class EventStream(StreamingResponse):
    """The events of one stream, which ends when the client leaves."""

    def __init__(self, events: Events, *, seconds: float = SECONDS_BETWEEN_HEARTBEATS) -> None:
        # Otherwise Nginx, for example, would hold answers back until its buffer is full.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__((), headers=headers, media_type=EVENT_STREAM)
        self._events = events
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, until it ends or the client leaves."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_events(send))
        leaving = asyncio.create_task(_wait_for_disconnect(receive))
        beating = asyncio.create_task(self._send_heartbeats(send))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The service stops, and has waited for an event that is still being read: the stream ends as any other.
            pass
        finally:
            for task in (sending, leaving, beating):
                task.cancel()
            await asyncio.gather(sending, leaving, beating, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_events(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            async for event in events:
                await _write(send, event)

    async def _send_heartbeats(self, send: Send) -> None:
        """Show that the stream is open: once at the start, then at regular intervals."""
        while True:
            await _write(send, _HEARTBEAT)
            await asyncio.sleep(self._seconds)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


def _event(name: str, data: bytes) -> bytes:
    # JSON has line breaks only between its tokens; in a stream they would end the event.
    return b"event: " + name.encode() + b"\ndata: " + data.replace(b"\n", b" ") + b"\n\n"
