"""GraphQL over HTTP: negotiation, statuses and the envelope of the response.

By the GraphQL-over-HTTP specification: `application/graphql-response+json` tells refusals by the status too; to the
older `application/json` a document that was refused is a well-formed answer, with status 200. Whoever accepts
`text/event-stream` is answered by one where nothing else is accepted rather, and always when subscribing.
"""

from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from schema.errors import Refusal
from service.answers.access import Access
from service.answers.errors import failure
from service.answers.executor import Executor
from service.answers.streams import Streams
from service.graphql.http_request import EVENT_STREAM, GRAPHQL_RESPONSE, JSON, received
from service.graphql.sse import EventStream

_UTF8 = "; charset=utf-8"
# Nobody wanted for a stream by asking for anything.
_ANYTHING = frozenset({"application/*", "*/*", ""})


class GraphQLView:
    """The endpoint."""

    def __init__(self, executor: Executor, streams: Streams, access: Access) -> None:
        self._executor = executor
        self._streams = streams
        self._access = access

    async def __call__(self, request: Request) -> Response:
        """The response to one request."""
        accept = request.headers.get("accept", "*/*")
        if request.method == "GET" and "text/html" in accept and "query" not in request.query_params:
            return HTMLResponse(get_graphql_ide_html("graphiql"))
        media_type = JSON
        try:
            accepted = _accepted(accept)
            media_type = next((each for each in accepted if each != EVENT_STREAM), JSON)
            caller, wanted = await self._access.of_connection(request), await received(request)
            may_write = request.method == "POST"
            if EVENT_STREAM in accepted and (accepted[0] == EVENT_STREAM or self._executor.subscription(wanted)):
                find_caller = partial(self._access.of_connection, request)
                return EventStream(self._streams.answers(wanted, find_caller, may_write=may_write))
            data = await self._executor.data(wanted, caller, may_write=may_write)
        except Exception as reason:
            failed = failure(reason)
            status = failed.status if media_type == GRAPHQL_RESPONSE or failed.is_of_request else 200
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Allow": "POST"} if status == 405 else {}
            return Response(orjson.dumps({"errors": failed.errors}), status, headers, media_type + _UTF8)
        return Response(b'{"data":' + data + b"}", media_type=media_type + _UTF8)


def _accepted(accept: str) -> list[str]:
    """Which media types of ours the client takes, as it weighs them. Refusals: `request/not-acceptable`."""
    weighed = []
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        weighed.append((-_weight(weights), place, kind))
    kinds = [JSON if kind in _ANYTHING else kind for weight, _, kind in sorted(weighed) if weight < 0]
    if accepted := [kind for kind in kinds if kind in {GRAPHQL_RESPONSE, JSON, EVENT_STREAM}]:
        return accepted
    raise Refusal("request/not-acceptable", "No media type that is accepted is one of GraphQL's.")


def _weight(given: list[str]) -> float:
    try:
        return float(given[0]) if given else 1.0
    except ValueError:
        return 0.0
