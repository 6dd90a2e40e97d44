"""Answers a request in the place of a door: with 503 when the service stops first, with 500 after a fault of ours."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import Refusal
from service.gate.refusals import refused


class Interruption:
    """Answers what is cut off, and what fails. After a signal to stop, the server cancels what is still in progress."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; when it is cancelled or fails, say so."""
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
        except Exception as reason:
            if scope["type"] != "http" or has_started:
                raise
            await refused(reason)(scope, receive, send)
