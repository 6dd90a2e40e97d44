"""Text becomes a message of `graphql-transport-ws`, or the code that closes the socket; and messages become text."""

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
TRY_AGAIN_LATER, TOO_LARGE = 1013, 1009

LONGEST_ID = 200
_LONGEST_REASON = 123  # bytes, by the WebSocket's own rule
_WITH_ID = frozenset({"subscribe", "complete"})
_WITHOUT_ID = frozenset({"connection_init", "ping", "pong"})


class Closing(Exception):
    """The socket must be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class Message:
    """A message from a client; `id` is empty where it concerns the whole connection."""

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


def parse(text: str | None) -> Message:
    """The message in a text frame. Anything else closes the socket: 4400."""
    try:
        content = orjson.loads(text or "")
    except orjson.JSONDecodeError as reason:
        raise Closing(INVALID, "A message must be JSON, sent as text.") from reason
    kind = content.get("type") if isinstance(content, dict) else None
    if not isinstance(kind, str) or kind not in _WITH_ID | _WITHOUT_ID:
        raise Closing(INVALID, "The message has no type that a client can send.")
    payload, operation_id = content.get("payload"), content.get("id") if kind in _WITH_ID else ""
    if not isinstance(payload, dict | None):
        raise Closing(INVALID, "The payload must be an object.")
    if not isinstance(operation_id, str) or (kind in _WITH_ID and not 1 <= len(operation_id) <= LONGEST_ID):
        raise Closing(INVALID, f"The message must have an id of 1 to {LONGEST_ID} characters.")
    return Message(kind, operation_id, payload)


def ack() -> str:
    """The answer to `connection_init`."""
    return '{"type":"connection_ack"}'


def pong(payload: Any) -> str:
    """The answer to `ping`, with the same payload."""
    return _text({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def next_answer(operation_id: str, answer: bytes) -> str:
    """An answer; its JSON is passed on unchanged."""
    return f'{{"id":{_text(operation_id)},"type":"next","payload":{answer.decode()}}}'


def error(operation_id: str, errors: Sequence[dict[str, Any]]) -> str:
    """The end of an operation that failed."""
    return _text({"id": operation_id, "type": "error", "payload": errors})


def complete(operation_id: str) -> str:
    """The end of an operation."""
    return _text({"id": operation_id, "type": "complete"})


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
