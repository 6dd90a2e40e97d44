"""One id and one line for each request: what was asked, who asked, how it ended and how long it took.

A caller may send its own id in `X-Request-ID`, and a trace in `traceparent`; both are in the line, and the id is in the
answer. The line has no values of a request, because these may be of people.
"""

import logging
import re
import secrets
import time
from collections.abc import Hashable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import noted
from service.turns import CLIENT

LOGGER = logging.getLogger("tracker.requests")
# Probes ask every second, and say nothing.
QUIET = frozenset({"/livez", "/readyz"})
_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class RequestLog:
    """Writes a line for each request, and gives each its id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write its line when it has ended."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        began, notes = time.perf_counter(), noted.begin()
        CLIENT.set(_client(scope))
        identity, trace = _sent_by_caller(scope["headers"])
        header = (b"x-request-id", identity.encode())
        status = 0

        async def with_identity(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        try:
            await self._app(scope, receive, with_identity)
        finally:
            if scope["path"] not in QUIET and LOGGER.isEnabledFor(logging.INFO):
                line = {
                    "request": identity,
                    "trace": trace,
                    "method": scope.get("method", "WEBSOCKET"),
                    "path": scope["path"],
                    "status": status or None,
                    "milliseconds": round(1_000 * (time.perf_counter() - began), 1),
                    **notes,
                }
                LOGGER.info({name: value for name, value in line.items() if value is not None})


def _client(scope: Scope) -> Hashable:
    """Whose requests are counted together when they wait for the same thing: those with a key, or of an address."""
    key = next((value for name, value in scope["headers"] if name == b"authorization"), None)
    address = scope.get("client")
    return key or (address and address[0])


def _sent_by_caller(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str | None]:
    """The id and the trace of a request: those that its caller sent, if they are well formed."""
    identity, trace = "", None
    for name, value in headers:
        if name == b"x-request-id" and not identity and _ID.fullmatch(value):
            identity = value.decode()
        elif name == b"traceparent" and trace is None and (match := _TRACE.fullmatch(value)):
            trace = match[1].decode()
    return identity or secrets.token_hex(8), trace
