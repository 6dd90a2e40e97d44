"""Those who have not answered for a quarter are reminded, after a look at who they are."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Role
from service.answers.answers import Answers
from service.config import Settings
from service.messages.remind import Reminded, remind
from service.pages.acting import Fault, NotTaken, Sent, acting
from service.pages.contacts import contacts
from service.pages.directory import directory
from service.pages.quarters import quarter_in
from service.pages.showing import View, view
from service.writes.register.people import Entry


def routes(settings: Settings) -> list[BaseRoute]:
    """The address of the page."""
    return [Route("/quarters/{quarter}/remind", acting(partial(_show, settings), _act), methods=["GET", "POST"])]


async def _show(settings: Settings, request: Request, sent: Sent) -> View:
    quarter, found = quarter_in(request), await _reminded(request, sent, dry_run=True)
    return view(
        "quarter-remind.html",
        f"Remind those who have not answered for {quarter.label}",
        quarter=quarter,
        people=found.people,
        stopped=found.stopped,
        **await _without_address(request, found.unreachable),
        has_mail=bool(settings.mail),
        sees_messages=sent.by.role is Role.ADMINISTRATOR,
    )


async def _without_address(request: Request, codes: Collection[str]) -> Mapping[str, Any]:
    """The organisations that no message can reach, by name: `rings` with a number, `nobody` without."""
    people = await contacts(request)
    rows = [
        (each, [person for person in people.get(each.code, ()) if _can_be_rung(person)])
        for each in await directory(request)
        if each.code in set(codes)
    ]
    return {"rings": [row for row in rows if row[1]], "nobody": [each for each, ring in rows if not ring]}


def _can_be_rung(person: Entry) -> bool:
    return person.telephone is not None and person.role is not Role.READER


async def _act(request: Request, sent: Sent) -> str:
    reminded = await _reminded(request, sent)
    if not reminded.people:
        why = "nobody is on record for the organisations that still have to answer"
        if reminded.stopped:
            why = "everybody on record for the organisations that still have to answer has stopped reminders"
        raise NotTaken(Fault("main", f"Nobody can be reminded: {why}."))
    if not reminded.new:
        raise NotTaken(Fault("main", "Everybody has been reminded today already."))
    return f"/quarters/{quarter_in(request).code}?reminded={reminded.new}"


async def _reminded(request: Request, sent: Sent, *, dry_run: bool = False) -> Reminded:
    read = partial(Answers.of(request).read, request)
    database = request.app.state.database
    return await remind(database, read, quarter_in(request).code, by=sent.by, dry_run=dry_run)
