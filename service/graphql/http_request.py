"""An HTTP request becomes a GraphQL request. Refusals: the `request/` codes."""

import re
from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request

from schema.errors import Refusal
from service.answers.incoming import body_of
from service.answers.request import GraphQLRequest, checked

GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
JSON = "application/json"
# The version of an answer; a client sends it back to read at least that version.
VERSION = "Tracker-Version"
_VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
# Of the requests that share a stream: how many there are at most, and how long the id of one may be.
MOST_OPERATIONS, LONGEST_ID = 100, 100
# HEAD asks for the head of what GET answers.
READING = frozenset({"GET", "HEAD"})


async def sent_by(request: Request, *, most_bytes: int) -> tuple[Any, bytes]:
    """What an HTTP request says, by GET or POST, with a body of so many bytes at most; and the bytes that said it."""
    if request.method in READING:
        return _of_address(request), request.url.query.encode()
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"').lower()
    if media_type.strip().lower() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise Refusal("request/media-type", "The Content-Type header does not say that the body is JSON in UTF-8.")
    too_large = Refusal("request/too-large", f"The body is larger than {most_bytes:,} bytes.")
    body = await body_of(request, most_bytes, too_large)
    return _json(body), body


def several(given: Sequence[Any]) -> dict[str, GraphQLRequest]:
    """The requests of a list that share a stream, by their ids. Refusals: the `request/` codes."""
    if len(given) > MOST_OPERATIONS:
        raise Refusal("request/too-many-operations", f"The list has more than {MOST_OPERATIONS} requests.")
    ids = [each.get("id") if isinstance(each, dict) else None for each in given]
    are_texts = all(isinstance(each, str) and 0 < len(each) <= LONGEST_ID for each in ids)
    if not ids or not are_texts or len(set(ids)) < len(ids):
        message = f"Each request in a list needs an `id` of its own, of 1 to {LONGEST_ID} characters."
        raise Refusal("request/not-json", message)
    return {str(key): checked(each) for key, each in zip(ids, given, strict=True)}


def version_asked_for(request: Request) -> int:
    """The version that the answer has to have at least; 0 for any. Refusals: `request/unusable-version`."""
    asked = request.headers.get(VERSION, "0").strip()
    if not _VERSION.fullmatch(asked):
        raise Refusal("request/unusable-version", f"The {VERSION} header is {asked[:40]!r}, which is not a version.")
    return int(asked)


def _of_address(request: Request) -> dict[str, Any]:
    members: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if text := members.pop(name, ""):
            members[name] = _json(text.encode())
    return members


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as reason:
        raise Refusal("request/not-json", "The request is not JSON in UTF-8.") from reason
