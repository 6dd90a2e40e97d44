"""The steps of a submission, from validation to withdrawal: each one transaction and one event, by one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schema.commands.submissions import SubmissionInput
from schema.enumerations import OnConflict, RowOutcome, SubmissionAction, SubmissionStatus
from service.writes.command import Work
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.submissions.check import Check, check_all, store_findings, stored_rows_of
from service.writes.submissions.comments import Comment, comments_on, keep_comments
from service.writes.submissions.desk import Desk, lock_submission
from service.writes.submissions.publishing import publish_all
from service.writes.submissions.results import rows_with
from service.writes.submissions.standings import standings, why_not, with_findings
from service.writes.submissions.versions import lock_amended
from service.writes.submissions.withdrawal import withdraw

_A = SubmissionAction
# The actions that are steps, and not commands of their own as to save and to amend are.
STEPS = (_A.VALIDATE, _A.SUBMIT, _A.RECALL, _A.APPROVE, _A.RETURN, _A.PUBLISH, _A.WITHDRAW, _A.DISCARD)
# What reads or changes what is published waits for its turn first; and these check the figures before they go on.
_IN_TURN = frozenset({_A.PUBLISH, _A.WITHDRAW})
_CHECKING = frozenset({_A.VALIDATE, _A.SUBMIT, _A.APPROVE, _A.PUBLISH})
_SKIPPING = frozenset({_A.SUBMIT, _A.APPROVE, _A.PUBLISH})
_WITH_REASON = frozenset({_A.RETURN, _A.WITHDRAW})
_WITH_NOTE = frozenset({_A.PUBLISH, _A.WITHDRAW})
_DECISIONS = frozenset({_A.APPROVE, _A.RETURN})
# What a step makes of the rows that it checked.
_ROWS: Mapping[SubmissionStatus, RowOutcome] = {
    SubmissionStatus.SUBMITTED: RowOutcome.SUBMITTED,
    SubmissionStatus.APPROVED: RowOutcome.APPROVED,
}


@dataclass(frozen=True)
class Manner:
    """How a step is taken. With `skips`, rows with open findings do not hold up the others."""

    reason: str | None = None
    public_note: str | None = None
    skips: bool = False
    # Whether it is the one-call path, by a role that can publish.
    in_one_call: bool = False
    # What is said about single answers and themes, when it is returned.
    comments: Sequence[Comment] = ()


@dataclass(frozen=True)
class Ready:
    """A submission that can take a step, with its check where the step checks."""

    desk: Desk
    checked: Check | None


async def step(action: SubmissionAction, work: Work, request: SubmissionInput) -> Outcome:
    """Take one step with a submission. Problems: `submission/…`, and the findings that keep it from going on."""
    if problems := _wrong(action, request):
        raise Refused(*problems)
    if action in _IN_TURN:
        await work.turn()
    desk = await lock_submission(work, request.id, request.expected_version)
    skips = request.on_conflict == OnConflict.SKIP
    said = await comments_on(desk, request.comments or ())
    manner = Manner(stripped(request.reason), stripped(request.public_note), skips, comments=said)
    return await take_step(desk, action, manner)


def _wrong(action: SubmissionAction, request: SubmissionInput) -> list[Problem]:
    """The first thing that is wrong with the input of a step."""
    if unusable := unusable_texts({"reason": request.reason, "publicNote": request.public_note}):
        return list(unusable)
    if action in _WITH_REASON and stripped(request.reason) is None:
        return [problem("submission/no-reason", f"You need a reason to {action.lower()} a submission.", "reason")]
    if action not in _WITH_NOTE and stripped(request.public_note) is not None:
        message = (
            f"You can send a public note when you publish or withdraw, but not when you {action.lower()} a submission."
        )
        return [problem("submission/public-note", message, "publicNote")]
    if action is not _A.RETURN and request.comments:
        message = f"You can comment on answers when you return a submission, but not when you {action.lower()} it."
        return [problem("submission/comments", message, "comments")]
    if action not in _SKIPPING and request.on_conflict == OnConflict.SKIP:
        message = (
            f"You can skip rows when you submit, approve or publish, but not when you {action.lower()} a submission."
        )
        return [problem("submission/on-conflict", message, "onConflict")]
    return []


async def take_step(desk: Desk, action: SubmissionAction, manner: Manner, *, checked: Check | None = None) -> Outcome:
    """Take a step, when the table and its guards allow it. `checked` is a check that this transaction has just made."""
    [ready] = await prepare([desk], action, manner, checked=checked)
    if not isinstance(ready, Ready):
        raise Refused(*ready)
    [outcome] = await take(action, [ready], manner)
    return outcome


async def prepare(
    desks: Sequence[Desk], action: SubmissionAction, manner: Manner, *, checked: Check | None = None
) -> list[Ready | list[Problem]]:
    """Each of some submissions of one quarter as it can take a step, or the problems why it cannot."""
    rows: list[Any] = [()] * len(desks)
    if checked is not None:
        rows = [checked.rows]
    elif action in _CHECKING:
        rows = await stored_rows_of(desks)
    stands = await standings(desks, [len(each) for each in rows], in_one_call=manner.in_one_call)
    results: list[Ready | list[Problem]] = [why_not(action, each) for each in stands]
    possible = [at for at, problems in enumerate(results) if not problems]
    amended = await lock_amended([desks[at] for at in possible]) if action is _A.PUBLISH else {}
    checks: Sequence[Check | None] = [checked] * len(possible)
    if action in _CHECKING and checked is None:
        checks = await check_all([desks[at] for at in possible], [rows[at] for at in possible], skips=manner.skips)
    for at, each in zip(possible, checks, strict=True):
        problems = []
        if each is not None and action is not _A.VALIDATE:
            problems = why_not(action, with_findings(stands[at], each.holding), each.findings)
        if action is _A.PUBLISH and not problems:
            problems = _amends_nothing(desks[at], amended)
        results[at] = problems or Ready(desks[at], each)
    return results


def _amends_nothing(desk: Desk, amended: Mapping[int, Any]) -> list[Problem]:
    """The problem of an amendment whose version is not published any more."""
    amends = desk.submission.amends_id
    if amends is None or (amends in amended and amended[amends].status == SubmissionStatus.PUBLISHED):
        return []
    return [problem("submission/status", "The version that it amends is no longer published.", "id")]


async def take(action: SubmissionAction, ready: Sequence[Ready], manner: Manner) -> list[Outcome]:
    """Take a step with submissions that can take it. Who publishes what is only submitted approves it too."""
    work = ready[0].desk.work
    checks = [(each.desk, each.checked) for each in ready if each.checked is not None]
    await store_findings([(desk, checked) for desk, checked in checks if not desk.is_new])
    if action is _A.WITHDRAW:
        await withdraw(ready[0].desk, reason=manner.reason or "", public_note=manner.public_note)
    elif action is _A.PUBLISH:
        approved = [] if manner.in_one_call else [each for each in ready if each.desk.submission.status == "SUBMITTED"]
        await work.write([_moved(_A.APPROVE, each, manner) for each in approved])
        return await publish_all(
            checks, reason=manner.reason, public_note=manner.public_note, in_one_call=manner.in_one_call
        )
    elif action is not _A.VALIDATE:
        await work.write([_moved(action, each, manner) for each in ready])
    return [_outcome(each) for each in ready]


def _outcome(each: Ready) -> Outcome:
    outcome = Outcome(rows={"submission": each.desk.submission.id})
    if each.checked is None:
        return outcome
    rows = _ROWS.get(SubmissionStatus(each.desk.submission.status), RowOutcome.DRAFT)
    return replace(outcome, row_results=rows_with(each.checked, rows), skipped=len(each.checked.left_out))


def _moved(action: SubmissionAction, ready: Ready, manner: Manner) -> dict[str, Any]:
    """Take a submission to the status of a step; its event comes back."""
    desk, detail = ready.desk, dict[str, Any]()
    submission = desk.submission
    if action is _A.SUBMIT:
        findings = ready.checked.findings if ready.checked else ()
        submission.is_late = detail["late"] = any(finding.code == "validation/late" for finding in findings)
        submission.submitted_by_id, submission.submitted_at = desk.actor_id, desk.at
    elif action is _A.RECALL:
        submission.submitted_by_id = submission.submitted_at = None
        submission.is_late = False
    elif action in _DECISIONS:
        desk.decide(manner.reason)
        detail |= keep_comments(desk, manner.comments)
    return desk.moved(action, reason=manner.reason, **detail)
