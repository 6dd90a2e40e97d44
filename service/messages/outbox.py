"""The rows of messages, as the processes that send share them: each takes one on a lease, and says how it went.

A process claims a message before it sends it. Where it cannot say afterwards how that went (it was killed, the mail
server broke off, or the database was away), the message may have gone. What lets somebody in then goes again after the
lease: at least once. Everything else does not, and an administrator sees it at /messages: at most once.
"""

import datetime as dt
import hashlib
import hmac
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
# Without these nobody gets in, and a second one does no harm: both links work.
AT_LEAST_ONCE = (MessageKind.INVITATION, MessageKind.SIGN_IN)
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


async def send_link(session: AsyncSession, person: int, *, minutes: int, asker: str | None = None) -> None:
    """Put a link for somebody down: their invitation, or a link to sign in if they have signed in before."""
    organisation = select(_organisation.c.name).where(
        _organisation.c.id == _person.c.organisation_id, _person.c.id == person
    )
    where = (await (await session.connection()).execute(organisation)).scalar_one_or_none()
    at = dt.datetime.now(dt.UTC).isoformat()
    asked = {} if asker is None else {"asker": asker}
    if await links.has_signed_in(session, person):
        await add(session, [New(person, MessageKind.SIGN_IN, at, {"minutes": minutes, **asked})])
    else:
        await add(session, [New(person, MessageKind.INVITATION, at, {"organisation": where, **asked})])


@dataclass(frozen=True)
class Asking:
    """Somebody asks for a link for an address. `asker` tells one network address from another, and is not one."""

    email: str
    asker: str
    minutes: int
    # How many links one asker gets a person sent in an hour, and all askers together.
    most_an_hour: int
    most_of_a_person: int


def asker_of(secret: str, client: str) -> str:
    """What tells a network address from others, and gives it away to nobody who reads the table."""
    return hmac.new(secret.encode(), f"asker {client}".encode(), hashlib.sha256).hexdigest()[:32]


async def ask_for_link(session: AsyncSession, asking: Asking) -> None:
    """Put a link to sign in down for whoever has an address and a role. For any other address, do nothing.

    Whoever asks again and again for somebody else uses up what they can ask for, and not what that person can.
    """
    known = select(_person.c.id).where(
        func.lower(_person.c.email) == asking.email.lower(),
        _person.c.ended_at.is_(None),
        _person.c.role.is_not(None),
        _asked_lately() < asking.most_of_a_person,
        _asked_lately(_message.c.facts["asker"].astext == asking.asker) < asking.most_an_hour,
    )
    for number in (await (await session.connection()).execute(known)).scalars():
        await send_link(session, number, minutes=asking.minutes, asker=asking.asker)


def _asked_lately(*conditions: Any) -> Any:
    """How many links a person was sent in the last hour, under some conditions."""
    return (
        select(func.count())
        .select_from(_message)
        .where(
            _message.c.person_id == _person.c.id,
            _message.c.kind.in_(AT_LEAST_ONCE),
            _message.c.made_at > func.now() - dt.timedelta(hours=1),
            *conditions,
        )
        .correlate(_person)
        .scalar_subquery()
    )


class Outbox:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self) -> Message | None:
        """The next message that is due, for as long as a lease; None when there is none."""
        is_free = or_(_message.c.leased_until.is_(None), _message.c.leased_until < func.now())
        due = (
            select(_message.c.id)
            .where(_waits(), not_(_is_in_doubt()), _message.c.next_attempt_at <= func.now(), is_free)
            .order_by(_message.c.next_attempt_at, _message.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(_message)
            .where(_message.c.id.in_(due.scalar_subquery()), _person.c.id == _message.c.person_id)
            .values(leased_until=func.now() + LEASE, claimed_at=func.now())
            .returning(*_COLUMNS)
        )
        async with self._database.command(scope=EVERYWHERE) as session:
            row = (await (await session.connection()).execute(taken)).one_or_none()
        return None if row is None else Message(*row)

    async def waiting(self) -> list[Message]:
        """Every message that waits, oldest first."""
        return await self._listed(not_(_is_in_doubt()))

    async def in_doubt(self) -> list[Message]:
        """Every message that may have been sent, oldest first: nobody is sending it now, and it does not go again."""
        is_left = or_(_message.c.leased_until.is_(None), _message.c.leased_until < func.now())
        return await self._listed(_is_in_doubt(), is_left)

    async def _listed(self, *conditions: Any) -> list[Message]:
        every = select(*_COLUMNS).join(_person, _person.c.id == _message.c.person_id).where(_waits(), *conditions)
        async with self._database.command(scope=EVERYWHERE) as session:
            rows = (await (await session.connection()).execute(every.order_by(_message.c.id))).all()
        return [Message(*row) for row in rows]

    async def note_sent(self, number: int) -> None:
        """A message was sent, by a channel or by hand."""
        await self._change(number, sent_at=func.now(), leased_until=None, problem=None)

    async def note_failure(self, message: Message, problem: str, *, is_certain: bool = True) -> None:
        """A message could not be sent: try again later. One that may have gone, for all that, stays claimed."""
        if not is_certain and message.kind not in AT_LEAST_ONCE:
            await self._change(message.id, failures=message.failures + 1, problem=problem, leased_until=None)
            return
        pause = min(FIRST_PAUSE * 2 ** min(message.failures, 20), LONGEST_PAUSE)
        again = dt.datetime.now(dt.UTC) + pause
        await self._change(
            message.id,
            failures=message.failures + 1,
            problem=problem,
            next_attempt_at=again,
            leased_until=None,
            claimed_at=None,
        )

    async def release(self, number: int) -> None:
        """Leave a message, which has not been sent, to whoever takes it next."""
        await self._change(number, leased_until=None, claimed_at=None, next_attempt_at=func.now())

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


def _is_in_doubt() -> Any:
    """That a message is being sent, or may have been, and does not go again by itself."""
    return and_(_message.c.claimed_at.is_not(None), _message.c.kind.not_in(AT_LEAST_ONCE))


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
