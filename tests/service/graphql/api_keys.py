"""API keys, created and revoked as `tracker keys` does."""

import datetime as dt

from schema.enumerations import Role
from service.config import settings
from service.database import Database, connected
from service.viewer import Viewer
from service.writes.trust import keys

OPERATOR = Viewer("tracker command", Role.ADMINISTRATOR)


async def create_key(database: Database, name: str, role: Role, organisation: str | None = None) -> str:
    async with database.command() as session:
        now = dt.datetime.now(dt.UTC)
        return await keys.create(session, name, role, organisation=organisation, expires_at=None, by=OPERATOR, at=now)


async def key_at(url: str, name: str, role: Role, organisation: str | None = None) -> str:
    """A new key in the database of a URL."""
    async with connected(settings({}, database_url=url)) as database:
        return await create_key(database, name, role, organisation)


async def revoke_key(database: Database, key: str) -> None:
    async with database.command() as session:
        await keys.revoke(session, key.split("_")[1], by=OPERATOR, at=dt.datetime.now(dt.UTC))
