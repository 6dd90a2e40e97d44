"""A command that is refused leaves an audit event: who tried what, and why it was not done."""

import datetime as dt
import logging
from collections.abc import Iterable

from sqlalchemy import exists
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.errors import Refusal
from schema.tables import AuditEventRow
from service.database import Database
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import audit

ACTION = "command.refuse"
# People read the audit, and its events are written one after the other: who tries again and again is recorded once.
BETWEEN = dt.timedelta(minutes=1)

_log = logging.getLogger("tracker")


async def record(database: Database, command: str, codes: Iterable[str], *, by: Viewer) -> None:
    """Record a refused command with the codes of its problems. The refusal holds without its event too.

    Each actor's is recorded once a minute for each command and set of codes.
    """
    detail = {"codes": sorted(set(codes))}
    try:
        async with database.command(scope=EVERYWHERE) as session:
            at = await audit.now(session)
            if await _is_recorded(session, command, detail, by, since=at - BETWEEN):
                return
            organisation = None if by.scope == EVERYWHERE else by.scope
            await audit.record(session, ACTION, command, by=by, at=at, detail=detail, organisation_id=organisation)
    except (SQLAlchemyError, OSError, TimeoutError, Refusal) as reason:
        _log.warning("The audit lacks a refused %s of %s: %s.", command, by.name, type(reason).__name__)


async def _is_recorded(
    session: AsyncSession, command: str, detail: dict[str, list[str]], by: Viewer, *, since: dt.datetime
) -> bool:
    same = (
        col(AuditEventRow.subject) == command,
        col(AuditEventRow.action) == ACTION,
        col(AuditEventRow.detail) == detail,
        col(AuditEventRow.actor) == by.name,
        col(AuditEventRow.actor_key).is_not_distinct_from(by.key),
        col(AuditEventRow.at) > since,
    )
    return bool((await session.exec(select(exists().where(*same)))).one())
