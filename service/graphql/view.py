"""An HTTP request becomes a GraphQL response: it negotiates the media type and sets the status.

It follows the GraphQL-over-HTTP specification. With `application/graphql-response+json`, the status shows a refusal
too. With the older `application/json`, a refused document is a normal answer with status 200. A client gets a
`text/event-stream` if it prefers one, and always for a subscription.
"""

import time
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.answers.access import Access
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest, checked
from service.answers.streams import Streams
from service.bounds import RATE_OF_REQUEST
from service.config import Settings
from service.graphql.explorer import explorer
from service.graphql.http_request import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    JSON,
    READING,
    sent_by,
    several,
    version_asked_for,
)
from service.graphql.http_response import failed, response
from service.graphql.repeated import KEEP
from service.graphql.sse import Answers, EventStream, events_of, events_of_several

# What an address that asks something has; without it, a browser gets the explorer.
_ASKING = frozenset({"query", "documentId", "doc_id", "extensions"})
# A client that accepts anything does not ask for a stream.
_ANYTHING = frozenset({"application/*", "*/*", ""})


class GraphQLView:
    """The endpoint."""

    def __init__(self, executor: Executor, streams: Streams, access: Access, settings: Settings) -> None:
        self._executor = executor
        self._streams = streams
        self._access = access
        self._settings = settings

    async def __call__(self, request: Request) -> Response:
        """The response to one request."""
        accept = request.headers.get("accept", "*/*")
        media_type, began = JSON, time.perf_counter()
        try:
            if request.method in READING and "text/html" in accept and not _ASKING & request.query_params.keys():
                return self._explorer()
            accepted = _accepted_media_types(accept)
            media_type = next((each for each in accepted if each != EVENT_STREAM), JSON)
            caller = await self._access.of_connection(request)
            caller = replace(caller, rate=request.scope.get(RATE_OF_REQUEST))
            given, sent = await sent_by(request, most_bytes=self._most_bytes(caller))
            if accepted[0] == EVENT_STREAM and isinstance(given, list):
                return self._stream_of_several(given, request)
            query, may_write = checked(given, sent), request.method == "POST"
            if EVENT_STREAM in accepted and (
                accepted[0] == EVENT_STREAM or await self._executor.is_subscription(query)
            ):
                find_caller = partial(self._access.of_connection, request)
                since = request.headers.get("last-event-id")
                answers = self._streams.answers(query, find_caller, may_write=may_write, since=since)
                return EventStream(events_of(answers))
            answer = await self._executor.answer(
                query,
                caller,
                may_write=may_write,
                receive=request.receive,
                at_least=version_asked_for(request),
            )
        except Exception as reason:
            return failed(reason, media_type)
        milliseconds = 1_000 * (time.perf_counter() - began)
        made = await response(
            request, answer, media_type, is_anonymous=caller.viewer is None, milliseconds=milliseconds
        )
        if query.sent and (keep := request.scope.get(KEEP)) is not None:
            keep(made, answer, media_type)
        return made

    def _stream_of_several(self, given: list[Any], request: Request) -> EventStream:
        """One stream for a list of subscriptions. Refusals: the `request/` codes."""
        operations = {key: self._subscribed(each, request) for key, each in several(given).items()}
        return EventStream(events_of_several(operations))

    async def _subscribed(self, query: GraphQLRequest, request: Request) -> Answers:
        """The answers of one of several. Refusals: `request/batch`, for another operation, and those of answers."""
        if not await self._executor.is_subscription(query):
            raise Refusal("request/batch", "The requests of a list must be subscriptions.")
        find_caller = partial(self._access.of_connection, request)
        async with aclosing(self._streams.answers(query, find_caller, may_write=False)) as answers:
            async for answer in answers:
                yield answer

    def _explorer(self) -> Response:
        """The page of the explorer. Refusals: `document/not-registered`, where what somebody types is not answered."""
        if self._settings.documents == "only":
            raise Refusal(
                "document/not-registered", "The explorer is off, because only registered documents are answered."
            )
        return explorer()

    def _most_bytes(self, caller: Caller) -> int:
        chosen = self._settings
        return chosen.most_anonymous_body_bytes if caller.viewer is None else chosen.most_body_bytes


def _accepted_media_types(accept: str) -> list[str]:
    """Which of our media types the client accepts, its favourite first. Refusals: `request/not-acceptable`."""
    weighed = []
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        weighed.append((-_weight(weights), place, kind))
    kinds = [JSON if kind in _ANYTHING else kind for weight, _, kind in sorted(weighed) if weight < 0]
    if accepted := [kind for kind in kinds if kind in {GRAPHQL_RESPONSE, JSON, EVENT_STREAM}]:
        return accepted
    raise Refusal("request/not-acceptable", "The Accept header names no media type that GraphQL can answer in.")


def _weight(weights: list[str]) -> float:
    try:
        return float(weights[0]) if weights else 1.0
    except ValueError:
        return 0.0
