"""Counts the requests of each address and each key, minute by minute, and refuses those beyond the limit.

Whoever guesses keys is stopped earlier. Addresses of this machine are not counted: they are the people who run the
service, or a proxy, which names its client.
"""

import hashlib
from collections.abc import Hashable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import Refusal
from service.bounds import KEY_OF_SOCKET, RATE_OF_REQUEST, Bounds
from service.config import LOOPBACK
from service.counting import SECONDS, Counter
from service.gate.refusals import refused
from service.gate.request_log import QUIET

# How the GraphQL protocol for WebSockets closes one whose key is wrong, and how any says "later".
_UNAUTHORISED, _LATER = 4401, 1013


class RateLimits:
    """Lets through so many requests a minute, and says in each answer how many are left."""

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        self._app = app
        self._by_address = Counter(bounds.most_requests_a_minute)
        self._by_key = Counter(bounds.most_requests_a_minute_with_key)
        self._wrong_keys = Counter(bounds.most_wrong_keys_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with `request/too-many`."""
        address = _address(scope)
        if address is None:
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get("authorization")
        if key and self._wrong_keys.is_used_up(address):
            await self._refuse(scope, receive, send, self._wrong_keys.seconds_left(address), "wrong keys")
            return
        counter, client = self._counted(key, address)
        if counter.is_used_up(client):
            await self._refuse(scope, receive, send, counter.seconds_left(client), "requests")
            return
        counter.of(client).used += 1
        scope[RATE_OF_REQUEST] = counter.row(client)

        async def counting(message: Message) -> None:
            if _says_wrong_key(message) and (key or scope["type"] == "websocket"):
                self._wrong_keys.of(address).used += 1
            if message["type"] == "http.response.start" and counter.most:
                _tell(MutableHeaders(raw=message["headers"]), counter, client)
            await send(message)

        is_open = False

        async def limited() -> Message:
            """The next message of a WebSocket. Each counts as a request does; the first is a part of opening it."""
            nonlocal is_open
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if not is_open:
                is_open = True
                return message
            counter, client = self._counted(scope.get(KEY_OF_SOCKET) or key, address)
            if counter.is_used_up(client):
                await self._refuse(scope, receive, send, counter.seconds_left(client), "messages")
                return {"type": "websocket.disconnect", "code": _LATER}
            counter.of(client).used += 1
            return message

        await self._app(scope, limited if scope["type"] == "websocket" else receive, counting)

    def _counted(self, key: str | None, address: str) -> tuple[Counter, Hashable]:
        """By what somebody is counted: their key, or else their address."""
        return (self._by_key, _digest(key)) if key else (self._by_address, address)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, seconds: int, what: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _LATER, "reason": f"Too many {what}."})
            return
        response = refused(Refusal("request/too-many", f"You have sent too many {what} in a minute."))
        response.headers["Retry-After"] = str(seconds)
        await response(scope, receive, send)


def _address(scope: Scope) -> str | None:
    """The address that is counted; None for what is not."""
    if scope["type"] == "lifespan" or scope["path"] in QUIET or not scope.get("client"):
        return None
    host: str = scope["client"][0]
    return None if host in LOOPBACK else host


def _digest(key: str) -> bytes:
    """What stands for a key while its requests are counted: the key itself is not kept."""
    return hashlib.sha256(key.encode()).digest()


def _says_wrong_key(message: Message) -> bool:
    if message["type"] == "http.response.start":
        return bool(message["status"] == 401)
    return message["type"] == "websocket.close" and message.get("code") == _UNAUTHORISED


def _tell(headers: MutableHeaders, counter: Counter, client: Hashable) -> None:
    """What is left, as the draft of the Internet Engineering Task Force on rate limits writes it."""
    headers["RateLimit-Policy"] = f'"requests";q={counter.most};w={SECONDS}'
    headers["RateLimit"] = f'"requests";r={counter.left(client)};t={counter.seconds_left(client)}'
