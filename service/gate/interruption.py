"""A request that the service ends before its answer, because it stops, is answered all the same: with 503."""

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
        has_begun = False

        async def noticed(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except asyncio.CancelledError:
            if scope["type"] != "http" or has_begun:
                raise
            response = refused(Refusal("request/interrupted", "The service stopped before it could answer."))
            await response(scope, receive, send)
