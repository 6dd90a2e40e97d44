"""Themes are added, renamed and put in order."""

import re

from sqlalchemy import func
from sqlmodel import select

from schema.commands.collections import SaveThemeInput
from schema.tables import ThemeRow
from service.writes.command import Work
from service.writes.outcome import Outcome, Refused, problem, stripped
from service.writes.register.begin import begin

_CODE = re.compile(r"[a-z][a-z0-9_]{1,62}")
_LAST_PLACE = 1_000


async def save_theme(work: Work, request: SaveThemeInput) -> Outcome:
    """Add a theme, or change one. Problems: `register/…`."""
    at, problems = await begin(work, request, {}, name=request.name)
    if not _CODE.fullmatch(request.code):
        message = f"{request.code[:80]!r} cannot be a code: use 2 to 63 lower-case letters, digits and underscores."
        problems.append(problem("register/malformed", message, "code"))
    if stripped(request.name) is None:
        problems.append(problem("register/malformed", "A theme needs a name.", "name"))
    if request.position is not None and not 0 <= request.position <= _LAST_PLACE:
        message = f"The position is {request.position}; it must be between 0 and {_LAST_PLACE:,}."
        problems.append(problem("register/malformed", message, "position"))
    if problems:
        raise Refused(*problems)
    session = work.session
    theme = (await session.exec(select(ThemeRow).where(ThemeRow.code == request.code).with_for_update())).first()
    before = None if theme is None else {"name": theme.name, "position": theme.position}
    last = (await session.exec(select(func.max(ThemeRow.position)))).one() or 0
    theme = theme or ThemeRow(code=request.code, name="", position=last + 1)
    theme.name = stripped(request.name) or ""
    theme.position = theme.position if request.position is None else request.position
    after = {"name": theme.name, "position": theme.position}
    if after != before:
        session.add(theme)
        await session.flush()
        detail = {"before": before, "after": after}
        await work.record(theme.code, at=at, reason=stripped(request.reason), detail=detail)
    return Outcome(rows={"theme": theme.id})
