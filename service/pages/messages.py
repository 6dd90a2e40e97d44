"""The messages that wait, with their texts, for an administrator who sends them by hand where no mail is set."""

from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.errors import Refusal
from service.config import Settings
from service.messages.outbox import Outbox
from service.messages.sender import letter_of
from service.messages.texts import ALWAYS
from service.pages.acting import Sent, acting
from service.pages.showing import View, view
from service.writes.command import permitted
from service.writes.commands import INVITE_PERSON

PATH = "/messages"


def routes(settings: Settings) -> list[BaseRoute]:
    """Their address."""
    return [Route(PATH, acting(partial(_show, settings), _note_sent), methods=["GET", "POST"])]


async def _show(settings: Settings, request: Request, sent: Sent) -> View:
    await permitted(request.app.state.database, INVITE_PERSON, by=sent.by)
    outbox = Outbox(request.app.state.database)
    waiting = await outbox.waiting()
    # A link to sign in is made when it is sent: the page of a person makes one for copying.
    letters = [(each.id, letter_of(each, settings)) for each in waiting if each.kind not in ALWAYS]
    doubtful = [(each.id, letter_of(each, settings)) for each in await outbox.in_doubt()]
    return view(
        "messages.html", "Messages", letters=letters, doubtful=doubtful, has_mail=bool(settings.mail), here=PATH
    )


async def _note_sent(request: Request, sent: Sent) -> str:
    """Somebody has sent a message by hand, knows that it arrived, or wants it sent again. Refusals: `page/unknown`."""
    await permitted(request.app.state.database, INVITE_PERSON, by=sent.by)
    number = sent.text("message")
    if not number.isdecimal() or len(number) > 18:
        raise Refusal("page/unknown", "There is no such message.")
    outbox = Outbox(request.app.state.database)
    await (outbox.release if sent.text("do") == "again" else outbox.note_sent)(int(number))
    return PATH
