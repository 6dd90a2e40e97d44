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
from starlette.routing import Route

from schema.graph import graph
from service import lifeline
from service.config import Settings, settings
from service.database import connected
from service.graphql.execution import Executor
from service.graphql.view import GraphQLView
from service.viewer import Viewers


def application(given: Settings | None = None) -> Starlette:
    """The application for settings; for those of the environment when none are given, as a worker starts it."""
    chosen = given or settings()
    sdl = graph.as_str()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with lifeline.held(chosen.launcher_pid):
            async with connected(chosen) as database:
                app.state.database = database
                app.state.graphql = GraphQLView(
                    Executor(graph._schema, database),
                    Viewers(database.primary),
                    reads_without_key=chosen.reads_without_key,
                )
                yield

    async def schema_graphql(_: Request) -> Response:
        return PlainTextResponse(sdl)

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/graphql")),
            Route("/graphql", _graphql, methods=["GET", "POST"]),
            Route("/schema.graphql", schema_graphql),
            Route("/livez", _livez),
            Route("/readyz", _readyz),
        ],
        middleware=_middleware(chosen),
        lifespan=lifespan,
    )


def _middleware(chosen: Settings) -> list[Middleware]:
    """What lets the pages of other origins ask: nothing, unless the settings name them."""
    origins = [origin.strip() for origin in chosen.allowed_origins.split(",") if origin.strip()]
    if not origins:
        return []
    headers = ["Authorization", "Content-Type"]
    return [Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=headers)]


async def _graphql(request: Request) -> Response:
    response: Response = await request.app.state.graphql(request)
    return response


async def _livez(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """Ready when the database answers; the version is that of the published data."""
    state: Any = request.app.state
    try:
        async with asyncio.timeout(2):
            version = await state.database.reading.fetchval("SELECT version FROM data_version")
    except Exception:
        return JSONResponse({"status": "the database does not answer"}, 503)
    return JSONResponse({"status": "ready", "version": version})
