"""A submission as commands find it: within the scope, locked, at the version that the caller read."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.errors import Refusal
from schema.lifecycle import OPEN, WRITING, Standing, leads_to, obstacle
from schema.periods import Period, quarter_named
from schema.sql.scopes import within_scope
from schema.tables import ActorRow, AuditEventRow, OrganisationRow, SubmissionRow, table
from service.viewer import Viewer
from service.writes.command import Work
from service.writes.outcome import Problem, Refused, problem
from service.writes.submissions.validation.findings import Finding
from service.writes.trust import actors, audit

_submission = table(SubmissionRow)


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

    async def move(self, action: SubmissionAction, *, reason: str | None = None, **detail: Any) -> None:
        """Take the submission to the status that an action leads to, at its next version, and record it."""
        status = SubmissionStatus(self.submission.status)
        if (to := leads_to(action, status)) is not status:
            detail = {"from": status, "to": to, **detail}
        self.submission.status = to
        await self.save(f"submission.{action.lower()}", reason=reason, **detail)

    async def save(self, event: str, *, reason: str | None = None, **detail: Any) -> None:
        """Raise the version, write the row, and record it."""
        self.submission.version += 1
        self.session.add(self.submission)
        await self.session.flush()
        await self.record(event, reason=reason, **detail)

    async def record(self, event: str, *, reason: str | None = None, **detail: Any) -> None:
        """Leave an audit event about the submission."""
        await self.work.record(
            f"{self.organisation.code} {self.quarter.code}",
            at=self.at,
            event=event,
            reason=reason,
            detail={"submission": self.submission.id, "version": self.submission.version, **detail},
            submission=self.submission,
        )


async def lock_submission(work: Work, submission_id: str, version: int | None) -> Desk:
    """The submission with an id, locked until the transaction ends. Refused: one out of scope, and another version."""
    scope = within_scope(literal(work.by.scope, BigInteger), _submission.c.organisation_id, _submission.c.quarter_ends)
    rows = await work.session.exec(
        select(SubmissionRow)
        .where(SubmissionRow.id == (ids.key(submission_id, "Submission") or 0), scope)
        .with_for_update()
    )
    submission = rows.first()
    if submission is None:
        raise Refused(problem("submission/unknown", "No submission that you can see has this id.", "id"))
    if version != submission.version:
        raise Refused(await _stale(work.session, submission, version))
    return await desk_for(work, submission, at=await audit.now(work.session))


async def desk_for(work: Work, submission: SubmissionRow, *, at: dt.datetime, is_new: bool = False) -> Desk:
    """What steps with a submission work with."""
    organisation = await work.session.get(OrganisationRow, submission.organisation_id)
    quarter = quarter_named(submission.quarter)
    if organisation is None or quarter is None:
        raise ValueError("a submission has an organisation and a quarter")
    actor = await actors.recorded(work.session, work.by)
    return Desk(work, submission, organisation, quarter, actor, at, is_new)


async def _stale(session: AsyncSession, submission: SubmissionRow, version: int | None) -> Problem:
    if version is None:
        message = f"The submission is at version {submission.version}, and you sent no expectedVersion."
        return problem("submission/no-version", message, "expectedVersion", current_version=submission.version)
    last = await session.exec(
        select(AuditEventRow)
        .where(AuditEventRow.submission_id == submission.id)
        .order_by(col(AuditEventRow.position).desc())
        .limit(1)
    )
    event = last.first()
    change = f"; {event.actor} changed it on {event.at:%d %B %Y at %H:%M} UTC" if event else ""
    message = f"The submission is at version {submission.version}, not {version}{change}."
    return problem("submission/stale", message, "expectedVersion", current_version=submission.version)


async def standing(desk: Desk, *, entries: int = 0, in_one_call: bool = False) -> Standing:
    """What the guards of a step look at, before the figures are checked."""
    submitter = await desk.session.get(ActorRow, desk.submission.submitted_by_id or 0)
    return Standing(
        status=SubmissionStatus(desk.submission.status),
        role=Role(desk.by.role),
        entries=entries,
        is_submitter=submitter is not None and desk.by.is_same_person(submitter.name, submitter.identity),
        is_writer=await _has_written(desk),
        has_open_amendment=await _has_open_amendment(desk),
        in_one_call=in_one_call,
    )


def with_findings(stands: Standing, findings: Iterable[Finding]) -> Standing:
    """The same, with the findings that keep a submission from going on."""
    open_findings = [finding for finding in findings if finding.is_open]
    return replace(
        stands,
        blocking=sum(finding.severity == "BLOCK" for finding in open_findings),
        unexplained=sum(finding.severity == "NEEDS_REASON" for finding in open_findings),
    )


async def _has_written(desk: Desk) -> bool:
    """Whether who acts is one of those who wrote its figures: by the audit, which forgets nobody."""
    event = AuditEventRow
    writers = await desk.session.exec(
        select(event.actor, func.coalesce(event.actor_key, event.actor))
        .where(event.submission_id == desk.submission.id, col(event.action).in_(WRITING))
        .distinct()
    )
    return any(desk.by.is_same_person(name, identity) for name, identity in writers)


async def _has_open_amendment(desk: Desk) -> bool:
    rows = await desk.session.exec(
        select(SubmissionRow.id).where(
            SubmissionRow.amends_id == desk.submission.id, col(SubmissionRow.status).in_(OPEN)
        )
    )
    return rows.first() is not None


def refuse_unless_possible(action: SubmissionAction, stands: Standing, findings: Iterable[Finding] = ()) -> None:
    """Refused: what the table or one of its guards does not allow, with the findings where these are the reason."""
    why_not = obstacle(action, stands)
    if why_not is None:
        return
    code, message = why_not
    if code == "FORBIDDEN":
        raise Refusal(code, message)
    open_findings = problems_of(findings) if code == "submission/open-findings" else []
    raise Refused(problem(code, message, "id"), *open_findings)


def problems_of(findings: Iterable[Finding]) -> list[Problem]:
    """The findings that keep a command from going on, as its problems."""
    return as_problems(each for each in findings if each.is_open)


def as_problems(findings: Iterable[Finding]) -> list[Problem]:
    """Findings as problems of a command."""
    return [
        Problem(each.code, each.message, each.remedy, list(each.path), each.row, each.severity) for each in findings
    ]
