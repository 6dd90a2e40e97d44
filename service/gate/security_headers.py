"""Every answer tells browsers what they may do with it. A door that needs more says so itself, and that counts."""

from collections.abc import Iterable, Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing may be loaded, framed or sent: what the doors answer is data, and pages that bring their own style.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A year, as browsers' lists of such hosts ask.
_ONLY_HTTPS = "max-age=31536000; includeSubDomains"
_SAYS_WHO = frozenset({b"authorization", b"cookie"})
# As they go out. Every response passes here, so none of it is written again for each.
_ALWAYS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_OVER_HTTPS = (b"strict-transport-security", _ONLY_HTTPS.encode())
# What one person may see is not for a shared cache.
_OF_ONE_PERSON = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers that a response lacks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the head of its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_lacking(message["headers"], scope)]
            await send(message)

        await self._app(scope, receive, with_headers)


def _lacking(headers: Iterable[tuple[bytes, bytes]], scope: Scope) -> Iterator[tuple[bytes, bytes]]:
    """The headers that a response lacks."""
    there = {name for name, _ in headers}
    wanted = [*_ALWAYS]
    if not _SAYS_WHO.isdisjoint(name for name, _ in scope["headers"]):
        wanted.append(_OF_ONE_PERSON)
    if scope["scheme"] == "https":
        wanted.append(_OVER_HTTPS)
    return (each for each in wanted if each[0] not in there)
