"""The stock peer as an application: Strawberry's own view on Starlette, with what its documentation offers for speed.

To its advantage: orjson for the response, a pool as large as the service's with the same settings of the server, and
AUTOCOMMIT, so that a batch is one round trip instead of three.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from service.config import Settings
from service.database import _READING_SETTINGS, _SERVER_SETTINGS, sqlalchemy_url
from tests.performance.stock.loaders import Loaders, Sessions
from tests.performance.stock.organisations import schema


class View(GraphQL[Loaders, None]):
    """Strawberry's view, with new loaders for each request."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        return Loaders(self._sessions)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def application(settings: Settings) -> Starlette:
    """The application over the database of the settings."""
    engine = create_async_engine(
        sqlalchemy_url(str(settings.database_url)),
        pool_size=settings.connections,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": _SERVER_SETTINGS | _READING_SETTINGS},
    )
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    view: Any = View(sessions)
    return Starlette(routes=[Route("/graphql", view)], lifespan=lifespan)
