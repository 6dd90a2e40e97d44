"""A WebSocket's handshake becomes a conversation in `graphql-transport-ws`, or a refusal."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from service.answers.access import Access
from service.answers.streams import Streams
from service.config import ANY
from service.graphql import messages
from service.graphql.conversation import Conversation
from service.noted import note

SECONDS_TO_INIT = 10.0


class WebSockets:
    """The endpoint. Pages of our own origin and of `origins` may connect."""

    def __init__(self, streams: Streams, access: Access, origins: Collection[str], most_anonymous: int) -> None:
        self._streams = streams
        self._access = access
        self._most_anonymous = most_anonymous
        self._origins = origins

    async def __call__(self, websocket: WebSocket) -> None:
        """Hold one connection until either side ends it."""
        if not self._is_welcome(websocket):
            note(code="request/cross-origin")
            # Closed before it is accepted, the handshake is answered with 403.
            await websocket.close()
        elif messages.PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(messages.OTHER_PROTOCOL, f"The subprotocol here is {messages.PROTOCOL}.")
        else:
            await websocket.accept(messages.PROTOCOL)
            conversation = Conversation(websocket, self._streams, self._access, self._most_anonymous)
            await conversation.converse(SECONDS_TO_INIT)

    def _is_welcome(self, websocket: WebSocket) -> bool:
        """Whether the page may connect. A browser lets pages of any origin try, and sends cookies with the request."""
        origin = websocket.headers.get("origin")
        if origin is None or ANY in self._origins or origin.lower() in self._origins:
            return True
        try:
            return urlsplit(origin).netloc.lower() == websocket.headers.get("host", "").lower() != ""
        except ValueError:
            return False
