"""The themes that measures are grouped by, at /themes: added, renamed and put in order."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.setup.typed import check_administrator, code_of, refuse, themes, whole
from service.pages.showing import View, view

_PATH = "/themes"
_SAVE = """
mutation Save($input: SaveThemeInput!) { saveTheme(input: $input) { problems { message severity path } } }
"""
_NAMES = ("name", "position", "reason")


def routes() -> list[BaseRoute]:
    """Their address."""
    return [Route(_PATH, acting(_show, _act), methods=["GET", "POST"])]


async def _show(request: Request, sent: Sent) -> View:
    check_administrator(sent.by, "save themes")
    listed = await themes(request)
    code = sent.text("code") or request.query_params.get("theme", "")
    known = next((each for each in listed if each["code"] == code), None)
    typed: Any = {name: sent.text(name) for name in _NAMES} if sent.fields else {"name": known["name"] if known else ""}
    return view(
        "themes.html",
        "Themes",
        themes=listed,
        known=known,
        typed=typed,
        key=secrets.token_urlsafe(16),
        here="/collections",
    )


async def _act(request: Request, sent: Sent) -> str:
    check_administrator(sent.by, "save themes")
    codes = {each["code"] for each in await themes(request)}
    code, faults = sent.text("code"), list[Fault]()
    if not sent.text("name"):
        faults.append(Fault("name", "Write the name of the theme."))
    elif not code and code_of(sent.text("name")) in codes:
        faults.append(Fault("name", "Another theme has this name, or one that is nearly the same."))
    if not sent.text("reason"):
        faults.append(Fault("reason", "Say why."))
    position = whole(sent, "position", faults)
    if faults or (code and code not in codes):
        raise NotTaken(*(faults or [Fault("main", "There is no such theme.")]))
    given = {
        "code": code or code_of(sent.text("name")),
        "name": sent.text("name"),
        "position": position,
        "reason": sent.text("reason"),
        "idempotencyKey": sent.text("key") or None,
    }
    refuse((await write(request, _SAVE, input=given))["saveTheme"]["problems"], _NAMES, "name")
    return _PATH
