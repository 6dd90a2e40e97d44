"""A small application with the identities, and a browser that goes to the issuer and back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schema.errors import Refusal
from service.config import Settings
from service.database import Database
from service.identity import Identities, middleware
from service.outbound import trusted
from service.pages.sign_in import routes

HERE = "http://127.0.0.1:8000"
STATUSES = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "access/assurance": 403, "access/issuer-unavailable": 503}


async def _who(request: Request) -> Response:
    try:
        viewer = await request.app.state.identities.viewer(request)
    except Refusal as refusal:
        return JSONResponse({"code": refusal.code, "message": refusal.message}, STATUSES[refusal.code])
    return JSONResponse(viewer and {"name": viewer.name, "role": viewer.role, "key": viewer.key})


@asynccontextmanager
async def browsing(database: Database, chosen: Settings, at: str = HERE) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with no cookies yet, at an application with these settings."""
    who = Route("/graphql", _who, methods=["GET", "POST"])
    app = Starlette(routes=[*routes(chosen), who], middleware=middleware(chosen))
    app.state.database = database
    app.state.identities = Identities(database, chosen)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=at) as browser:
        yield browser


async def at_the_issuer(browser: httpx.AsyncClient, next_page: str = "/") -> str:
    """The address that the issuer sends the browser back to, with a code and the state."""
    redirect = await browser.get("/sign-in", params={"next": next_page})
    async with httpx.AsyncClient(verify=trusted()) as outside:
        answer = await outside.get(redirect.headers["location"])
    return str(answer.headers["location"])


async def sign_in(browser: httpx.AsyncClient, next_page: str = "/") -> httpx.Response:
    """The service's answer to a browser that has been to the issuer and back."""
    return await browser.get(await at_the_issuer(browser, next_page))


async def who(browser: httpx.AsyncClient, **headers: str) -> httpx.Response:
    """The answer to a POST of JSON: who is asking, as the service sees it."""
    return await browser.post("/graphql", json={}, headers=headers)
