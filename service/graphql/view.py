"""GraphQL over HTTP: negotiation, statuses and the envelope of the response.

By the GraphQL-over-HTTP specification: `application/graphql-response+json` tells refusals by the status too; to the
older `application/json` a document that was refused is a well-formed answer, with status 200.
"""

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from schema.errors import Refusal
from service.graphql.errors import failure
from service.graphql.execution import Asked, Executor
from service.graphql.request import GRAPHQL_RESPONSE, JSON, received
from service.viewer import Viewers

_UTF8 = "; charset=utf-8"


class GraphQLView:
    """The endpoint. `reads_without_key` says whether anybody may read."""

    def __init__(self, executor: Executor, viewers: Viewers, *, reads_without_key: bool) -> None:
        self._executor = executor
        self._viewers = viewers
        self._reads_without_key = reads_without_key

    async def __call__(self, request: Request) -> Response:
        """The response to one request."""
        accept = request.headers.get("accept", "*/*")
        if request.method == "GET" and "text/html" in accept and "query" not in request.query_params:
            return HTMLResponse(get_graphql_ide_html("graphiql"))
        media_type = JSON
        try:
            media_type = _negotiated(accept)
            viewer = await self._viewers.viewer(request.headers.get("authorization"))
            if viewer is None and not self._reads_without_key:
                raise Refusal("UNAUTHENTICATED", "Reading here needs a key.")
            asked = Asked(viewer)
            data = await self._executor.data(await received(request), asked, may_write=request.method == "POST")
        except Exception as reason:
            failed = failure(reason)
            status = failed.status if media_type == GRAPHQL_RESPONSE or failed.is_of_request else 200
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Allow": "POST"} if status == 405 else {}
            return Response(orjson.dumps({"errors": failed.errors}), status, headers, media_type + _UTF8)
        return Response(b'{"data":' + data + b"}", media_type=media_type + _UTF8)


def _negotiated(accept: str) -> str:
    """The media type to answer with: the first of ours that the client takes, as it weighs them."""
    weighed = []
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        weighed.append((-_weight(weights), place, kind))
    for weight, _, kind in sorted(weighed):
        if weight == 0:
            continue
        if kind == GRAPHQL_RESPONSE:
            return GRAPHQL_RESPONSE
        if kind in {JSON, "application/*", "*/*", ""}:
            return JSON
    raise Refusal("request/not-acceptable", "No media type that is accepted is one of GraphQL's.")


def _weight(given: list[str]) -> float:
    try:
        return float(given[0]) if given else 1.0
    except ValueError:
        return 0.0
