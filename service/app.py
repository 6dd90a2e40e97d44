"""The service put together: settings in, a Starlette application out. Composition and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from schema.graph import graph
from service import farewell, lifeline
from service.answers.access import Access
from service.answers.executor import Executor
from service.answers.streams import Streams
from service.config import Settings, listed, settings
from service.database import Database, connected
from service.events.hub import Hub
from service.events.listener import following
from service.graphql.view import GraphQLView
from service.graphql.websocket import WebSockets
from service.identity import Identities, middleware, routes
from service.pages.briefing import BriefingPages
from service.pages.charts import ChartPages
from service.viewer import Viewers


def application(given: Settings | None = None) -> Starlette:
    """The application for settings; for those of the environment when none are given, as a worker starts it."""
    chosen = given or settings()
    sdl = graph.as_str()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with lifeline.held(chosen.launcher_pid):
            hub = Hub()
            async with connected(chosen) as database, following(chosen, hub) as listener:
                app.state.database, app.state.events = database, listener
                app.state.identities = Identities(database.primary, Viewers(database.primary), chosen)
                state = _over(database, hub, app.state.identities, chosen)
                app.state.graphql, app.state.websockets, app.state.charts, app.state.briefing = state
                with farewell.told(hub.end):
                    yield

    async def schema_graphql(_: Request) -> Response:
        return PlainTextResponse(sdl)

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/graphql")),
            Route("/graphql", _graphql, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", _websocket),
            Route("/schema.graphql", schema_graphql),
            Route("/livez", _livez),
            Route("/readyz", _readyz),
            Route("/charts/{metric}/{organisation}", _charts),
            Route("/briefing", _briefing),
            Route("/briefing.{ending}", _briefing),
            *routes(chosen),
        ],
        middleware=[*_middleware(chosen), *middleware(chosen)],
        lifespan=lifespan,
    )


def _over(
    database: Database, hub: Hub, identities: Identities, chosen: Settings
) -> tuple[GraphQLView, WebSockets, ChartPages, BriefingPages]:
    """GraphQL over each of its transports, and the pages."""
    executor = Executor(graph._schema, database, second_person_always=chosen.second_person_always)
    streams = Streams(executor, database.primary, hub)
    access = Access(identities, reads_without_key=chosen.reads_without_key)
    websockets = WebSockets(streams, access, listed(chosen.allowed_origins))
    view = GraphQLView(executor, streams, access)
    return view, websockets, ChartPages(executor, access), BriefingPages(executor, access)


def _middleware(chosen: Settings) -> list[Middleware]:
    """What lets the pages of other origins ask: nothing, unless the settings name them."""
    origins = listed(chosen.allowed_origins)
    if not origins:
        return []
    headers = ["Authorization", "Content-Type"]
    return [Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers)]


async def _graphql(request: Request) -> Response:
    response: Response = await request.app.state.graphql(request)
    return response


async def _charts(request: Request) -> Response:
    response: Response = await request.app.state.charts(request)
    return response


async def _briefing(request: Request) -> Response:
    response: Response = await request.app.state.briefing(request)
    return response


async def _websocket(websocket: WebSocket) -> None:
    await websocket.app.state.websockets(websocket)


async def _livez(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """Ready when the database answers; the version is that of the published data.

    A service whose events reconnect is ready all the same: it answers, and tells subscribers a little later.
    """
    state: Any = request.app.state
    try:
        async with asyncio.timeout(2):
            version = await state.database.reading.fetchval("SELECT version FROM data_version")
    except Exception:
        return JSONResponse({"status": "the database does not answer"}, 503)
    return JSONResponse({"status": "ready", "version": version, "events": state.events.state})
