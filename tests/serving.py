"""The whole service in the tests' own process, and a client of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from service.app import application
from service.config import Settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a new application."""
    app = application(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tracker") as client:
            yield client
