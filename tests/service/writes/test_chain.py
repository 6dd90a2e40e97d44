"""The chain of audit events: whole, forged, with a gap, with its tail cut."""

from typing import Any

import asyncpg
import pytest

from service.database import Database
from service.writes.trust.chain import Head, head, verify
from tests.service.writes.submitting import published

OWNER = (
    "ALTER TABLE audit_event DISABLE TRIGGER refuse_change; {}; ALTER TABLE audit_event ENABLE TRIGGER refuse_change"
)
AS_HEAD = "ALTER TABLE audit_head DISABLE TRIGGER hold_audit_head; UPDATE audit_head SET (position, hash) = ({})"


@pytest.fixture
async def audited(writable):
    await published(writable)
    return writable


async def faults(database: Database, anchor: Head | None = None) -> list[str]:
    async with database.command() as session:
        return list((await verify(session, anchor=anchor)).faults)


async def head_of(database: Database) -> Head:
    async with database.command() as session:
        return await head(session)


async def forge(database: Database, statements: str) -> None:
    """What an owner of the database could do who disables its triggers."""
    async with database.command() as session:
        raw = await (await session.connection()).get_raw_connection()
        connection: Any = raw.driver_connection
        await connection.execute(statements)


async def test_what_was_only_ever_added_to_is_whole(audited):
    assert await faults(audited, await head_of(audited)) == []


@pytest.mark.parametrize("column", ["actor = 'Mallory'", "reason = 'x'", "at = at + interval '1 us'", "detail = '{}'"])
async def test_a_forged_event_is_found(audited, column):
    await forge(audited, OWNER.format(f"UPDATE audit_event SET {column} WHERE position = 3"))
    assert await faults(audited) == ["Event 3, or the one before it, has changed since it was written."]


async def test_a_missing_event_is_found(audited):
    await forge(audited, OWNER.format("DELETE FROM audit_event WHERE position = 3"))
    assert (await faults(audited))[0] == "Event 3 is missing."


async def test_a_cut_tail_is_found_by_the_head(audited):
    last = (await head_of(audited)).position
    await forge(audited, OWNER.format(f"DELETE FROM audit_event WHERE position >= {last - 1}"))
    assert await faults(audited) == [f"Events {last - 1} to {last} are missing."]


async def test_a_cut_tail_with_a_moved_head_is_found_by_an_anchor(audited):
    noted = await head_of(audited)
    await forge(audited, OWNER.format(f"DELETE FROM audit_event WHERE position = {noted.position}"))
    await forge(audited, AS_HEAD.format("SELECT position, hash FROM audit_event ORDER BY position DESC LIMIT 1"))
    assert await faults(audited) == []
    assert await faults(audited, noted) == [f"Event {noted.position} is missing; it was there when you noted its head."]


async def test_a_rewritten_chain_is_found_by_an_anchor(audited):
    noted = await head_of(audited)
    assert await faults(audited, Head(noted.position, "0" * 64)) == [
        f"Event {noted.position} has changed since you noted its head."
    ]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "UPDATE audit_head SET position = position - 1",
        "TRUNCATE submission CASCADE",
    ],
)
async def test_the_head_only_goes_forward_even_for_the_owner(audited, change):
    with pytest.raises(asyncpg.RestrictViolationError):
        await forge(audited, change)


@pytest.mark.parametrize("written", ["", "7", "x:1", "-1:a"])
def test_a_head_is_written_as_it_was_printed(written):
    with pytest.raises(ValueError, match="POSITION:HASH"):
        Head.parsed(written)


async def test_a_head_before_the_first_event_is_an_anchor_too(audited, writable):
    """`tracker audit head` prints `0:` for a database without events."""
    assert await faults(audited, Head(0, "")) == []
    assert await faults(audited, Head.parsed("0:")) == []
    assert await faults(audited, Head(0, "0" * 64)) == ["Event 0 has changed since you noted its head."]
