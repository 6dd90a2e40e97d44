"""Those who have not answered for a quarter are reminded, after a look at who they are."""

from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Role
from service.answers.answers import Answers
from service.config import Settings
from service.messages.remind import Reminded, remind
from service.pages.acting import Fault, NotTaken, Sent, acting
from service.pages.quarters import quarter_in
from service.pages.showing import View, view


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
        unreachable=found.unreachable,
        has_mail=bool(settings.mail),
        sees_messages=sent.by.role is Role.ADMINISTRATOR,
    )


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
