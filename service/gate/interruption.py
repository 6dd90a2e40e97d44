"""Answers a request with 503 when the service stops before its answer is there."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import Refusal
from service.gate.refusals import refused


class Interruption:
    """Answers what is cut off. The server cancels what is still in progress some seconds after a signal to stop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; when it is cancelled, say so."""
        has_started = False

        async def noticed(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except asyncio.CancelledError:
            if scope["type"] != "http" or has_started:
                raise
            response = refused(Refusal("request/interrupted", "The service stopped before it could answer."))
            await response(scope, receive, send)
