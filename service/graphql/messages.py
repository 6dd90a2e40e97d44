"""The messages of `graphql-transport-ws`: text becomes a message, or the code that closes the socket, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.errors import Refusal
from service.answers.request import GraphQLRequest, checked

PROTOCOL = "graphql-transport-ws"

# The protocol's own codes, and two of the WebSocket's.
INVALID, UNAUTHORISED, FORBIDDEN, OTHER_PROTOCOL = 4400, 4401, 4403, 4406
INIT_TIMEOUT, SAME_ID, SECOND_INIT, FAULT = 4408, 4409, 4429, 4500
TRY_AGAIN_LATER = 1013

LONGEST_ID = 200
_LONGEST_REASON = 123  # bytes, by the WebSocket's own rule
_WITH_ID = frozenset({"subscribe", "complete"})
_WITHOUT_ID = frozenset({"connection_init", "ping", "pong"})


class Closing(Exception):
    """The socket has to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class Message:
    """What a client says; `id` is empty for what concerns the whole connection."""

    type: str
    id: str
    payload: Any

    @property
    def request(self) -> GraphQLRequest:
        """The request of a `subscribe`. Closes the socket: 4400. Refusals: `document/too-large`."""
        try:
            return checked(self.payload)
        except Refusal as reason:
            if reason.stage == "request":
                raise Closing(INVALID, reason.message) from reason
            raise


def message(text: str | None) -> Message:
    """The message in a text frame. Closes the socket: 4400, for anything else."""
    try:
        said = orjson.loads(text or "")
    except orjson.JSONDecodeError as reason:
        raise Closing(INVALID, "A message is JSON, as text.") from reason
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in _WITH_ID | _WITHOUT_ID:
        raise Closing(INVALID, "The message has no type that a client sends.")
    payload, named = said.get("payload"), said.get("id") if kind in _WITH_ID else ""
    if not isinstance(payload, dict | None):
        raise Closing(INVALID, "The payload is not an object.")
    if not isinstance(named, str) or (kind in _WITH_ID and not 1 <= len(named) <= LONGEST_ID):
        raise Closing(INVALID, f"The message has no id of 1 to {LONGEST_ID} characters.")
    return Message(kind, named, payload)


def ack() -> str:
    """The answer to `connection_init`."""
    return '{"type":"connection_ack"}'


def pong(payload: Any) -> str:
    """The answer to `ping`, with what came with it."""
    return _text({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def following(named: str, data: bytes) -> str:
    """An answer; its JSON is handed on as it is."""
    return f'{{"id":{_text(named)},"type":"next","payload":{{"data":{data.decode()}}}}}'


def error(named: str, errors: Sequence[dict[str, Any]]) -> str:
    """The end of an operation that failed."""
    return _text({"id": named, "type": "error", "payload": errors})


def complete(named: str) -> str:
    """The end of an operation."""
    return _text({"id": named, "type": "complete"})


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
