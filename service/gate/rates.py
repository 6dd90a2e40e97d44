"""Counts the requests of each address and each key, minute by minute, and refuses those beyond the limit.

Whoever guesses keys is stopped earlier. Addresses of this machine are not counted: they are the people who run the
service, or a proxy, which names its client.
"""

import datetime as dt
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import Refusal
from service.bounds import KEY_OF_SOCKET, RATE_OF_REQUEST, Bounds
from service.config import LOOPBACK
from service.gate.refusals import refused
from service.gate.request_log import QUIET

SECONDS = 60
# The counts that are kept. Someone with more addresses than this cannot be stopped by a limit for each address.
MOST_COUNTED = 10_000
# How the GraphQL protocol for WebSockets closes one whose key is wrong, and how any says "later".
_UNAUTHORISED, _LATER = 4401, 1013


@dataclass
class Count:
    """How much one client has used of the current minute."""

    ends: float
    used: int = 0


class Counter:
    """The counts of all clients for one limit; a limit of 0 is none."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._counts: OrderedDict[Hashable, Count] = OrderedDict()

    def of(self, client: Hashable) -> Count:
        """The count of a client; a new one when its minute is over."""
        now = self._clock()
        count = self._counts.get(client)
        if count is None or count.ends <= now:
            count = self._counts[client] = Count(now + SECONDS)
            self._counts.move_to_end(client)
            if len(self._counts) > MOST_COUNTED:
                self._counts.popitem(last=False)
        return count

    def is_used_up(self, client: Hashable) -> bool:
        """Whether a client has used its minute up."""
        return bool(self.most) and self.of(client).used >= self.most

    def seconds_left(self, client: Hashable) -> int:
        """Whole seconds until a client's minute is over."""
        return max(1, math.ceil(self.of(client).ends - self._clock()))

    def left(self, client: Hashable) -> int:
        """How many requests a client can still send in its minute."""
        return max(0, self.most - self.of(client).used)

    def row(self, client: Hashable) -> dict[str, Any] | None:
        """What is left to a client, as the row of `rateLimit`; None without a limit."""
        if not self.most:
            return None
        ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.of(client).ends - self._clock())
        return {"cost": 1, "limit": self.most, "remaining": self.left(client), "reset_at": ends.isoformat()}


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
