"""An HTTP request becomes a GraphQL request. Refusals: the `request/` codes."""

import re
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
# HEAD asks for the head of what GET answers.
READING = frozenset({"GET", "HEAD"})


async def graphql_request(request: Request, *, most_bytes: int) -> GraphQLRequest:
    """The GraphQL request in an HTTP request, by GET or POST, with a body of so many bytes at most."""
    if request.method in READING:
        return checked(_of_address(request), request.url.query.encode())
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"').lower()
    if media_type.strip().lower() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise Refusal("request/media-type", "The Content-Type header does not say that the body is JSON in UTF-8.")
    too_large = Refusal("request/too-large", f"The body is larger than {most_bytes:,} bytes.")
    body = await body_of(request, most_bytes, too_large)
    return checked(_json(body), body)


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
