"""A request that came before, byte for byte, has its response again: before anything else looks at it.

Dashboards ask the same every few seconds, and to read such a request again takes longer than to answer it. Only what
anybody may read is kept here, for requests without a key and without a cookie. As with every kept answer, the database
is asked first whether its version is still the same. Where it is not, or no answer is kept, the plan of the request is
run again.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answers.answers import Answers
from service.answers.keeping import Again, Answer
from service.answers.recognised import LONGEST, MOST_MEMORY
from service.cache import Cache
from service.graphql.http_request import VERSION
from service.graphql.http_response import SERVER_TIMING, failed, response, timing
from service.noted import note, noted
from service.reads import reader
from service.reads.versions import Version

PATH = "/graphql"
# Where a request's scope has what keeps its response.
KEEP = "tracker.keep"
Keep: TypeAlias = Callable[[Response, Answer, str], None]
_VERSION, _TIMING = VERSION.lower().encode(), SERVER_TIMING.lower().encode()
# A longer body is rare, and would have to be held while it arrives.
LONGEST_BODY = LONGEST
# Tracing gives each request its own; no answer depends on these.
_OF_ONE_REQUEST = frozenset({b"x-request-id", b"traceparent", b"tracestate", b"baggage"})
# Who is asking, and what they want to see at least: the request has to be looked at.
_OF_ONE_CLIENT = frozenset({b"authorization", b"cookie", _VERSION})
# Written for each response.
_OF_ONE_RESPONSE = frozenset({_VERSION, _TIMING})
_MEMORY_OF_ANY = 2_000
# In bytes. Where no answer is kept, responses that no data can change have this room.
_LEAST_ROOM = 100_000

_Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]


class _Sent(NamedTuple):
    """What a client sent, as far as a response may depend on it."""

    method: str
    address: bytes
    headers: _Headers
    body: bytes

    @property
    def memory(self) -> int:
        return len(self.address) + len(self.body) + sum(len(name) + len(value) + 150 for name, value in self.headers)


@dataclass(frozen=True)
class _Kept:
    """A response, and what it holds for: a day, and a version of the data unless it is a constant."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes
    operation: object
    day: dt.date
    version: Version | None
    memory: int


@dataclass(frozen=True)
class _Known:
    """How to answer a request again on a day, in which media type."""

    again: Again
    media_type: str
    day: dt.date
    memory: int


class Repeated:
    """Answers what is repeated, and passes everything else on."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._kept: Cache[_Sent, _Kept] = Cache(most_bytes or _LEAST_ROOM, lambda kept: kept.memory)
        self._known: Cache[_Sent, _Known] = Cache(MOST_MEMORY, lambda known: known.memory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request again, or pass it on with what keeps its response."""
        headers = _repeatable(scope)
        if headers is None:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        first: Message | None = None
        if scope["method"] == "POST":
            first = await receive()
            if first.get("more_body") or len(first.get("body", b"")) > LONGEST_BODY:
                await self._app(scope, _after(first, receive), send)
                return
            receive = _after(first, receive)
        sent = _Sent(scope["method"], scope["query_string"], headers, first.get("body", b"") if first else b"")
        kept, day = self._kept.get(sent), reader.today()
        if kept is not None and kept.day == day and await self._sent_again(kept, scope, send, began):
            return
        known = self._known.get(sent)
        if known is not None and known.day == day:
            request = Request(scope, receive)
            made = await self._answered_again(known, request, began, self._keeper(sent, day))
            if made is not None:
                await made(scope, receive, send)
                return
        scope[KEEP] = self._keeper(sent, day)
        await self._app(scope, receive, send)

    async def _answered_again(self, known: _Known, request: Request, began: float, keep: Keep) -> Response | None:
        """The response to a request that is known, answered again; None when it has to be looked at."""
        try:
            answer = await known.again.answer(request.receive)
        except Exception as reason:
            return failed(reason, known.media_type)
        if answer is None:
            return None
        milliseconds = 1_000 * (time.perf_counter() - began)
        made = await response(request, answer, known.media_type, is_anonymous=True, milliseconds=milliseconds)
        keep(made, answer, known.media_type)
        return made

    async def _sent_again(self, found: _Kept, scope: Scope, send: Send, began: float) -> bool:
        """Send a kept response if it still holds: whether it does."""
        head = list(found.headers)
        if found.version is not None:
            now = await Answers.of(Request(scope)).executor.versions.now()
            if not now.has_data_of(found.version):
                return False
            head.append((_VERSION, str(now.position).encode()))
        note(kind=OperationType.QUERY.value, operation=found.operation, is_kept=True)
        milliseconds = 1_000 * (time.perf_counter() - began)
        head.append((_TIMING, timing(milliseconds, was_kept=True).encode()))
        await send({"type": "http.response.start", "status": found.status, "headers": head})
        await send({"type": "http.response.body", "body": found.content})
        return True

    def _keeper(self, sent: _Sent, day: dt.date) -> Keep:
        """What keeps the response to a request that came on a day."""

        def keep(response: Response, answer: Answer, media_type: str) -> None:
            if answer.again is not None:
                self._known.put(sent, _Known(answer.again, media_type, day, sent.memory + answer.again.memory))
            is_constant = answer.version is None and answer.again is not None
            if not answer.is_public or not (answer.was_kept or is_constant):
                # A response is kept when its request comes a second time: what is sent once pushes out nothing.
                return
            headers = [each for each in response.raw_headers if each[0] not in _OF_ONE_RESPONSE]
            content = bytes(response.body)
            memory = _MEMORY_OF_ANY + sent.memory + len(content)
            self._kept.put(
                sent, _Kept(response.status_code, headers, content, noted("operation"), day, answer.version, memory)
            )

        return keep


def _repeatable(scope: Scope) -> _Headers | None:
    """The headers on which a response may depend; None for a request that is always looked at."""
    if scope["type"] != "http" or scope["path"] != PATH:
        return None
    headers = []
    for header in scope["headers"]:
        name, value = header
        if name in _OF_ONE_CLIENT or (name == b"content-length" and _is_long(value)):
            return None
        if name not in _OF_ONE_REQUEST:
            headers.append(header)
    return tuple(headers)


def _is_long(length: bytes) -> bool:
    return not length.isdigit() or len(length) > len(str(LONGEST_BODY)) or int(length) > LONGEST_BODY


def _after(first: Message, receive: Receive) -> Receive:
    """Receives a message that has been received, and then what follows it."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
