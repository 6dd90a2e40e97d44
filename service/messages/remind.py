"""Somebody reminds those who have not answered for a quarter: the people of each organisation, once a day."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from schema.enumerations import MessageKind
from schema.errors import Refusal
from schema.lifecycle import DECIDERS
from schema.london import day_of
from schema.periods import quarter_named
from service.database import Database
from service.messages import outbox, unsubscribing
from service.messages.recipients import Read, Recipient, by_organisation, open_returns, recipients
from service.viewer import EVERYWHERE, Viewer
from service.writes.trust import audit
from service.writes.trust.permissions import Permission, check_permission

_IN_SCOPE = text(
    "SELECT code FROM organisation WHERE code = ANY (:codes) AND is_in_scope(id, current_date) ORDER BY code"
)
REMIND = Permission(roles=DECIDERS, purpose="remind organisations of their returns")


@dataclass(frozen=True)
class Reminded:
    """Who is reminded, each for an organisation; which organisations have nobody who could be.

    `new` is how many messages are new: who was reminded today already gets no second one.
    """

    people: list[Recipient]
    unreachable: list[str]
    new: int
    # Who wants no reminders.
    stopped: Sequence[Recipient] = ()


async def remind(
    database: Database,
    read: Read,
    quarter: str,
    *,
    by: Viewer | None,
    organisations: Collection[str] | None = None,
    dry_run: bool = False,
) -> Reminded:
    """Remind the people of organisations in the scope of `by` that have not answered; of all, or of some codes.

    `read` answers documents for `by`. Refusals: `UNAUTHENTICATED`, `FORBIDDEN`, `plan/unknown-period`.
    """
    viewer, period = check_permission(by, REMIND), quarter_named(quarter)
    if period is None:
        raise Refusal("plan/unknown-period", f"{quarter[:40]!r} is not a quarter.")
    returns = await open_returns(read, period.code)
    wanted = returns.keys() if organisations is None else returns.keys() & set(organisations)
    # A role for one organisation sees that one and its members alone, and their people.
    async with database.command(scope=viewer.scope) as session:
        people = by_organisation(await recipients(session))
        found = await (await session.connection()).execute(_IN_SCOPE, {"codes": sorted(wanted)})
        chosen = [returns[code] for code in found.scalars()]
    unwilling = await unsubscribing.who_stopped(database, MessageKind.REMINDER)
    everybody = [to for each in chosen for to in people.get(each.code, [])]
    reached = [to for to in everybody if to.person not in unwilling]
    stopped = [to for to in everybody if to.person in unwilling]
    unreachable = [each.code for each in chosen if each.code not in people]
    if dry_run or not reached:
        return Reminded(reached, unreachable, 0, stopped)
    now = dt.datetime.now(dt.UTC)
    about, asked_on = f"{period.code} {day_of(now)}", str(day_of(now))
    new = [
        returns[to.organisation].message(to, MessageKind.REMINDER, about, period.code, asked_on=asked_on)
        for to in reached
    ]
    async with database.command(scope=EVERYWHERE) as session:
        count = await outbox.add(session, new)
        detail = {"organisations": sorted({to.organisation for to in reached}), "new": count}
        await audit.record(session, "message.remind", period.code, by=viewer, at=now, detail=detail)
    return Reminded(reached, unreachable, count, stopped)
