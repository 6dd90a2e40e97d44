"""Where GraphQL is: one address for HTTP, streams and WebSockets, and the printed schema."""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from schema.graph import graph
from service.answers.answers import Answers
from service.answers.keeping import SHARE_OF_RESPONSES
from service.config import Settings
from service.graphql.repeated import PATH, Repeated
from service.graphql.view import GraphQLView
from service.graphql.websocket import WebSockets


def middleware(settings: Settings) -> list[Middleware]:
    """What answers a repeated request."""
    return [Middleware(Repeated, most_bytes=int(SHARE_OF_RESPONSES * settings.most_kept_answer_bytes))]


def routes(settings: Settings) -> list[BaseRoute]:
    """The routes, over the `Answers` in the application's state."""
    printed_schema = graph.as_str()

    async def over_http(request: Request) -> Response:
        answers = Answers.of(request)
        return await GraphQLView(answers.executor, answers.streams, answers.access, settings)(request)

    async def over_websocket(websocket: WebSocket) -> None:
        answers = Answers.of(websocket)
        endpoint = WebSockets(answers.streams, answers.access, settings.origins, settings.most_anonymous_body_bytes)
        await endpoint(websocket)

    async def schema_graphql(_: Request) -> Response:
        return PlainTextResponse(printed_schema)

    return [
        Route(PATH, over_http, methods=["GET", "POST"]),
        WebSocketRoute(PATH, over_websocket),
        Route("/schema.graphql", schema_graphql),
    ]
