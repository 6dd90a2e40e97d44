"""Keys become viewers, with their role and scope, while they are valid."""

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


async def create_key(database: Database, **options: Any) -> str:
    """The header of a new key."""
    now = dt.datetime.now(dt.UTC)
    arguments = {"organisation": None, "expires_at": None, **options}
    async with database.command() as session:
        return "Bearer " + await keys.create(session, "Ada", Role.APPROVER, by=OWNER, at=now, **arguments)


async def test_a_key_has_its_role_and_reaches_everywhere_or_one_organisation(writable):
    viewers, icb = (
        Viewers(writable),
        await writable.reading.fetchval("SELECT id FROM organisation WHERE code = 'QKS'"),
    )
    both = [await viewers.viewer(await create_key(writable, organisation=code)) for code in (None, "QKS")]
    assert [(each.role, each.scope) for each in both if each] == [(Role.APPROVER, EVERYWHERE), (Role.APPROVER, icb)]


async def test_no_key_is_created_for_an_unknown_organisation(writable):
    with pytest.raises(keys.UnknownOrganisation, match="'ZZ9'"):
        await create_key(writable, organisation="ZZ9")


async def test_the_last_use_of_a_key_is_recorded_to_the_minute(writable):
    header, viewers = await create_key(writable), Viewers(writable)
    assert await writable.reading.fetchval("SELECT last_used_at FROM api_key") is None
    await viewers.viewer(header)
    used = await writable.reading.fetchval("SELECT last_used_at FROM api_key")
    await Viewers(writable).viewer(header)
    assert await writable.reading.fetchval("SELECT last_used_at FROM api_key") == used
    assert dt.datetime.now(dt.UTC) - used < dt.timedelta(seconds=30)


async def test_a_revoked_key_is_refused_by_every_process_within_five_seconds(writable):
    header, processes = await create_key(writable), [Viewers(writable) for _ in range(2)]
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
    header = await create_key(writable)
    async with writable.command() as session:
        await (await session.connection()).exec_driver_sql(f"UPDATE api_key SET {change}")
    with pytest.raises(Refusal) as refusal:
        await Viewers(writable).viewer(header)
    assert refusal.value.code == "UNAUTHENTICATED"


async def test_only_the_fingerprint_of_a_key_is_stored(writable):
    secret = (await create_key(writable)).removeprefix("Bearer ")
    stored = await writable.reading.fetchval("SELECT row_to_json(api_key)::text FROM api_key")
    assert secret not in stored
    assert secret.split("_", 2)[2] not in stored
