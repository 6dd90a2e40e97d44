"""One connection to a peer that asks one thing after another, and reads the answers whole."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager

from tests.performance.load import HOST
from tests.performance.servers import Server

_HEADERS = {"content-type": "application/json"}


class Connection:
    """A connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def post(self, path: str, body: bytes) -> tuple[bytes, str]:
        """The content of an answer, and what it says about the time it took. Refusals: ValueError, for an error."""
        self._connection.request("POST", path, body, _HEADERS)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200 or content.startswith(b'{"errors"'):
            raise ValueError(f"it is not answered: {content[:300]!r}")
        return content, response.getheader("server-timing", "")

    def close(self) -> None:
        """Close it."""
        self._connection.close()


@contextmanager
def connection_to(server: Server) -> Iterator[Connection]:
    """A connection for the block."""
    connection = Connection(server.port)
    try:
        yield connection
    finally:
        connection.close()
