"""Who to call about an organisation, for those who send or approve its figures; readers do not see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from starlette.requests import Request

from service.database import Database
from service.pages.scope import writer
from service.writes.register.people import Entry, list_people


async def contacts(request: Request) -> Mapping[str, Sequence[Entry]]:
    """The people of each organisation, by its code, in the scope of whoever asks; nobody for readers."""
    by = await writer(request)
    if by is None:
        return {}
    database: Database = request.app.state.database
    async with database.rehearsal(scope=by.scope) as session:
        people = await list_people(session)
    found: dict[str, list[Entry]] = defaultdict(list)
    for each in people:
        if each.organisation is not None and each.ended_at is None:
            found[each.organisation].append(each)
    return dict(found)
