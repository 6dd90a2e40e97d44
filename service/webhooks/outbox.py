"""The rows of webhooks, as the processes that send share them: each takes one on a lease, and moves it on."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import Row, func, or_, select, update

from schema.tables import AuditEventRow, WebhookRow, table
from service.database import Database
from service.events.event import LAST, Place
from service.viewer import EVERYWHERE

# Longer than one event takes to be read and posted. A process that dies leaves its webhook to others after this.
LEASE = dt.timedelta(seconds=60)
# After each failure in a row the pause doubles, from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=5), dt.timedelta(hours=1)
# An address that takes nothing for so long gets nothing more until somebody resumes it.
PATIENCE = dt.timedelta(days=3)

_webhook = table(WebhookRow)
_LATEST = select(func.max(table(AuditEventRow).c.position)).scalar_subquery()


@dataclass(frozen=True)
class Webhook:
    """A webhook that this process has until its lease is over."""

    id: int
    name: str
    url: str
    secret: str
    document: str
    variables: dict[str, Any]
    organisation_id: int | None
    place: Place
    failures: int
    failing_since: dt.datetime | None
    lease: dt.datetime


def _take() -> Any:
    now, each = func.now(), _webhook.c
    is_free = or_(each.leased_until.is_(None), each.leased_until < now)
    # It may have come to the middle of what happened at the last position.
    has_more = or_(each.position < _LATEST, each.number < LAST)
    due = (
        select(each.id)
        .where(each.ended_at.is_(None), has_more, each.next_attempt_at <= now, is_free)
        .order_by(each.next_attempt_at, each.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return update(_webhook).where(each.id.in_(due)).values(leased_until=now + LEASE).returning(*each)


# Every command is followed by it, so it is written once.
_TAKE = _take()


class LeaseIsOver(Exception):
    """Another process may have the webhook by now, or somebody has changed it."""


class Outbox:
    """The webhooks of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self) -> Webhook | None:
        """A webhook that is due, for as long as a lease; None when there is none."""
        async with self._database.command(scope=EVERYWHERE) as session:
            row = (await (await session.connection()).execute(_TAKE)).one_or_none()
        return None if row is None else _of(row)

    async def reach(self, webhook: Webhook, place: Place, *, is_delivered: bool) -> Webhook:
        """Move a webhook on to a place, for another lease. Raises `LeaseIsOver`."""
        values: dict[str, Any] = {**place._asdict(), "leased_until": func.now() + LEASE}
        if is_delivered:
            values |= {"delivered_at": func.now(), "failures": 0, "failing_since": None, "problem": None}
        lease = await self._change(webhook, values)
        failures = (0, None) if is_delivered else (webhook.failures, webhook.failing_since)
        return replace(webhook, place=place, lease=lease, failures=failures[0], failing_since=failures[1])

    async def note_failure(self, webhook: Webhook, problem: str, *, is_final: bool = False) -> None:
        """Try again later, or never if it is final or has lasted too long. Raises `LeaseIsOver`."""
        now = dt.datetime.now(dt.UTC)
        since = webhook.failing_since or now
        pause = min(FIRST_PAUSE * 2 ** min(webhook.failures, 20), LONGEST_PAUSE)
        values: dict[str, Any] = {
            "failures": webhook.failures + 1,
            "failing_since": since,
            "problem": problem,
            "next_attempt_at": now + pause,
            "leased_until": None,
        }
        if is_final or now - since > PATIENCE:
            values["ended_at"] = now
        await self._change(webhook, values)

    async def release(self, webhook: Webhook) -> None:
        """Leave a webhook to whoever takes it next."""
        await self._change(webhook, {"leased_until": None})

    async def _change(self, webhook: Webhook, values: dict[str, Any]) -> dt.datetime:
        each = _webhook.c
        is_ours = (each.id == webhook.id, each.leased_until == webhook.lease, each.ended_at.is_(None))
        changed = update(_webhook).where(*is_ours).values(values).returning(each.id, each.leased_until)
        async with self._database.command(scope=EVERYWHERE) as session:
            row = (await (await session.connection()).execute(changed)).one_or_none()
        if row is None:
            raise LeaseIsOver
        lease: dt.datetime = row.leased_until
        return lease


def _of(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        name=row.name,
        url=row.url,
        secret=row.secret,
        document=row.document,
        variables=orjson.loads(row.variables),
        organisation_id=row.organisation_id,
        place=Place(row.position, row.number),
        failures=row.failures,
        failing_since=row.failing_since,
        lease=row.leased_until,
    )
