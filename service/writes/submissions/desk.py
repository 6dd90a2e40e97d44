"""Submissions as commands find them: within the scope, locked, at the version that the caller read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, literal
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import SubmissionAction, SubmissionStatus
from schema.lifecycle import leads_to
from schema.periods import Period, quarter_named
from schema.sql.scopes import within_scope
from schema.tables import AuditEventRow, OrganisationRow, SubmissionRow, key, table
from service.viewer import Viewer
from service.writes.command import Work
from service.writes.naming import IDS, among
from service.writes.outcome import Problem, Refused, problem
from service.writes.trust import actors, audit

_submission = table(SubmissionRow)
# A submission's id, and the version that the caller read.
Wanted = tuple[str, int | None]


@dataclass(frozen=True)
class Desk:
    """What a step works with: the submission, its organisation and quarter, who acts, and when."""

    work: Work
    submission: SubmissionRow
    organisation: OrganisationRow
    quarter: Period
    actor_id: int
    at: dt.datetime
    # Whether this command created it, so that no figures or findings are stored yet.
    is_new: bool = False

    @property
    def session(self) -> AsyncSession:
        """The transaction."""
        return self.work.session

    @property
    def by(self) -> Viewer:
        """Who acts."""
        return self.work.by

    def decide(self, reason: str | None) -> None:
        """Note who decides, when and why; `move` writes it."""
        self.submission.decided_by_id, self.submission.decided_at = self.actor_id, self.at
        self.submission.decision_reason = reason

    def moved(self, action: SubmissionAction, *, reason: str | None = None, **detail: Any) -> audit.Event:
        """Take the submission to the status that an action leads to, at its next version; the event comes back."""
        status = SubmissionStatus(self.submission.status)
        if (to := leads_to(action, status)) is not status:
            detail = {"from": status, "to": to, **detail}
        self.submission.status = to
        return self.changed(f"submission.{action.lower()}", reason=reason, **detail)

    def changed(self, event: str, *, reason: str | None = None, **detail: Any) -> audit.Event:
        """Raise the version; the row and the event are still to write."""
        self.submission.version += 1
        self.session.add(self.submission)
        return self.event(event, reason=reason, **detail)

    def event(self, event: str, *, reason: str | None = None, **detail: Any) -> audit.Event:
        """An audit event about the submission as it is now, still to write."""
        return self.work.event(
            f"{self.organisation.code} {self.quarter.code}",
            at=self.at,
            event=event,
            reason=reason,
            detail={"submission": self.submission.id, "version": self.submission.version, **detail},
            submission=self.submission,
        )

    async def move(self, action: SubmissionAction, *, reason: str | None = None, **detail: Any) -> None:
        """Take the submission to the status that an action leads to, at its next version, and record it."""
        await self.work.write([self.moved(action, reason=reason, **detail)])

    async def record(self, event: str, *, reason: str | None = None, **detail: Any) -> None:
        """Leave an audit event about the submission."""
        await self.work.write([self.event(event, reason=reason, **detail)])


async def lock_submission(work: Work, submission_id: str, version: int | None) -> Desk:
    """The submission with an id, locked until the transaction ends. Refused: one out of scope, and another version."""
    [desk] = await lock_submissions(work, [(submission_id, version)])
    if not isinstance(desk, Desk):
        raise Refused(desk)
    return desk


async def lock_submissions(work: Work, wanted: Sequence[Wanted]) -> list[Desk | Problem]:
    """The submissions with some ids, locked until the transaction ends, or why a caller cannot have one."""
    scope = within_scope(literal(work.by.scope, BigInteger), _submission.c.organisation_id, _submission.c.quarter_ends)
    keys = {each: ids.key(each, "Submission") or 0 for each, _ in wanted}
    # In the order of their ids, so that two commands do not wait for each other.
    rows = await work.session.exec(
        select(SubmissionRow)
        .where(among(SubmissionRow.id, set(keys.values()), IDS), scope)
        .order_by(col(SubmissionRow.id))
        .with_for_update()
    )
    found = {key(row): row for row in rows}
    current = {at: row for each, version in wanted if (row := found.get(at := keys[each])) and row.version == version}
    desks = await desks_for(work, list(current.values()), at=await audit.now(work.session))
    by_key = dict(zip(current, desks, strict=True))
    stale = {at for at in keys.values() if at in found and at not in current}
    changes = await _last_changes(work.session, stale)
    return [
        by_key.get(at) or _not_had(found.get(at), version, changes) for each, version in wanted for at in [keys[each]]
    ]


async def desk_for(work: Work, submission: SubmissionRow, *, at: dt.datetime) -> Desk:
    """What steps with a submission work with."""
    [desk] = await desks_for(work, [submission], at=at)
    return desk


async def desks_for(work: Work, submissions: Sequence[SubmissionRow], *, at: dt.datetime) -> list[Desk]:
    """What steps with some submissions work with."""
    wanted = {each.organisation_id for each in submissions}
    rows = await work.session.exec(select(OrganisationRow).where(among(OrganisationRow.id, wanted, IDS)))
    organisations = {key(row): row for row in rows}
    actor = await actors.recorded(work.session, work.by)
    return [Desk(work, each, organisations[each.organisation_id], _quarter(each), actor, at) for each in submissions]


def _quarter(submission: SubmissionRow) -> Period:
    quarter = quarter_named(submission.quarter)
    if quarter is None:
        raise ValueError("a submission has a quarter")
    return quarter


def _not_had(submission: SubmissionRow | None, version: int | None, changes: Mapping[int, AuditEventRow]) -> Problem:
    if submission is None:
        return problem("submission/unknown", "No submission that you can see has this id.", "id")
    current = submission.version
    if version is None:
        message = f"The submission is at version {current}, and you did not say which one you read."
        return problem("submission/no-version", message, "expectedVersion", current_version=current)
    event = changes.get(key(submission))
    change = f"; {event.actor} changed it on {event.at:%d %B %Y at %H:%M} UTC" if event else ""
    message = f"The submission is at version {current}, not {version}{change}."
    return problem("submission/stale", message, "expectedVersion", current_version=current)


async def _last_changes(session: AsyncSession, submissions: set[int]) -> dict[int, AuditEventRow]:
    """The last audit event about each of some submissions."""
    if not submissions:
        return {}
    events = await session.exec(
        select(AuditEventRow)
        .where(among(AuditEventRow.submission_id, submissions, IDS))
        .ext(distinct_on(col(AuditEventRow.submission_id)))
        .order_by(col(AuditEventRow.submission_id), col(AuditEventRow.position).desc())
    )
    return {event.submission_id: event for event in events if event.submission_id is not None}
