"""Whoever opens a page, and the organisation that they act for."""

from collections.abc import Collection

from sqlmodel import select
from starlette.requests import Request

from schema.enumerations import Role
from schema.errors import Refusal
from schema.lifecycle import WRITERS, may_not
from schema.tables import OrganisationRow
from service.answers.answers import Answers
from service.viewer import EVERYWHERE, Viewer


async def writer(request: Request) -> Viewer | None:
    """Whoever opens a page, if they can send figures."""
    viewer = (await Answers.of(request).caller(request)).viewer
    return viewer if viewer is not None and viewer.role in WRITERS else None


def check_role(by: Viewer, roles: Collection[Role], purpose: str) -> None:
    """Let those with some roles use a page. `purpose` is what it does, as it follows "you cannot".

    Refusals: `FORBIDDEN`.
    """
    if by.role not in roles:
        raise Refusal("FORBIDDEN", may_not(by.role, purpose))


def check_writer(by: Viewer) -> None:
    """Let those use a page who can send figures. Refusals: `FORBIDDEN`."""
    check_role(by, WRITERS, "send figures")


async def own_organisation(request: Request, by: Viewer) -> str | None:
    """The code of the organisation that somebody acts for; None for all of them."""
    if by.scope == EVERYWHERE:
        return None
    async with request.app.state.database.rehearsal(scope=by.scope) as session:
        code: str = (await session.exec(select(OrganisationRow.code).where(OrganisationRow.id == by.scope))).one()
    return code
