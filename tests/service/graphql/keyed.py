"""API keys as `tracker keys` makes and revokes them."""

import datetime as dt

from schema.enumerations import Role
from service.database import Database
from service.viewer import Viewer
from service.writes.trust import keys

OPERATOR = Viewer("tracker command", Role.ADMINISTRATOR)


async def keyed(database: Database, name: str, role: Role, organisation: str | None = None) -> str:
    async with database.command() as session:
        now = dt.datetime.now(dt.UTC)
        return await keys.create(session, name, role, organisation=organisation, expires_at=None, by=OPERATOR, at=now)


async def revoked(database: Database, key: str) -> None:
    async with database.command() as session:
        await keys.revoke(session, key.split("_")[1], by=OPERATOR, at=dt.datetime.now(dt.UTC))
