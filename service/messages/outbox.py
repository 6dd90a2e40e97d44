"""The rows of messages, as the processes that send share them: each takes one on a lease, and says how it went."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import MessageKind
from schema.tables import MessageRow, OrganisationRow, PersonRow, UnsubscribedRow, table
from service.database import Database
from service.viewer import EVERYWHERE
from service.writes.trust import links

# Longer than one message takes to be sent. A process that dies leaves its message to others after this.
LEASE = dt.timedelta(seconds=120)
# After each failure the pause doubles, from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=10), dt.timedelta(hours=1)
# What could not be sent for so long is no longer news.
PATIENCE = dt.timedelta(days=3)

_message, _person, _unsubscribed = table(MessageRow), table(PersonRow), table(UnsubscribedRow)
_organisation = table(OrganisationRow)


@dataclass(frozen=True)
class New:
    """A message that is still to be put down."""

    person: int
    kind: MessageKind
    about: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A message that this process has until its lease is over, or that somebody copies."""

    id: int
    person: int
    name: str
    email: str
    kind: MessageKind
    facts: dict[str, Any]
    failures: int
    lease: dt.datetime | None


async def add(session: AsyncSession, messages: Sequence[New]) -> int:
    """Put messages down; how many are new. Nobody gets one twice, or of a kind that they do not want."""
    if not messages:
        return 0
    unwanted = {
        (row.person_id, row.kind)
        for row in (await session.exec(select(_unsubscribed.c.person_id, _unsubscribed.c.kind))).all()  # type: ignore[call-overload]
    }
    rows = [
        {"person_id": each.person, "kind": each.kind, "about": each.about, "facts": each.facts}
        for each in messages
        if (each.person, each.kind) not in unwanted
    ]
    if not rows:
        return 0
    now = {"made_at": func.now(), "next_attempt_at": func.now(), "failures": 0}
    new = insert(_message).values([{**row, **now} for row in rows]).on_conflict_do_nothing()
    made = await (await session.connection()).execute(new.returning(_message.c.id))
    return len(made.all())


async def send_link(session: AsyncSession, person: int, *, minutes: int) -> None:
    """Put a link for somebody down: their invitation, or a link to sign in if they have signed in before."""
    organisation = select(_organisation.c.name).where(
        _organisation.c.id == _person.c.organisation_id, _person.c.id == person
    )
    where = (await (await session.connection()).execute(organisation)).scalar_one_or_none()
    at = dt.datetime.now(dt.UTC).isoformat()
    if await links.has_signed_in(session, person):
        await add(session, [New(person, MessageKind.SIGN_IN, at, {"minutes": minutes})])
    else:
        await add(session, [New(person, MessageKind.INVITATION, at, {"organisation": where})])


async def ask_for_link(session: AsyncSession, email: str, *, minutes: int, most_an_hour: int) -> None:
    """Put a link to sign in down for whoever has an address and a role. For any other address, do nothing."""
    recent = (
        select(func.count())
        .select_from(_message)
        .where(
            _message.c.person_id == _person.c.id,
            _message.c.kind.in_([MessageKind.SIGN_IN, MessageKind.INVITATION]),
            _message.c.made_at > func.now() - dt.timedelta(hours=1),
        )
        .correlate(_person)
        .scalar_subquery()
    )
    known = select(_person.c.id).where(
        func.lower(_person.c.email) == email.lower(),
        _person.c.ended_at.is_(None),
        _person.c.role.is_not(None),
        recent < most_an_hour,
    )
    for number in (await (await session.connection()).execute(known)).scalars():
        await send_link(session, number, minutes=minutes)


class Outbox:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self) -> Message | None:
        """The next message that is due, for as long as a lease; None when there is none."""
        is_free = or_(_message.c.leased_until.is_(None), _message.c.leased_until < func.now())
        due = (
            select(_message.c.id)
            .where(_waits(), _message.c.next_attempt_at <= func.now(), is_free)
            .order_by(_message.c.next_attempt_at, _message.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(_message)
            .where(_message.c.id.in_(due.scalar_subquery()), _person.c.id == _message.c.person_id)
            .values(leased_until=func.now() + LEASE)
            .returning(*_COLUMNS)
        )
        async with self._database.command(scope=EVERYWHERE) as session:
            row = (await (await session.connection()).execute(taken)).one_or_none()
        return None if row is None else Message(*row)

    async def waiting(self) -> list[Message]:
        """Every message that waits, oldest first."""
        every = select(*_COLUMNS).join(_person, _person.c.id == _message.c.person_id).where(_waits())
        async with self._database.command(scope=EVERYWHERE) as session:
            rows = (await (await session.connection()).execute(every.order_by(_message.c.id))).all()
        return [Message(*row) for row in rows]

    async def note_sent(self, number: int) -> None:
        """A message was sent, by a channel or by hand."""
        await self._change(number, sent_at=func.now(), leased_until=None, problem=None)

    async def note_failure(self, message: Message, problem: str) -> None:
        """A message could not be sent: try again later."""
        pause = min(FIRST_PAUSE * 2 ** min(message.failures, 20), LONGEST_PAUSE)
        again = dt.datetime.now(dt.UTC) + pause
        await self._change(
            message.id, failures=message.failures + 1, problem=problem, next_attempt_at=again, leased_until=None
        )

    async def release(self, message: Message) -> None:
        """Leave a message to whoever takes it next."""
        await self._change(message.id, leased_until=None)

    async def _change(self, number: int, **values: Any) -> None:
        changed = update(_message).where(_message.c.id == number, _message.c.sent_at.is_(None)).values(**values)
        async with self._database.command(scope=EVERYWHERE) as session:
            await (await session.connection()).execute(changed)


_COLUMNS = (
    _message.c.id,
    _message.c.person_id,
    _person.c.name,
    _person.c.email,
    _message.c.kind,
    _message.c.facts,
    _message.c.failures,
    _message.c.leased_until,
)


def _waits() -> Any:
    """That a message was not sent, is news, and its person can get it and wants to."""
    is_reachable = exists().where(
        _person.c.id == _message.c.person_id, _person.c.ended_at.is_(None), _person.c.email.is_not(None)
    )
    has_stopped_it = exists().where(
        _unsubscribed.c.person_id == _message.c.person_id, _unsubscribed.c.kind == _message.c.kind
    )
    return and_(
        _message.c.sent_at.is_(None),
        _message.c.made_at > func.now() - PATIENCE,
        is_reachable.correlate(_message),
        not_(has_stopped_it.correlate(_message)),
    )
