"""Sessions of people who have signed in: started, listed and ended. Only the fingerprint of a token is stored."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, or_, true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import OrganisationRow, SessionRow, key, table
from service.viewer import EVERYWHERE, Viewer, sha256
from service.writes.trust import audit

# How long the row of a session stays after its end.
KEPT = dt.timedelta(days=30)


async def begin(session: AsyncSession, *, until: dt.datetime, by: Viewer, at: dt.datetime) -> str:
    """Sign somebody in until an instant; the new token for their cookie."""
    await session.exec(delete(SessionRow).where(func.least(SessionRow.ended_at, SessionRow.ends_at) < at - KEPT))
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        token_sha256=sha256(token),
        name=by.name,
        role=by.role,
        identity=by.identity,
        organisation_id=None if by.scope == EVERYWHERE else by.scope,
        began_at=at,
        ends_at=until,
        last_used_at=at,
    )
    session.add(row)
    await session.flush()
    await audit.record(session, "session.begin", f"session {key(row)}", by=by, at=at)
    return token


async def list_sessions(session: AsyncSession) -> Sequence[tuple[SessionRow, str | None]]:
    """All sessions on record, oldest first, each with the code of the organisation that its role is for."""
    rows = await session.exec(
        select(SessionRow, OrganisationRow.code).outerjoin(OrganisationRow).order_by(col(SessionRow.id))
    )
    return rows.all()


async def end(session: AsyncSession, number: int, *, by: Viewer, at: dt.datetime) -> str | None:
    """End one session; the name of who had signed in, or None if no session in force has this number."""
    ended = await _end(session, col(SessionRow.id) == number, by=by, at=at)
    return ended[0] if ended else None


async def end_all(session: AsyncSession, *, person: str | None = None, by: Viewer, at: dt.datetime) -> int:
    """End every session, or those of one person, by name or by issuer and subject; how many were in force."""
    of_person = or_(col(SessionRow.name) == person, col(SessionRow.identity) == person)
    return len(await _end(session, true() if person is None else of_person, by=by, at=at))


async def _end(session: AsyncSession, which: ColumnElement[bool], *, by: Viewer, at: dt.datetime) -> list[str]:
    """End the sessions in force that a condition finds; the names of who had signed in."""
    in_force = (col(SessionRow.ended_at).is_(None), col(SessionRow.ends_at) > at)
    ended = (
        await session.exec(
            update(table(SessionRow))
            .where(which, *in_force)
            .values(ended_at=at)
            .returning(*(col(each) for each in (SessionRow.id, SessionRow.name, SessionRow.identity)))
        )
    ).all()
    events = [
        audit.event("session.end", f"session {number}", by=by, at=at, detail={"name": name, "identity": identity})
        for number, name, identity in sorted(ended)
    ]
    if events:
        await audit.write(session, events, by=by)
    return [name for _, name, _ in ended]
