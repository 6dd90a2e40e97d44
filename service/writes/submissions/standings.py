"""What the guards of a step look at: who acts on a submission, what they had to do with it, and its findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func
from sqlmodel import col, select

from schema.enumerations import Role, SubmissionAction, SubmissionStatus
from schema.errors import Refusal
from schema.lifecycle import OPEN, WRITING, Standing, obstacle
from schema.tables import ActorRow, AuditEventRow, SubmissionRow, key
from service.writes.naming import IDS, among
from service.writes.outcome import Problem, Refused, problem
from service.writes.submissions.desk import Desk
from service.writes.submissions.validation.findings import Finding

# Somebody on record: their name, and what distinguishes them from others of that name.
_Person = tuple[str, str]


async def standing(desk: Desk, *, entries: int = 0) -> Standing:
    """What the guards of a step look at, before the figures are checked."""
    [stands] = await standings([desk], [entries])
    return stands


async def standings(desks: Sequence[Desk], entries: Sequence[int], *, in_one_call: bool = False) -> list[Standing]:
    """The same for some submissions, with how many figures each has."""
    submitters, writers = await _submitters(desks), await _writers(desks)
    amended = await _amended_now(desks)
    return [
        Standing(
            status=SubmissionStatus(desk.submission.status),
            role=Role(desk.by.role),
            entries=count,
            is_submitter=_is_one_of(desk, submitters.get(desk.submission.submitted_by_id or 0, ())),
            is_writer=_is_one_of(desk, writers.get(key(desk.submission), ())),
            has_open_amendment=key(desk.submission) in amended,
            in_one_call=in_one_call,
        )
        for desk, count in zip(desks, entries, strict=True)
    ]


def with_findings(stands: Standing, findings: Iterable[Finding]) -> Standing:
    """The same, with the findings that keep a submission from going on."""
    open_findings = [finding for finding in findings if finding.is_open]
    return replace(
        stands,
        blocking=sum(finding.severity == "BLOCK" for finding in open_findings),
        unexplained=sum(finding.severity == "NEEDS_REASON" for finding in open_findings),
    )


def refuse_unless_possible(action: SubmissionAction, stands: Standing, findings: Iterable[Finding] = ()) -> None:
    """Refused: what the table or one of its guards does not allow, with the findings where these are the reason."""
    if problems := why_not(action, stands, findings):
        raise Refused(*problems)


def why_not(action: SubmissionAction, stands: Standing, findings: Iterable[Finding] = ()) -> list[Problem]:
    """Why a step is not possible, with the findings where these are the reason. Refusals: `FORBIDDEN`."""
    hindrance = obstacle(action, stands)
    if hindrance is None:
        return []
    code, message = hindrance
    if code == "FORBIDDEN":
        raise Refusal(code, message)
    open_findings = problems_of(findings) if code == "submission/open-findings" else []
    return [problem(code, message, "id"), *open_findings]


def problems_of(findings: Iterable[Finding]) -> list[Problem]:
    """The findings that keep a command from going on, as its problems."""
    return as_problems(each for each in findings if each.is_open)


def as_problems(findings: Iterable[Finding]) -> list[Problem]:
    """Findings as problems of a command."""
    return [
        Problem(each.code, each.message, each.remedy, list(each.path), each.row, each.severity) for each in findings
    ]


def _is_one_of(desk: Desk, people: Iterable[_Person]) -> bool:
    return any(desk.by.is_same_person(name, identity) for name, identity in people)


async def _submitters(desks: Sequence[Desk]) -> Mapping[int, list[_Person]]:
    """Who submitted each of some submissions, by the key of the actor."""
    known = {desk.actor_id: [_viewer(desk)] for desk in desks}
    wanted = {desk.submission.submitted_by_id for desk in desks} - known.keys() - {None}
    if not wanted:
        return known
    rows = await desks[0].session.exec(select(ActorRow).where(among(ActorRow.id, wanted, IDS)))
    return known | {key(row): [(row.name, row.identity)] for row in rows}


async def _writers(desks: Sequence[Desk]) -> Mapping[int, list[_Person]]:
    """Those who wrote the figures of each submission: by the audit, which forgets nobody.

    Nobody but the viewer has written in one that this command made, and its events may still be to write.
    """
    writers: dict[int, list[_Person]] = defaultdict(list)
    writers |= {key(desk.submission): [_viewer(desk)] for desk in desks if desk.is_new}
    if not (known := _keys_of_earlier(desks)):
        return writers
    event = AuditEventRow
    rows = await desks[0].session.exec(
        select(event.submission_id, event.actor, func.coalesce(event.actor_key, event.actor))
        .where(among(event.submission_id, known, IDS), col(event.action).in_(WRITING))
        .distinct()
    )
    for at, name, identity in rows:
        writers[at or 0].append((name, identity))
    return writers


async def _amended_now(desks: Sequence[Desk]) -> set[int]:
    """Those of some submissions with an amendment in progress."""
    if not (known := _keys_of_earlier(desks)):
        return set()
    rows = await desks[0].session.exec(
        select(SubmissionRow.amends_id).where(
            among(SubmissionRow.amends_id, known, IDS), col(SubmissionRow.status).in_(OPEN)
        )
    )
    return {at for at in rows if at is not None}


def _keys_of_earlier(desks: Sequence[Desk]) -> set[int]:
    """The submissions that were there before this command."""
    return {key(desk.submission) for desk in desks if not desk.is_new}


def _viewer(desk: Desk) -> _Person:
    return desk.by.name, desk.by.identity
