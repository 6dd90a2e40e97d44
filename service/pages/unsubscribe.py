"""Somebody gets no more messages of a kind, by the link in each: with a button, or by their mail program. Or again.

The link says who and what, sealed by the service, so nobody has to sign in. RFC 8058 has programs post to it.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from schema.enumerations import MessageKind
from schema.errors import Refusal
from service.config import Settings
from service.identity.sessions import PERSON
from service.messages import unsubscribing
from service.messages.texts import PURPOSES
from service.pages.acting import Fault, NotTaken, Sent, acting
from service.pages.showing import View, page_for_everybody, view

MINE = "/my-messages"


def routes(settings: Settings) -> list[BaseRoute]:
    """Their addresses. Without messages there are no links, and the page of who has signed in says so."""
    secret = settings.session_secret
    mine = Route(MINE, acting(_show_mine, _save_mine), methods=["GET", "POST"])
    if not secret:
        return [mine]
    return [
        Route(unsubscribing.PATH, _shown(secret), methods=["GET"]),
        Route(unsubscribing.PATH, _done(secret), methods=["POST"]),
        Route(unsubscribing.AGAIN, _again(secret), methods=["POST"]),
        mine,
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
        query = request.url.query
        return view("unsubscribe.html", "No more messages", purpose=PURPOSES[kind], query=query, is_done=True)

    return page_for_everybody(stop)


def _again(secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def start(request: Request) -> View:
        person, kind = _sealed(request, secret)
        await unsubscribing.subscribe(request.app.state.database, person, kind)
        return view(
            "unsubscribe.html", "Messages again", purpose=PURPOSES[kind], query=request.url.query, is_again=True
        )

    return page_for_everybody(start)


async def _show_mine(request: Request, sent: Sent) -> View:
    """Which messages somebody who has signed in gets. Who signs in with an account of their own has none here."""
    person = _person(sent)
    stopped = [] if person is None else await unsubscribing.stopped(request.app.state.database, person)
    return view(
        "my-messages.html",
        "Your messages",
        is_known=person is not None,
        kinds=PURPOSES,
        stopped=stopped,
        is_saved="saved" in request.query_params,
    )


async def _save_mine(request: Request, sent: Sent) -> str:
    """Get the kinds that are ticked, and no others."""
    person, database = _person(sent), request.app.state.database
    if person is None:
        raise NotTaken(Fault("main", "You get no messages from here."))
    wanted = set(sent.fields.getlist("kind"))
    for kind in PURPOSES:
        await (unsubscribing.subscribe if kind in wanted else unsubscribing.unsubscribe)(database, person, kind)
    return f"{MINE}?saved=yes"


def _person(sent: Sent) -> int | None:
    """The number of whoever has signed in by a link; None for an account or a key."""
    number = sent.by.identity.removeprefix(PERSON) if (sent.by.identity or "").startswith(PERSON) else ""
    return int(number) if number.isdecimal() else None


def _sealed(request: Request, secret: str) -> tuple[int, MessageKind]:
    """Who, and what messages, a link is about. Refusals: `page/unknown`, for a link that is not ours."""
    given = request.query_params
    person, kind = given.get("person", ""), given.get("kind", "")
    is_ours = unsubscribing.is_sealed(secret, person, kind, given.get("seal", ""))
    if not is_ours or kind not in set(PURPOSES):
        raise Refusal("page/unknown", "This link is not complete.")
    return int(person), MessageKind(kind)
