"""Answers become `text/event-stream`: GraphQL over SSE in its mode of distinct connections, one for each operation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from service.answers.errors import failure
from service.events.hub import Stopping
from service.graphql.http_request import EVENT_STREAM

# Proxies close what is silent for a while, the impatient ones after 15 seconds.
SECONDS_BETWEEN_SIGNS = 12.0
_SIGN_OF_LIFE = b":\n\n"


class EventStream(StreamingResponse):
    """`event: next` for each answer, then `event: complete`; it ends when the client goes.

    A failure is the last answer. Without `complete` the process stops, and the client may begin again.
    """

    def __init__(self, answers: AsyncGenerator[bytes, None], *, seconds: float = SECONDS_BETWEEN_SIGNS) -> None:
        # Nginx, for one, would keep answers back until it has a buffer full of them.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(answers, headers=headers, media_type=EVENT_STREAM)
        self._answers = answers
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, until its end or the client's going."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        telling = asyncio.create_task(self._tell(send))
        gone = asyncio.create_task(_gone(receive))
        living = asyncio.create_task(self._live(send))
        try:
            await asyncio.wait({telling, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, gone, living):
                task.cancel()
            await asyncio.gather(telling, gone, living, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        try:
            async with aclosing(self._answers) as answers:
                async for data in answers:
                    await _write(send, _event("next", b'{"data":' + data + b"}"))
        except Stopping:
            return
        except Exception as reason:
            await _write(send, _event("next", orjson.dumps({"errors": failure(reason).errors})))
        await _write(send, _event("complete", b""))

    async def _live(self, send: Send) -> None:
        """Say at once, and then in every silence, that the stream is open."""
        while True:
            await _write(send, _SIGN_OF_LIFE)
            await asyncio.sleep(self._seconds)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


def _event(name: str, data: bytes) -> bytes:
    # JSON has line ends only between its tokens; in a stream they would end the event.
    return b"event: " + name.encode() + b"\ndata: " + data.replace(b"\n", b" ") + b"\n\n"
