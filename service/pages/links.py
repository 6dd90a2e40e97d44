"""A link signs its person in, once. Programs that look through mail open links, so only its page's button uses it up.

The link that `tracker start` prints makes the first administrator: its page also asks who that is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.commands.people import InvitePersonInput
from schema.enumerations import Role
from schema.errors import Refusal
from service.answers.incoming import body_of
from service.config import Settings
from service.database import Database
from service.identity import Identities
from service.identity.sessions import SECONDS_SIGNED_IN, remember
from service.pages.acting import Fault
from service.pages.forms import Fields, form_in
from service.pages.showing import View, page_for_everybody, problem, response, view
from service.pages.sign_in import begin_session
from service.viewer import EVERYWHERE, Viewer
from service.writes.command import carry_out
from service.writes.commands import INVITE_PERSON
from service.writes.trust import links

# A form of three short fields.
_MOST_BYTES = 4_000
# The first administrator is not there yet to invite themselves.
_FIRST = Viewer("first sign-in link", Role.ADMINISTRATOR)


def routes(settings: Settings) -> list[BaseRoute]:
    """Their address; none if nobody can sign in."""
    if not settings.session_secret:
        return []
    return [Route(links.LINK, _open, methods=["GET"]), Route(links.LINK, _use, methods=["POST"])]


async def _open(request: Request) -> Response:
    """The page of a link, which no cache keeps: its address signs somebody in."""
    made = await page_for_everybody(_show)(request)
    made.headers["Cache-Control"] = "no-store"
    return made


async def _show(request: Request) -> View:
    """The page of a link, which is not used up by it. Refusals: `access/link-used`."""
    token = request.query_params.get("token", "")
    database: Database = request.app.state.database
    async with database.command(scope=EVERYWHERE) as session:
        link = await links.that_works(session, token, at=dt.datetime.now(dt.UTC))
    if link is None:
        raise _used()
    return view(
        "link.html", "Sign in", token=token, is_first=link.person_id is None, ends=link.ends_at.isoformat(), given={}
    )


async def _use(request: Request) -> Response:
    """Use a link up, and sign its person in."""
    try:
        made = await _signed_in(request)
    except Exception as reason:
        made = problem(request, reason)
    made.headers["Cache-Control"] = "no-store"
    return made


async def _signed_in(request: Request) -> Response:
    identities: Identities = request.app.state.identities
    if not identities.is_form_of_ours(request):
        raise Refusal("FORBIDDEN", "Only the page of the link can sign you in.")
    body = await body_of(request, _MOST_BYTES, Refusal("request/too-large", "The form is too large."))
    fields = await form_in(request, body)
    token = str(fields.get("token", ""))
    database: Database = request.app.state.database
    if "email" in fields:
        answer, cookie = await _invite_first(request, database, token, fields)
        if answer["problems"]:
            return _again(request, token, fields, answer["problems"])
    else:
        # One transaction: a link that is used up has signed somebody in.
        async with database.command(scope=EVERYWHERE) as session:
            who = await links.use(session, token, at=dt.datetime.now(dt.UTC))
            if who is None:
                raise _used()
            cookie = await begin_session(session, request, who, _until())
    remember(request.session, cookie)
    return RedirectResponse("/", 303)


def _until() -> float:
    return dt.datetime.now(dt.UTC).timestamp() + SECONDS_SIGNED_IN


async def _invite_first(request: Request, database: Database, token: str, fields: Fields) -> tuple[dict[str, Any], str]:
    """Make the first administrator, and sign them in: the answer of the command, and the token of their session.

    Refusals: `access/link-used`.
    """
    started: list[str] = []

    async def use_link(session: AsyncSession) -> None:
        if not await links.use_first(session, token, at=dt.datetime.now(dt.UTC)):
            raise _used()

    async def sign_in(session: AsyncSession, answer: Mapping[str, Any]) -> None:
        person = answer["person_id"]
        await links.note_first(session, person, at=dt.datetime.now(dt.UTC))
        who = Viewer(_text(fields, "name"), Role.ADMINISTRATOR, links.identity_of(person))
        started.append(await begin_session(session, request, who, _until()))

    who = InvitePersonInput(name=_text(fields, "name"), email=_text(fields, "email"), role=Role.ADMINISTRATOR)
    answer = await carry_out(database, INVITE_PERSON, who, by=_FIRST, guard=use_link, then=sign_in)
    return answer, started[0] if started else ""


def _again(request: Request, token: str, fields: Fields, problems: Sequence[Mapping[str, Any]]) -> Response:
    """The page again, with what is wrong at its fields."""
    faults = [Fault(each["path"][-1], each["message"]) for each in problems]
    made = view("link.html", "Sign in", token=token, is_first=True, given=fields, faults=faults)
    return response(request, made, 422)


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _used() -> Refusal:
    return Refusal("access/link-used", "This link has been used, or it has expired.")
