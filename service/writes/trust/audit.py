"""What every command records in its own transaction: its audit events, after everything else."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import func, insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import AuditEventRow, SubmissionRow, table
from service.viewer import Viewer
from service.writes.trust import actors

# An audit event, still to write, as the columns of its row.
Event: TypeAlias = dict[str, Any]
# The number only has to be ours, and another than that of the migrations.
_TURNSTILE = 7_265_002


# The clock is read once there is the lock, because the row that it is read for comes from there.
_TURN = select(func.clock_timestamp()).select_from(func.pg_advisory_xact_lock(_TURNSTILE).alias("turn"))
_NOW = select(func.clock_timestamp())


async def turn(session: AsyncSession) -> dt.datetime:
    """Wait for a turn: commands that publish go through one at a time, so what they compared stays true.

    The instant at which it came comes back.
    """
    at: dt.datetime = (await session.exec(_TURN)).one()
    return at


async def now(session: AsyncSession) -> dt.datetime:
    """The instant of a command that has its turn. Taken here, so that what is published later has a later instant."""
    at: dt.datetime = (await session.exec(_NOW)).one()
    return at


async def record_import(session: AsyncSession, action: str, added: Mapping[str, int], *, by: Viewer) -> None:
    """One audit event for an import that added something; nothing for one that did not."""
    if any(added.values()):
        await record(session, action, by.name, by=by, at=dt.datetime.now(dt.UTC), detail=dict(added))


async def record(session: AsyncSession, action: str, subject: str, *, by: Viewer, **what: Any) -> None:
    """Write one audit event; `what` is the rest of it, as `event` takes it."""
    await write(session, [event(action, subject, by=by, **what)], by=by)


async def write(session: AsyncSession, events: Sequence[Event], *, by: Viewer) -> None:
    """Write audit events in their order, at once and last: from here on other commands wait until this one ends."""
    await actors.recorded(session, by)
    await session.flush()
    if events:
        await session.exec(insert(table(AuditEventRow)), params=list(events))


def event(
    action: str,
    subject: str,
    *,
    by: Viewer,
    at: dt.datetime,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
    submission: SubmissionRow | None = None,
    organisation_id: int | None = None,
    groups_on: dt.date | None = None,
) -> Event:
    """One audit event, still to write.

    Those who act for its organisation can see it: for a submission, the submission's own. Whether they act for it is
    decided on the day `groups_on`, for a submission on the last day of its quarter, or else on the day of reading.
    """
    return {
        "at": at,
        "action": action,
        "actor": by.name,
        "actor_key": by.key,
        "role": by.role,
        "subject": subject,
        "reason": reason,
        "detail": detail,
        "submission_id": None if submission is None else submission.id,
        "organisation_id": organisation_id if submission is None else submission.organisation_id,
        "groups_on": groups_on if submission is None else submission.quarter_ends,
    }
