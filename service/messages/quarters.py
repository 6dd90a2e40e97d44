"""What a quarter asks of people on a day: it opens, a return is due or late, or the day by which it is due moves."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import MessageKind
from schema.periods import parsed
from schema.tables import QuarterRow
from service.messages.outbox import New
from service.messages.recipients import Extended, OpenReturn, Read, Recipient, open_parts, whole

_EXTENDED = text("""
    SELECT o.code, m.code AS metric, e.until
    FROM collection_exception e JOIN organisation o ON o.id = e.organisation_id LEFT JOIN metric m ON m.id = e.metric_id
    WHERE e.quarter = :quarter AND e.until IS NOT NULL ORDER BY e.id
""")
_OWN_DAYS = text("""
    SELECT DISTINCT coalesce(CAST(:ends AS date) + CAST(due_days AS integer), due) FROM collection
    WHERE due_days IS NOT NULL OR due IS NOT NULL
""")
# Only the last change says what holds now.
_MOVED = text("""
    SELECT position, detail, at FROM audit_event
    WHERE action = 'quarter.set' AND subject = :quarter AND at > :since ORDER BY position DESC LIMIT 1
""")


@dataclass(frozen=True)
class Quarter:
    """The dates of a quarter: when it opens, and by when its answers are due, or taken at all."""

    code: str
    opens_on: dt.date | None
    due: dt.date | None


@dataclass(frozen=True)
class Moved:
    """A change of the day by which a quarter's answers are due; `key` names the change."""

    key: int
    before: dt.date
    now: dt.date
    at: dt.datetime


People = Mapping[str, Sequence[Recipient]]


async def quarters(session: AsyncSession) -> Sequence[Quarter]:
    """The quarters that have dates."""
    rows = await session.exec(select(QuarterRow).order_by(col(QuarterRow.code)))
    return [Quarter(each.code, each.opens_on, each.soft_deadline or each.hard_deadline) for each in rows]


async def of_quarter(
    session: AsyncSession, *, read: Read, quarter: Quarter, people: People, now: dt.datetime, news: dt.timedelta
) -> list[New]:
    """The messages of a quarter on a day. A move of its day is sent while it is news. Refusals: those of `read`."""
    today, connection = now.date(), await session.connection()
    extended = [Extended(*row) for row in (await connection.execute(_EXTENDED, {"quarter": quarter.code})).all()]
    own = (await connection.execute(_OWN_DAYS, {"ends": parsed(quarter.code).ends})).scalars().all()
    moved = await _moved(session, quarter, since=now - news)
    days = {day for day in (quarter.due, *own, *(each.until for each in extended)) if day is not None}
    has_kinds = any(True for day in days for _ in kinds_of(day, today))
    if not (moved or has_kinds or is_opening(quarter, today)):
        return []
    parts = await open_parts(read, quarter.code, extended)
    return [
        *_opening(quarter, today, whole(parts).values(), people),
        *_dated(quarter, today, parts, people),
        *_of_move(quarter, moved, parts, people),
    ]


def is_opening(quarter: Quarter, today: dt.date) -> bool:
    """Whether a quarter has just opened, on the day or soon after, so that a service that was away catches up."""
    return (
        quarter.opens_on is not None
        and 0 <= (today - quarter.opens_on).days <= 2
        and (quarter.due is None or today <= quarter.due)
    )


def kinds_of(due: dt.date, today: dt.date) -> Iterator[MessageKind]:
    """What messages a day by which something is due asks for.

    Each has some days, so that a service that was away catches up; what comes too late is left out.
    """
    left = (due - today).days
    if 5 <= left <= 7:
        yield MessageKind.DUE_IN_A_WEEK
    if left == 1:
        yield MessageKind.DUE_TOMORROW
    if -3 <= left <= -1:
        yield MessageKind.OVERDUE


async def _moved(session: AsyncSession, quarter: Quarter, *, since: dt.datetime) -> Moved | None:
    """How the day of a quarter has moved lately; None where it is what it was."""
    found = (
        await (await session.connection()).execute(_MOVED, {"quarter": quarter.code, "since": since})
    ).one_or_none()
    if found is None:
        return None
    before, now = _due_in(found.detail["before"]), _due_in(found.detail["after"])
    if before is None or now is None or before == now:
        return None
    return Moved(found.position, before, now, found.at)


def _due_in(dates: Mapping[str, Any]) -> dt.date | None:
    written = dates["softDeadline"] or dates["hardDeadline"]
    return None if written is None else dt.date.fromisoformat(written)


def _opening(quarter: Quarter, today: dt.date, returns: Any, people: People) -> Iterator[New]:
    if is_opening(quarter, today):
        for each in returns:
            for to in people.get(each.code, ()):
                yield each.message(to, MessageKind.OPENS, quarter.code, quarter.code)


def _dated(quarter: Quarter, today: dt.date, parts: Sequence[OpenReturn], people: People) -> Iterator[New]:
    """What is due in a week, tomorrow, or late: once for each day by which something is due."""
    for each in parts:
        for kind in kinds_of(each.due, today) if each.due is not None else ():
            for to in people.get(each.code, ()):
                yield each.message(to, kind, f"{quarter.code} {each.due}", quarter.code)


def _of_move(quarter: Quarter, moved: Moved | None, parts: Sequence[OpenReturn], people: People) -> Iterator[New]:
    """That the day has moved, to those who have that day: others have a day of their own."""
    for each in parts if moved is not None else ():
        if moved is not None and each.due == moved.now:
            for to in people.get(each.code, ()):
                if to.invited_at < moved.at:
                    about, before = f"{quarter.code} {moved.key}", moved.before.isoformat()
                    yield each.message(to, MessageKind.DEADLINE_MOVED, about, quarter.code, before=before)
