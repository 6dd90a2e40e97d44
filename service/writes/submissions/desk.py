"""A submission as commands find it: within the scope, locked, at the version that the caller read."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.errors import Refusal
from schema.lifecycle import OPEN, WRITING, Standing, leads_to, obstacle
from schema.periods import Period
from schema.sql.scopes import within_scope
from schema.tables import ActorRow, AuditEventRow, OrganisationRow, SubmissionRow, table
from service.viewer import Viewer
from service.writes.command import Problem, Refused, problem
from service.writes.submissions.validation.entries import named_quarter
from service.writes.submissions.validation.findings import Finding
from service.writes.trust import actors, audit

_submission = table(SubmissionRow)
_organisation = table(OrganisationRow)


@dataclass(frozen=True)
class Desk:
    """What a step works with: the submission, its organisation and quarter, who acts, and when."""

    session: AsyncSession
    submission: SubmissionRow
    organisation: OrganisationRow
    quarter: Period
    by: Viewer
    actor_id: int
    at: dt.datetime

    async def move(self, action: SubmissionAction, *, reason: str | None = None, **detail: Any) -> None:
        """Take the submission to where an action leads, at its next version, and leave the event."""
        status = SubmissionStatus(self.submission.status)
        if (to := leads_to(action, status)) is not status:
            detail = {"from": status, "to": to, **detail}
        self.submission.status = to
        await self.leave(f"submission.{action.lower()}", reason=reason, **detail)

    async def leave(self, what: str, *, reason: str | None = None, **detail: Any) -> None:
        """Raise the version, write the row, and leave the event."""
        self.submission.version += 1
        self.session.add(self.submission)
        await self.session.flush()
        await self.tell(what, reason=reason, **detail)

    async def tell(self, what: str, *, reason: str | None = None, **detail: Any) -> None:
        """Leave an event that is about the submission."""
        subject = f"{self.organisation.code} {self.quarter.code}"
        told = {"submission": self.submission.id, "version": self.submission.version, **detail}
        await audit.record(
            self.session,
            what,
            subject,
            by=self.by,
            at=self.at,
            reason=reason,
            detail=told,
            submission=self.submission,
        )


def problems_of(findings: Iterable[Finding]) -> list[Problem]:
    """The findings that keep a command from going on, as its problems."""
    return [
        Problem(each.code, each.message, each.remedy, list(each.path), each.row, each.severity)
        for each in findings
        if each.is_open
    ]


async def organisation_of(session: AsyncSession, code: str, on: dt.date, *, by: Viewer) -> OrganisationRow | None:
    """The organisation with a code, when the viewer acts for it on a day; an unknown one answers the same."""
    scope = literal(by.scope, BigInteger)
    found = await session.exec(
        select(OrganisationRow).where(
            OrganisationRow.code == code, within_scope(scope, _organisation.c.id, literal(on))
        )
    )
    return found.first()


def unknown_organisation(given: Mapping[str, Any]) -> Problem:
    """The problem of an input whose organisation is not known, or is not one that the viewer acts for."""
    message = f"No organisation that you act for has the code {given['organisation'][:40]!r}."
    return problem("submission/unknown-organisation", message, "organisation")


def malformed_quarter(given: Mapping[str, Any]) -> Problem:
    """The problem of an input whose quarter is none."""
    message = f"{given['quarter'][:40]!r} is not a quarter."
    return problem("validation/malformed-quarter", message, "quarter")


async def at_desk(session: AsyncSession, at: int | None, version: int | None, *, by: Viewer) -> Desk:
    """The submission with a key, locked until the transaction ends. Refused: one out of scope, and another version."""
    scope = literal(by.scope, BigInteger)
    visible = within_scope(scope, _submission.c.organisation_id, _submission.c.quarter_ends)
    found = await session.exec(select(SubmissionRow).where(SubmissionRow.id == at, visible).with_for_update())
    submission = found.first() if at is not None else None
    if submission is None:
        raise Refused(problem("submission/unknown", "No submission that you can see has this id.", "id"))
    if version != submission.version:
        raise Refused(await _stale(session, submission, version))
    return await desk(session, submission, by=by, at=await audit.now(session))


async def desk(session: AsyncSession, submission: SubmissionRow, *, by: Viewer, at: dt.datetime) -> Desk:
    """What steps with a submission work with."""
    organisation, quarter = (
        await session.get(OrganisationRow, submission.organisation_id),
        named_quarter(submission.quarter),
    )
    if organisation is None or quarter is None:
        raise ValueError("a submission has an organisation and a quarter")
    return Desk(session, submission, organisation, quarter, by, await actors.recorded(session, by), at)


async def _stale(session: AsyncSession, submission: SubmissionRow, version: int | None) -> Problem:
    if version is None:
        message = f"The submission is at version {submission.version}, and no expectedVersion was sent."
        return problem("submission/no-version", message, "expectedVersion", current_version=submission.version)
    last = await session.exec(
        select(AuditEventRow)
        .where(AuditEventRow.submission_id == submission.id)
        .order_by(col(AuditEventRow.position).desc())
        .limit(1)
    )
    event = last.first()
    told = f"; {event.actor} changed it on {event.at:%d %B %Y at %H:%M} UTC" if event else ""
    message = f"The submission is at version {submission.version}, not {version}{told}."
    return problem("submission/stale", message, "expectedVersion", current_version=submission.version)


async def standing(desk: Desk, findings: list[Finding], *, entries: int, in_one_call: bool = False) -> Standing:
    """What the guards look at."""
    submitter = await desk.session.get(ActorRow, desk.submission.submitted_by_id or 0)
    open_findings = [finding for finding in findings if finding.is_open]
    return Standing(
        status=SubmissionStatus(desk.submission.status),
        role=Role(desk.by.role),
        entries=entries,
        blocking=sum(finding.severity == "BLOCK" for finding in open_findings),
        unexplained=sum(finding.severity == "NEEDS_REASON" for finding in open_findings),
        is_submitter=submitter is not None and desk.by.is_same_person(submitter.name, submitter.identity),
        is_writer=await _has_written(desk),
        has_open_amendment=await _has_open_amendment(desk),
        in_one_call=in_one_call,
    )


async def _has_written(desk: Desk) -> bool:
    """Whether who acts is one of those who wrote its figures: by the audit, which forgets nobody."""
    event = AuditEventRow
    found = await desk.session.exec(
        select(event.actor, func.coalesce(event.actor_key, event.actor))
        .where(event.submission_id == desk.submission.id, col(event.action).in_(WRITING))
        .distinct()
    )
    return any(desk.by.is_same_person(name, identity) for name, identity in found)


async def _has_open_amendment(desk: Desk) -> bool:
    found = await desk.session.exec(
        select(SubmissionRow.id).where(
            SubmissionRow.amends_id == desk.submission.id, col(SubmissionRow.status).in_(OPEN)
        )
    )
    return found.first() is not None


def refuse_unless_possible(action: SubmissionAction, stands: Standing, findings: list[Finding]) -> None:
    """Refused: what the table or one of its guards does not allow, with the findings where these are the reason."""
    found = obstacle(action, stands)
    if found is None:
        return
    code, message = found
    if code == "FORBIDDEN":
        raise Refusal(code, message)
    open_findings = problems_of(findings) if code == "submission/open-findings" else []
    raise Refused(problem(code, message, "id"), *open_findings)
