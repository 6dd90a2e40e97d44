"""Who is on record: administrators invite people, change what they may do, end that, and make links."""

import datetime as dt
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.commands.people import ChangePersonInput, EndPersonInput, MakeLinkInput
from schema.enumerations import MessageKind, Role
from schema.errors import Refusal
from schema.remedies import for_people
from service.config import Settings
from service.database import Database
from service.messages import unsubscribing
from service.messages.outbox import send_link
from service.messages.texts import PURPOSES
from service.pages.acting import Fault, NotTaken, Sent, acting
from service.pages.directory import directory, label, meant
from service.pages.showing import View, view
from service.viewer import EVERYWHERE
from service.writes.command import Command, carry_out, permitted
from service.writes.commands import CHANGE_PERSON, END_PERSON, INVITE_PERSON, MAKE_LINK
from service.writes.outcome import Refused
from service.writes.register.described import COLUMNS, input_of
from service.writes.register.people import Entry, list_people
from service.writes.trust import links

PEOPLE = "/people"
# Where a cookie holds the link that its page shows next, once: an address would stay in the browser's history.
_LINK = "made-link"
# What a role is, for whoever chooses one.
ROLES = (
    ("", "Contact: does not sign in"),
    (Role.READER, "Reader: sees what is published"),
    (Role.SUBMITTER, "Submitter: answers for the organisation"),
    (Role.APPROVER, "Approver: also approves and publishes"),
    (Role.ADMINISTRATOR, "Administrator: also sets up what is asked"),
)


def routes(settings: Settings) -> list[BaseRoute]:
    """Their addresses."""
    methods = ["GET", "POST"]
    return [
        Route(PEOPLE, acting(_show_all, partial(_invite, settings)), methods=methods),
        Route(f"{PEOPLE}/{{number:int}}", acting(partial(_show, settings), partial(_act, settings)), methods=methods),
    ]


async def _show_all(request: Request, sent: Sent) -> View:
    everybody, organisations = await _everybody(request, sent), await directory(request)
    return view(
        "people.html",
        "People",
        people=everybody,
        fields=sent.fields,
        roles=ROLES,
        organisations=organisations,
        names={each.code: each.name for each in organisations},
        here=PEOPLE,
    )


async def _invite(settings: Settings, request: Request, sent: Sent) -> str:
    """Put somebody on record. Their invitation is sent, or made on their own page, which comes next."""
    described = await _described(request, sent)
    number: int = (await _done(request, sent, INVITE_PERSON, described))["person_id"]
    if settings.mail and described.role is not None:
        await _send_link(request, settings, number)
    return f"{PEOPLE}/{number}?added=yes"


async def _send_link(request: Request, settings: Settings, number: int) -> None:
    async with request.app.state.database.command(scope=EVERYWHERE) as session:
        await send_link(session, number, minutes=settings.sign_in_minutes)


async def _show(settings: Settings, request: Request, sent: Sent) -> View:
    number = request.path_params["number"]
    found = [each for each in await _everybody(request, sent) if each.number == number]
    if not found:
        raise Refusal("page/unknown", "There is no such person.")
    [person] = found
    organisations = await directory(request)
    stored = {name: getattr(person, name) or "" for name in COLUMNS}
    stored["organisation"] = next((label(each) for each in organisations if each.code == person.organisation), "")
    made = request.session.pop(_LINK, None) if "session" in request.scope else None
    # Another page may have been opened in between: its person is another one.
    link = links.address_of(settings.home, made[1]) if made and made[0] == number else None
    fields = {**stored, **sent.fields}
    stopped = await unsubscribing.stopped(request.app.state.database, number)
    return view(
        "person.html",
        person.name,
        person=person,
        fields=fields,
        roles=ROLES,
        organisations=organisations,
        is_added=request.query_params.get("added") == "yes" and not sent.faults,
        link=link,
        link_ends=made[2] if made else None,
        has_mail=bool(settings.mail),
        stopped=[(each, PURPOSES[each]) for each in stopped if each in PURPOSES],
        here=PEOPLE,
    )


async def _act(settings: Settings, request: Request, sent: Sent) -> str:
    number = request.path_params["number"]
    address = f"{PEOPLE}/{number}"
    match sent.text("do"):
        case "mail" if settings.mail:
            await _everybody(request, sent)
            await _send_link(request, settings, number)
        case "link":
            if "session" not in request.scope:
                raise NotTaken(Fault("main", "Nobody can sign in here yet. Whoever runs the service can set that up."))
            given = MakeLinkInput(person=number, minutes=settings.sign_in_minutes)
            answer = await _done(request, sent, MAKE_LINK, given)
            token = answer["results"][0]["token"]
            request.session[_LINK] = [number, token, await _end_of(request, token)]
        case "again" if (kind := sent.text("kind")) in set(PURPOSES):
            await _everybody(request, sent)
            await unsubscribing.subscribe(request.app.state.database, number, MessageKind(kind))
        case "end":
            await _done(request, sent, END_PERSON, EndPersonInput(person=number))
            return PEOPLE
        case _:
            described = await _described(request, sent)
            values = {name: getattr(described, name) for name in COLUMNS}
            await _done(request, sent, CHANGE_PERSON, ChangePersonInput(person=number, **values))
    return address


async def _everybody(request: Request, sent: Sent) -> list[Entry]:
    """Everybody on record. Refusals: `FORBIDDEN`, for anyone but an administrator for every organisation."""
    database: Database = request.app.state.database
    await permitted(database, INVITE_PERSON, by=sent.by)
    async with database.command(scope=EVERYWHERE) as session:
        return await list_people(session)


async def _end_of(request: Request, token: str) -> str:
    """Until when a link works that has just been made."""
    async with request.app.state.database.command(scope=EVERYWHERE) as session:
        link = await links.that_works(session, token, at=dt.datetime.now(dt.UTC))
    if link is None:
        raise ValueError("a link that has just been made does not work")
    return link.ends_at.isoformat()


async def _described(request: Request, sent: Sent) -> Any:
    """What a form says about somebody, as an invitation. Raises `NotTaken`."""
    cells = {name: sent.text(name) for name in COLUMNS}
    if written := cells["organisation"]:
        found = meant(await directory(request), written)
        if len(found) > 1:
            choices = " or ".join(label(each) for each in found)
            raise NotTaken(Fault("organisation", f"{written} can be more than one organisation. Write {choices}."))
        # A code of the sandbox is not in the list.
        cells["organisation"] = found[0].code if found else written
    try:
        return input_of(cells)
    except Refused as refused:
        raise NotTaken(*(Fault(each.path[-1], each.message) for each in refused.outcome.problems)) from refused


async def _done(request: Request, sent: Sent, command: Command[Any], given: Any) -> dict[str, Any]:
    """The answer of a command that was carried out. Raises `NotTaken`, with what is wrong at its fields."""
    answer = await carry_out(request.app.state.database, command, given, by=sent.by)
    if answer["problems"]:
        faults = [(each["path"][-1], f"{each['message']} {for_people(each['code'])}") for each in answer["problems"]]
        raise NotTaken(*(Fault("main" if field == "person" else field, message) for field, message in faults))
    return answer
