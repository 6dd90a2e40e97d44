"""What is due, and what has happened to a return, becomes messages. Looking again adds nothing.

Each matter is put down by itself: what goes wrong with one quarter holds up no other.
"""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import MessageKind
from schema.london import HERE
from service.database import Database
from service.identity.sessions import PERSON
from service.messages import outbox
from service.messages.outbox import New
from service.messages.quarters import of_quarter, quarters
from service.messages.recipients import Read, by_organisation, recipients
from service.viewer import EVERYWHERE
from service.writes.trust import links

_log = logging.getLogger("tracker")

# People read their mail in the morning, and not in the night.
FIRST_HOUR = 8
# What happened longer ago is not news to somebody who is invited today.
NEWS = dt.timedelta(days=2)
# How many organisations the message about what waits names.
MOST_NAMED = 5

# What became of returns: who hears of it is decided below.
_STEPS = text("""
    SELECT s.id, s.version, s.status, s.quarter, o.id AS organisation_id, o.code, o.name, s.amends_id, s.public_note,
           s.decision_reason, decided.name AS decided_by, s.decided_at, sent.identity AS sent_by,
           published.name AS published_by, published.identity AS publisher, s.published_at,
           ARRAY(SELECT DISTINCT e.organisation_id FROM submission_entry e
                 WHERE e.submission_id = s.id AND e.organisation_id IS NOT NULL) AS organisations,
           ARRAY(SELECT concat_ws(', ', coalesce(m.name, t.name), nullif(co.name, o.name)) || ': “' || c.words || '”'
                 FROM return_comment c LEFT JOIN metric m ON m.id = c.metric_id LEFT JOIN theme t ON t.id = c.theme_id
                 LEFT JOIN organisation co ON co.id = c.organisation_id
                 WHERE c.submission_id = s.id AND c.answered_at IS NULL ORDER BY c.id) AS comments
    FROM submission s JOIN organisation o ON o.id = s.organisation_id
    LEFT JOIN actor decided ON decided.id = s.decided_by_id
    LEFT JOIN actor sent ON sent.id = s.submitted_by_id
    LEFT JOIN actor published ON published.id = s.published_by_id
    WHERE (s.status = 'RETURNED' AND s.decided_at > :since) OR (s.status = 'PUBLISHED' AND s.published_at > :since)
    ORDER BY s.id
""")
_PEOPLE = text("""
    SELECT id, organisation_id, role, invited_at FROM person
    WHERE ended_at IS NULL AND email IS NOT NULL AND role IN ('SUBMITTER', 'APPROVER', 'ADMINISTRATOR')
    ORDER BY id
""")
# What each approver may decide about: not what they sent themselves.
_WAITING = text("""
    SELECT p.id, count(*) AS count, array_agg(o.name ORDER BY s.submitted_at, s.id) AS names
    FROM person p
    JOIN submission s ON s.status = 'SUBMITTED'
     AND belongs_to(s.organisation_id, coalesce(p.organisation_id, 0), s.quarter_ends, s.quarter_ends)
    JOIN organisation o ON o.id = s.organisation_id
    LEFT JOIN actor sent ON sent.id = s.submitted_by_id
    WHERE p.ended_at IS NULL AND p.email IS NOT NULL AND p.role IN ('APPROVER', 'ADMINISTRATOR')
      AND sent.identity IS DISTINCT FROM :person || p.id
    GROUP BY p.id ORDER BY p.id
""")


async def collect(database: Database, read: Read, now: dt.datetime) -> int:
    """Put down every message that is due at an instant; how many are new. `read` answers for the service itself."""
    async with database.command(scope=EVERYWHERE) as session:
        if not await links.anybody(session):
            return 0
        people = by_organisation(await recipients(session))
        listed = await quarters(session)
    here = now.astimezone(HERE)
    count = await _put_down(database, "what became of returns", partial(_steps, now=now))
    if here.hour >= FIRST_HOUR:
        count += await _put_down(database, "what waits", partial(_waiting, today=here.date()))
        for quarter in listed:
            look = partial(of_quarter, read=read, quarter=quarter, people=people, now=here, news=NEWS)
            count += await _put_down(database, quarter.code, look)
    return count


async def _put_down(database: Database, what: str, look: Callable[[AsyncSession], Awaitable[Sequence[New]]]) -> int:
    """Put down the messages of one matter; how many are new."""
    try:
        async with database.command(scope=EVERYWHERE) as session:
            return await outbox.add(session, await look(session))
    except Exception as reason:
        # It is still due when this is looked at again.
        _log.warning("Messages about %s wait: %s", what, str(reason) or type(reason).__name__)
        return 0


async def _waiting(session: AsyncSession, *, today: dt.date) -> list[New]:
    """What waits for each approver, once a day."""
    rows = await (await session.connection()).execute(_WAITING, {"person": PERSON})
    return [
        New(
            row.id,
            MessageKind.WAITING,
            today.isoformat(),
            {"count": row.count, "organisations": names[:MOST_NAMED], "others": len(names[MOST_NAMED:])},
        )
        for row in rows
        for names in [list(dict.fromkeys(row.names))]
    ]


async def _steps(session: AsyncSession, *, now: dt.datetime) -> list[New]:
    """What became of returns lately, for those who it concerns."""
    connection = await session.connection()
    steps = (await connection.execute(_STEPS, {"since": now - NEWS})).all()
    people = (await connection.execute(_PEOPLE)).all() if steps else []
    return [new for step in steps for new in _of_step(step, people)]


def _of_step(step: Any, people: Sequence[Any]) -> Iterator[New]:
    facts = {"organisation": step.name, "code": step.code, "quarter": step.quarter}
    if step.status == "RETURNED":
        facts |= {"by": step.decided_by, "reason": step.decision_reason, "comments": list(step.comments)}
        # Not its version: that rises while somebody corrects it.
        about, at = f"{step.id} {step.decided_at.isoformat()}", step.decided_at
        reached = [each for each in people if _sent(step, each)]
        # A program may have sent it: then those who can change it.
        reached = reached or [each for each in people if each.organisation_id == step.organisation_id]
        kind = MessageKind.RETURNED
    else:
        facts |= {"by": step.published_by, "note": step.public_note}
        about, at = str(step.id), step.published_at
        of_it = {step.organisation_id, *step.organisations} if step.amends_id is not None else set()
        reached = [each for each in people if each.organisation_id in of_it or _sent(step, each)]
        reached = [each for each in reached if step.publisher != links.identity_of(each.id)]
        kind = MessageKind.PUBLISHED if step.amends_id is None else MessageKind.CORRECTED
    for each in reached:
        if each.invited_at < at:
            yield New(each.id, kind, about, facts)


def _sent(step: Any, person: Any) -> bool:
    return bool(step.sent_by == links.identity_of(person.id))
