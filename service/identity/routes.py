"""Requests to sign in, come back and sign out become redirects. A refusal is a sentence on a page."""

import secrets
from collections.abc import Awaitable, Callable

import asyncpg
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from schema.errors import Refusal
from service.config import Settings
from service.identity import sessions
from service.identity.identities import Identities
from service.identity.openid import OpenID

SIGN_IN = "/sign-in"
BACK = "/sign-in/callback"
SIGN_OUT = "/sign-out"

_STATUSES = {"FORBIDDEN": 403, "access/issuer-unavailable": 503, "database/unavailable": 503}
# The page that somebody was going to is kept in the cookie, and browsers keep 4,096 bytes of that.
_LONGEST_ADDRESS = 1000

Page = Callable[[Request, Identities, OpenID], Awaitable[Response]]


def routes(settings: Settings) -> list[Route]:
    """The routes, which use the `Identities` in the application's state; none if nobody can sign in."""
    if not settings.oidc_issuer:
        return []
    return [
        Route(SIGN_IN, _endpoint(_sign_in), methods=["GET"]),
        Route(BACK, _endpoint(_come_back), methods=["GET"]),
        Route(SIGN_OUT, _endpoint(_sign_out), methods=["POST"]),
    ]


def local_page(address: str) -> str:
    """The address if it is a path of this service; `/` for anything that could lead elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so `/\\t/host` would lead to another host.
    """
    is_path = address.startswith("/") and not address.startswith("//") and len(address) <= _LONGEST_ADDRESS
    return address if is_path and address.isascii() and address.isprintable() and "\\" not in address else "/"


async def _sign_in(request: Request, identities: Identities, openid: OpenID) -> Response:
    address, proofs = await openid.start_sign_in(identities.own_origin(request) + BACK)
    sessions.begin(request.session, proofs, local_page(request.query_params.get("next", "/")))
    return RedirectResponse(address, 303)


async def _come_back(request: Request, identities: Identities, openid: OpenID) -> Response:
    attempt = sessions.attempt(request.session)
    parameters = request.query_params
    state = parameters.get("state", "")
    if attempt is None or not secrets.compare_digest(attempt.proofs.state.encode(), state.encode()):
        raise Refusal("access/sign-in-failed", "This sign-in was not started in this browser, or it has expired.")
    if not parameters.get("code"):
        raise Refusal("access/sign-in-failed", "The sign-in service did not sign you in.")
    back_to = identities.own_origin(request) + BACK
    viewer, until = await openid.finish_sign_in(parameters["code"], attempt.proofs, back_to)
    sessions.remember(request.session, viewer, until)
    return RedirectResponse(attempt.next, 303)


async def _sign_out(request: Request, identities: Identities, _: OpenID) -> Response:
    if not identities.is_from_our_page(request):
        raise Refusal("FORBIDDEN", "A page of another origin cannot sign you out.")
    request.session.clear()
    return RedirectResponse("/", 303)


def _endpoint(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers with the page, or with a refusal."""

    async def answer(request: Request) -> Response:
        identities: Identities = request.app.state.identities
        if identities.openid is None:
            raise LookupError("there are sign-in routes, but no issuer is set")
        try:
            response = await page(request, identities, identities.openid)
        except Refusal as refusal:
            response = _refusal_page(refusal)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            response = _refusal_page(Refusal("database/unavailable", "The database is not available."))
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _refusal_page(refusal: Refusal) -> Response:
    return PlainTextResponse(f"{refusal.message}\n{refusal.hint}\n", _STATUSES.get(refusal.code, 400))
