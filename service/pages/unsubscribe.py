"""Somebody gets no more messages of a kind, by the link in each: with a button, or by their mail program.

The link says who and what, sealed by the service, so nobody has to sign in. RFC 8058 has programs post to it.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from schema.enumerations import MessageKind
from schema.errors import Refusal
from service.config import Settings
from service.messages import unsubscribing
from service.messages.texts import PURPOSES
from service.pages.showing import View, page_for_everybody, view


def routes(settings: Settings) -> list[BaseRoute]:
    """Their address; none where nobody gets messages."""
    secret = settings.session_secret
    if not secret:
        return []
    return [
        Route(unsubscribing.PATH, _shown(secret), methods=["GET"]),
        Route(unsubscribing.PATH, _done(secret), methods=["POST"]),
    ]


def _shown(secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> View:
        _, kind = _sealed(request, secret)
        return view("unsubscribe.html", "Stop messages", purpose=PURPOSES[kind], query=request.url.query, is_done=False)

    return page_for_everybody(show)


def _done(secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def stop(request: Request) -> View:
        person, kind = _sealed(request, secret)
        await unsubscribing.unsubscribe(request.app.state.database, person, kind)
        return view("unsubscribe.html", "No more messages", purpose=PURPOSES[kind], is_done=True)

    return page_for_everybody(stop)


def _sealed(request: Request, secret: str) -> tuple[int, MessageKind]:
    """Who, and what messages, a link is about. Refusals: `page/unknown`, for a link that is not ours."""
    given = request.query_params
    person, kind = given.get("person", ""), given.get("kind", "")
    is_ours = unsubscribing.is_sealed(secret, person, kind, given.get("seal", ""))
    if not is_ours or kind not in set(PURPOSES):
        raise Refusal("page/unknown", "This link is not complete.")
    return int(person), MessageKind(kind)
