"""Keys become viewers: with their role and scope, while they are in force."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from schema.enumerations import Role
from schema.errors import Refusal
from service.database import Database
from service.viewer import EVERYWHERE, SECONDS_REMEMBERED, Viewer, Viewers
from service.writes.trust import keys

OWNER = Viewer("tracker command", Role.ADMINISTRATOR)


async def made(database: Database, **given: Any) -> str:
    """The header of a new key."""
    now = dt.datetime.now(dt.UTC)
    asked = {"organisation": None, "expires_at": None, **given}
    async with database.command() as session:
        return "Bearer " + await keys.create(session, "Ada", Role.APPROVER, by=OWNER, at=now, **asked)


async def test_a_key_has_its_role_and_reaches_everywhere_or_one_organisation(writable):
    viewers, board = (
        Viewers(writable.primary),
        await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'QKS'"),
    )
    found = [await viewers.viewer(await made(writable, organisation=code)) for code in (None, "QKS")]
    assert [(each.role, each.scope) for each in found if each] == [(Role.APPROVER, EVERYWHERE), (Role.APPROVER, board)]


async def test_a_key_for_an_organisation_that_is_not_there_is_not_made(writable):
    with pytest.raises(keys.UnknownOrganisation, match="'ZZ9'"):
        await made(writable, organisation="ZZ9")


async def test_when_a_key_was_last_used_is_kept_to_the_minute(writable):
    header, viewers = await made(writable), Viewers(writable.primary)
    assert await writable.reading.fetchval("SELECT last_used_at FROM api_key") is None
    await viewers.viewer(header)
    used = await writable.reading.fetchval("SELECT last_used_at FROM api_key")
    await Viewers(writable.primary).viewer(header)
    assert await writable.reading.fetchval("SELECT last_used_at FROM api_key") == used
    assert dt.datetime.now(dt.UTC) - used < dt.timedelta(seconds=30)


async def test_a_revoked_key_is_refused_by_every_process_within_five_seconds(writable):
    header, processes = await made(writable), [Viewers(writable.primary) for _ in range(2)]
    assert all([await each.viewer(header) for each in processes])
    async with writable.command() as session:
        await keys.revoke(session, header.split("_")[1], by=OWNER, at=dt.datetime.now(dt.UTC))
    assert SECONDS_REMEMBERED < 5
    await asyncio.sleep(SECONDS_REMEMBERED + 0.2)
    for each in processes:
        with pytest.raises(Refusal) as refusal:
            await each.viewer(header)
        assert refusal.value.code == "UNAUTHENTICATED"


@pytest.mark.parametrize("change", ["expires_at = now() - interval '1 s'", "secret_sha256 = repeat('0', 64)"])
async def test_an_expired_key_and_another_secret_are_refused(writable, change):
    header = await made(writable)
    async with writable.command() as session:
        await (await session.connection()).exec_driver_sql(f"UPDATE api_key SET {change}")
    with pytest.raises(Refusal) as refusal:
        await Viewers(writable.primary).viewer(header)
    assert refusal.value.code == "UNAUTHENTICATED"


async def test_only_the_fingerprint_of_a_key_is_stored(writable):
    secret = (await made(writable)).removeprefix("Bearer ")
    stored = await writable.reading.fetchval("SELECT row_to_json(api_key)::text FROM api_key")
    assert secret not in stored
    assert secret.split("_", 2)[2] not in stored
