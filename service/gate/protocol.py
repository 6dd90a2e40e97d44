"""HTTP connections with limits: their number, the size of headers, and the time in which a request must arrive.

uvicorn limits none of these with its fast parser: a client that sends nothing would hold a connection for ever.
"""

import secrets
from asyncio import TimerHandle, Transport
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from schema.errors import Refusal
from service.bounds import Bounds
from service.gate.refusals import refused
from service.gate.request_log import LOGGER
from service.gate.security_headers import HEADERS


class LimitedConnection(HttpToolsProtocol):
    """A client's connection. What breaks a limit gets an answer with its code, and the connection ends.

    The application's lifespan yields the limits, as `bounds`.
    """

    _deadline: TimerHandle | None = None
    _header_bytes = 0
    _reads_headers = True
    _has_large_headers = False

    @property
    def _bounds(self) -> Bounds:
        bounds: Bounds = self.app_state["bounds"]
        return bounds

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first request, unless there are too many connections already."""
        super().connection_made(transport)
        if len(self.connections) > self._bounds.most_connections:
            self._refuse("request/too-many-connections", "The service has as many connections as it takes.")
            return
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read a part of a request. What has been read of unfinished headers is limited too."""
        if self.transport.is_closing():
            return
        if self._reads_headers:
            self._header_bytes += len(data)
        if self._deadline is None and self._reads_headers:
            self._wait_for_headers()
        super().data_received(data)
        if self._reads_headers and self._header_bytes > self._bounds.most_header_bytes:
            self._refuse_headers()

    def on_headers_complete(self) -> None:
        """Hand the request to the application, unless its headers are too many or too large."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._reads_headers, self._header_bytes = False, 0
        if len(self.headers) > self._bounds.most_headers or size > self._bounds.most_header_bytes:
            self.app = _headers_too_large
            self._has_large_headers = True
        self._wait(self._bounds.seconds_for_body, "body")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is there: the next one has its own limits."""
        self._stop_waiting()
        self._reads_headers = True
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket keeps its own times."""
        if self._has_large_headers:
            self._refuse_headers()
            return
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as everything else is refused."""
        self._refuse("request/malformed", "The request does not follow HTTP/1.1.")

    def _wait_for_headers(self) -> None:
        self._wait(self._bounds.seconds_for_headers, "headers")

    def _wait(self, seconds: float, part: str) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self._refuse_slow, seconds, part)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse_slow(self, seconds: float, part: str) -> None:
        self._deadline = None
        if self._header_bytes == 0 and part == "headers":
            # Nothing was asked, so there is nobody to answer.
            self.transport.close()
            return
        self._refuse("request/timeout", f"The {part} of the request did not arrive in {seconds:g} seconds.")

    def _refuse_headers(self) -> None:
        self._refuse("request/headers-too-large", _TOO_LARGE)

    def _refuse(self, code: str, sentence: str) -> None:
        """Answer without the application, and end the connection."""
        if self.transport.is_closing():
            return
        self._stop_waiting()
        has_answered = bool(self.cycle) and self.cycle.response_started
        if not has_answered:
            self.transport.write(_written(_refusal(code, sentence)))
        self.transport.close()


_TOO_LARGE = "The headers of the request are larger than the service takes."


def _refusal(code: str, sentence: str) -> Response:
    """An answer in the place of the application's, with the same headers, an id and a line in the log."""
    response, identity = refused(Refusal(code, sentence)), secrets.token_hex(8)
    response.headers.update({**HEADERS, "X-Request-ID": identity})
    LOGGER.info({"request": identity, "status": response.status_code, "code": code})
    return response


def _written(response: Response) -> bytes:
    """A whole response, as it goes over a connection that ends with it."""
    first = f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}"
    headers = [f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in response.raw_headers]
    head = "\r\n".join([first, *headers, "connection: close", "", ""])
    return head.encode("latin-1") + bytes(response.body)


async def _headers_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    response = _refusal("request/headers-too-large", _TOO_LARGE)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)
