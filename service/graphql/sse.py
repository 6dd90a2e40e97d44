"""Answers become `text/event-stream`: GraphQL over Server-Sent Events (SSE), one connection for each operation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from service.answers.errors import failure
from service.answers.streams import Streamed
from service.events.hub import Stopping
from service.graphql.http_request import EVENT_STREAM

# Proxies close a silent connection, some of them after only 15 seconds.
SECONDS_BETWEEN_HEARTBEATS = 12.0
_HEARTBEAT = b":\n\n"


class EventStream(StreamingResponse):
    """`event: next` for each answer, then `event: complete`; it ends when the client leaves.

    A failure is the last answer. Without `complete`, the process is stopping and the client should connect again.
    """

    def __init__(self, answers: AsyncGenerator[Streamed, None], *, seconds: float = SECONDS_BETWEEN_HEARTBEATS) -> None:
        # Otherwise Nginx, for example, would hold answers back until its buffer is full.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__((), headers=headers, media_type=EVENT_STREAM)
        self._answers = answers
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, until it ends or the client leaves."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_answers(send))
        leaving = asyncio.create_task(_wait_for_disconnect(receive))
        beating = asyncio.create_task(self._send_heartbeats(send))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving, beating):
                task.cancel()
            await asyncio.gather(sending, leaving, beating, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_answers(self, send: Send) -> None:
        try:
            async with aclosing(self._answers) as answers:
                async for answer in answers:
                    # A browser sends the id of the last event back when it connects again.
                    place = b"" if answer.place is None else b"id: %s\n" % str(answer.place).encode()
                    await _write(send, place + _event("next", answer.json))
        except Stopping:
            return
        except Exception as reason:
            await _write(send, _event("next", failure(reason).body))
        await _write(send, _event("complete", b""))

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
