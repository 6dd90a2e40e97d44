"""A WebSocket's handshake becomes a conversation by `graphql-transport-ws`, or a refusal."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from service.answers.access import Access
from service.answers.streams import Streams
from service.graphql import messages
from service.graphql.conversation import Conversation

SECONDS_TO_INIT = 10.0


class WebSockets:
    """The endpoint. `origins` are those, beside our own, whose pages may connect."""

    def __init__(self, streams: Streams, access: Access, origins: Collection[str]) -> None:
        self._streams = streams
        self._access = access
        self._origins = frozenset(origin.lower() for origin in origins)

    async def __call__(self, websocket: WebSocket) -> None:
        """Hold one connection, until one of the two ends it."""
        if not self._is_welcome(websocket):
            # Before it is accepted: the handshake is answered with 403.
            await websocket.close()
        elif messages.PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(messages.OTHER_PROTOCOL, f"The subprotocol here is {messages.PROTOCOL}.")
        else:
            await websocket.accept(messages.PROTOCOL)
            await Conversation(websocket, self._streams, self._access).held(SECONDS_TO_INIT)

    def _is_welcome(self, websocket: WebSocket) -> bool:
        """Whether no page of a foreign origin connects: the browser would let it, and send cookies along."""
        origin = websocket.headers.get("origin")
        if origin is None or origin.lower() in self._origins:
            return True
        try:
            return urlsplit(origin).netloc.lower() == websocket.headers.get("host", "").lower() != ""
        except ValueError:
            return False
