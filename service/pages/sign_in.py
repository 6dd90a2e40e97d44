"""Requests to sign in, come back and sign out become redirects. A refusal is a sentence on a page."""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.errors import Refusal
from service.answers.incoming import body_of
from service.config import Settings
from service.counting import Counter
from service.database import Database
from service.identity import Identities
from service.identity import sessions as cookies
from service.identity.openid import OpenID
from service.identity.sessions import SECONDS_SIGNED_IN
from service.messages.outbox import Asking, ask_for_link, asker_of
from service.pages.forms import form_in
from service.pages.showing import View, page_for_everybody, refused, view
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import sessions

SIGN_IN = "/sign-in"
BACK = "/sign-in/callback"
WITH_ACCOUNT = "/sign-in/account"
SIGN_OUT = "/sign-out"
# How often one network address can ask for links, and for those of one person; and how many a person gets from all.
MOST_LINKS_A_MINUTE, MOST_LINKS_AN_HOUR, MOST_LINKS_OF_A_PERSON = 10, 5, 20

# The page that somebody was going to is kept in the cookie, and browsers keep 4,096 bytes of that.
_LONGEST_ADDRESS = 1000

Page = Callable[[Request, Identities], Awaitable[Response]]


def routes(settings: Settings) -> list[BaseRoute]:
    """The routes, which use the `Identities` in the application's state; none if nobody can sign in."""
    if not settings.session_secret:
        return []
    out = Route(SIGN_OUT, _endpoint(_sign_out), methods=["POST"])
    if not settings.oidc_issuer:
        return [*_ways_in(settings), out]
    to_issuer = _endpoint(_with_issuer(_sign_in))
    back = Route(BACK, _endpoint(_with_issuer(_come_back)), methods=["GET"])
    if not settings.mail:
        return [Route(SIGN_IN, to_issuer, methods=["GET"]), back, out]
    return [*_ways_in(settings), Route(WITH_ACCOUNT, to_issuer, methods=["GET"]), back, out]


def _ways_in(settings: Settings) -> list[BaseRoute]:
    """The page that says how to sign in, and takes the address for a link where the service can send one."""
    requests = Counter(MOST_LINKS_A_MINUTE)

    async def show(request: Request) -> View:
        values = {"has_mail": bool(settings.mail), "account_at": WITH_ACCOUNT if settings.oidc_issuer else None}
        return view("sign-in.html", "Sign in", **values, next=local_page(request.query_params.get("next", "/")))

    async def ask(request: Request) -> View:
        await _ask_for_link(request, settings, requests)
        return view("link-sent.html", "Check your e-mail", minutes=settings.sign_in_minutes)

    shown = [Route(SIGN_IN, page_for_everybody(show), methods=["GET"])]
    return [*shown, Route(SIGN_IN, page_for_everybody(ask), methods=["POST"])] if settings.mail else [*shown]


async def _ask_for_link(request: Request, settings: Settings, requests: Counter) -> None:
    """Send whoever has an address a link. What comes back is the same for an address that nobody has.

    Refusals: `FORBIDDEN`, `request/too-many`, `request/too-large`, `request/malformed`.
    """
    identities: Identities = request.app.state.identities
    if not identities.is_form_of_ours(request):
        raise Refusal("FORBIDDEN", "Only the page for signing in can ask for a link.")
    client = request.client.host if request.client else ""
    if requests.is_used_up(client):
        raise Refusal("request/too-many", "You have asked for too many links in a minute.")
    requests.of(client).used += 1
    body = await body_of(request, _LONGEST_ADDRESS, Refusal("request/too-large", "The form is too large."))
    email = (await form_in(request, body)).get("email")
    if isinstance(email, str) and "\x00" not in email:
        async with request.app.state.database.command(scope=EVERYWHERE) as session:
            asking = Asking(
                email.strip(),
                asker=asker_of(settings.session_secret or "", client),
                minutes=settings.sign_in_minutes,
                most_an_hour=MOST_LINKS_AN_HOUR,
                most_of_a_person=MOST_LINKS_OF_A_PERSON,
            )
            await ask_for_link(session, asking)


def local_page(address: str) -> str:
    """The address if it is a path of this service; `/` for anything that could lead elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so `/\\t/host` would lead to another host.
    """
    is_path = address.startswith("/") and not address.startswith("//") and len(address) <= _LONGEST_ADDRESS
    return address if is_path and address.isascii() and address.isprintable() and "\\" not in address else "/"


async def _sign_in(request: Request, identities: Identities, openid: OpenID) -> Response:
    address, proofs = await openid.start_sign_in(identities.own_origin(request) + BACK)
    cookies.begin(request.session, proofs, local_page(request.query_params.get("next", "/")))
    return RedirectResponse(address, 303)


async def _come_back(request: Request, identities: Identities, openid: OpenID) -> Response:
    attempt = cookies.attempt(request.session)
    parameters = request.query_params
    state = parameters.get("state", "")
    if attempt is None or not secrets.compare_digest(attempt.proofs.state.encode(), state.encode()):
        raise Refusal("access/sign-in-failed", "This sign-in was not started in this browser, or it has expired.")
    if not parameters.get("code"):
        raise Refusal("access/sign-in-failed", "The sign-in service did not sign you in.")
    back_to = identities.own_origin(request) + BACK
    viewer, until = await openid.finish_sign_in(parameters["code"], attempt.proofs, back_to)
    await start_session(request, viewer, until)
    return RedirectResponse(attempt.next, 303)


async def start_session(request: Request, viewer: Viewer, until: float) -> None:
    """Sign somebody in, for a working day, and no longer than until an instant. The session before it ends."""
    database: Database = request.app.state.database
    async with database.command(scope=EVERYWHERE) as session:
        token = await begin_session(session, request, viewer, until)
    cookies.remember(request.session, token)


async def begin_session(session: AsyncSession, request: Request, viewer: Viewer, until: float) -> str:
    """The token of a new session, which is another one each time, started within a transaction."""
    identities: Identities = request.app.state.identities
    earlier = await identities.sessions.of_cookie(request.session)
    now = dt.datetime.now(dt.UTC)
    last = min(until, now.timestamp() + SECONDS_SIGNED_IN)
    if earlier is not None:
        await sessions.end(session, earlier.key, by=earlier.viewer, at=now)
    return await sessions.begin(session, until=dt.datetime.fromtimestamp(last, dt.UTC), by=viewer, at=now)


async def _sign_out(request: Request, identities: Identities) -> Response:
    """End the session where it is kept, so that a copy of its cookie is of no use either."""
    if not identities.is_from_our_page(request):
        raise Refusal("FORBIDDEN", "A page of another origin cannot sign you out.")
    signed_in = await identities.sessions.of_cookie(request.session)
    if signed_in is not None:
        database: Database = request.app.state.database
        async with database.command(scope=EVERYWHERE) as session:
            await sessions.end(session, signed_in.key, by=signed_in.viewer, at=dt.datetime.now(dt.UTC))
    request.session.clear()
    return RedirectResponse("/", 303)


def _with_issuer(act: Callable[[Request, Identities, OpenID], Awaitable[Response]]) -> Page:
    """A page that needs the issuer."""

    async def acting(request: Request, identities: Identities) -> Response:
        if identities.openid is None:
            raise LookupError("there are sign-in routes, but no issuer is set")
        return await act(request, identities, identities.openid)

    return acting


def _endpoint(act: Page) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers with the page, or with a refusal."""

    async def answer(request: Request) -> Response:
        try:
            response = await act(request, request.app.state.identities)
        except Exception as reason:
            response = await refused(request, reason)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer
