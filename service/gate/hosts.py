"""Refuses a request for a host that the service does not have, so that nobody's page speaks in its name.

The address in a request's `Host` header becomes part of links and of the way back from a sign-in.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.errors import Refusal
from service.gate.refusals import refused


class AllowedHosts:
    """Lets through requests for some hosts: `tracker.example`, or `*.example` for all below it."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._exact = {host.lower() for host in hosts if not host.startswith("*.")}
        self._below = tuple(host[1:].lower() for host in hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with `request/unknown-host`."""
        if scope["type"] == "lifespan" or self._is_ours(_host(scope)):
            await self._app(scope, receive, send)
            return
        response: Response = refused(
            Refusal("request/unknown-host", "The service does not have the host of the request.")
        )
        await response(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        return host in self._exact or (bool(self._below) and host.endswith(self._below))


def _host(scope: Scope) -> str:
    """The host without its port, in small letters."""
    host = Headers(scope=scope).get("host", "").lower()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
