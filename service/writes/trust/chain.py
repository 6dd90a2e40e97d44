"""The chain of audit events is verified link by link: what was forged, what is missing, and where the end was cut."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

# Written out again, without the function that the trigger calls: whoever forges events may have changed that too.
_EVENTS = text("""
    SELECT position, hash, jsonb_build_array(
        position, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), action, actor, actor_key, role,
        subject, reason, detail, submission_id, organisation_id, groups_on
    )::text AS content
    FROM audit_event ORDER BY position
""")
_HEAD = text("SELECT position, hash FROM audit_head")


@dataclass(frozen=True)
class Head:
    """Where a chain ends: the position of its last event, 0 for none, and that event's hash."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"

    @classmethod
    def parsed(cls, written: str) -> "Head":
        """A head as it is printed. Refusals: `ValueError`."""
        position, colon, digest = written.strip().partition(":")
        if not colon or not position.isdigit():
            raise ValueError("write the head as `tracker audit head` prints it: POSITION:HASH")
        return cls(int(position), digest)


@dataclass(frozen=True)
class Verdict:
    """The number of events, and each fault of the chain in a sentence; none when it is whole."""

    events: int
    faults: tuple[str, ...]


async def head(session: AsyncSession) -> Head:
    """The head that the database stores separately from the events."""
    position, digest = (await (await session.connection()).execute(_HEAD)).one()
    return Head(position, digest)


async def verify(session: AsyncSession, *, anchor: Head | None = None) -> Verdict:
    """Verify every event, in order, and the head.

    `anchor` is a head that was written down elsewhere: whoever can write to the database can change its head, but not
    that.
    """
    faults: list[str] = []
    seen, last = 0, Head(0, "")
    anchored: str | None = "" if anchor is not None and anchor.position == 0 else None
    async for event in _events(session):
        if event.position != last.position + 1:
            faults.append(_missing(last.position + 1, event.position - 1))
        elif event.hash != hashlib.sha256((last.hash + event.content).encode()).hexdigest():
            faults.append(f"Event {event.position}, or the one before it, has changed since it was written.")
        if anchor is not None and event.position == anchor.position:
            anchored = event.hash
        seen, last = seen + 1, Head(event.position, event.hash)
    faults += _at_the_end(last, await head(session))
    if anchor is not None and anchored != anchor.hash:
        what = "is missing; it was there when" if anchored is None else "has changed since"
        faults.append(f"Event {anchor.position} {what} you noted its head.")
    return Verdict(seen, tuple(faults))


def _at_the_end(last: Head, kept: Head) -> list[str]:
    """How the head that is stored separately differs from the last event."""
    if kept.position > last.position:
        return [_missing(last.position + 1, kept.position)]
    return [] if kept == last else [f"The head is at event {kept.position}, and the last event is {last.position}."]


async def _events(session: AsyncSession) -> AsyncIterator[Any]:
    async with (await session.connection()).stream(_EVENTS) as rows:
        async for row in rows:
            yield row


def _missing(first: int, last: int) -> str:
    return f"Event {first} is missing." if first == last else f"Events {first} to {last} are missing."
