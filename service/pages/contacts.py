"""Who to call about an organisation, for those who send or approve its figures; readers do not see it."""

from collections.abc import Sequence

from starlette.requests import Request

from service.database import Database
from service.pages.scope import writer
from service.writes.register.people import Entry, list_people


async def contacts_of(request: Request, code: str) -> Sequence[Entry]:
    """The people of an organisation, by name, if it is in the scope of whoever asks; nobody for anyone else."""
    by = await writer(request)
    if by is None:
        return []
    database: Database = request.app.state.database
    async with database.rehearsal(scope=by.scope) as session:
        return [each for each in await list_people(session) if each.organisation == code and each.ended_at is None]
