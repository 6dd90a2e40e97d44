"""People who sign in, without a browser."""

import datetime as dt

from schema.enumerations import Role
from service.database import Database
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import sessions

WORKING_DAY = dt.timedelta(hours=8)


def person(name: str) -> Viewer:
    """Somebody who has signed in."""
    return Viewer(name, Role.APPROVER, f"https://login.example|{name}")


async def begin(database: Database, *names: str, at: dt.datetime | None = None) -> list[str]:
    """The tokens of new sessions, as the service begins them."""
    at = at or dt.datetime.now(dt.UTC)
    tokens = []
    for name in names:
        async with database.command(scope=EVERYWHERE) as session:
            tokens.append(await sessions.begin(session, until=at + WORKING_DAY, by=person(name), at=at))
    return tokens
