"""Where GraphQL is: one address for HTTP, streams and WebSockets, and the printed schema."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from schema.graph import graph
from service.answers.answers import Answers
from service.config import Settings
from service.graphql.view import GraphQLView
from service.graphql.websocket import WebSockets


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
        Route("/graphql", over_http, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", over_websocket),
        Route("/schema.graphql", schema_graphql),
    ]
