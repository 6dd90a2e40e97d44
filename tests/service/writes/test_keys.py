"""API keys: each is created and revoked with an audit event."""

import datetime as dt
from typing import Any

import orjson
import pytest

from schema.enumerations import Role
from service.database import Database
from service.writes.trust import keys
from tests.service.writes.submitting import ROOT

AT = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)


async def create(database: Database, **given: Any) -> str:
    """A new key; its prefix comes back."""
    async with database.command() as session:
        made = await keys.create(session, "Ada", Role.APPROVER, expires_at=None, by=ROOT, at=AT, **given)
    return made.split("_")[1]


async def events(database: Database) -> list[tuple[Any, ...]]:
    rows = await database.reading.fetch(
        "SELECT action, subject, actor, at, detail FROM audit_event WHERE action LIKE 'key.%' ORDER BY position"
    )
    return [tuple(row) for row in rows]


async def test_a_key_leaves_an_event_when_it_is_created_and_when_it_is_revoked(writable):
    prefix = await create(writable, organisation="QKS")
    async with writable.command() as session:
        assert await keys.revoke(session, prefix, by=ROOT, at=AT) == "Ada"
    created, revoked = await events(writable)
    assert created[:4] == ("key.create", f"key {prefix}", "Root", AT)
    assert orjson.loads(created[4]) == {"name": "Ada", "role": "APPROVER", "organisation": "QKS"}
    assert revoked == ("key.revoke", f"key {prefix}", "Root", AT, None)


async def test_a_revoked_key_is_not_revoked_again(writable):
    prefix = await create(writable)
    async with writable.command() as session:
        await keys.revoke(session, prefix, by=ROOT, at=AT)
    with pytest.raises(keys.UnknownKey):
        async with writable.command() as session:
            await keys.revoke(session, prefix, by=ROOT, at=AT)
    assert [action for action, *_ in await events(writable)] == ["key.create", "key.revoke"]
