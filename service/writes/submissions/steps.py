"""The steps of a submission, from validation to withdrawal: each one transaction and one event, by one table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from schema.commands.submissions import SubmissionInput
from schema.enumerations import SubmissionAction
from service.writes.command import Work
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.submissions import publishing
from service.writes.submissions.check import Check, check, stored_rows
from service.writes.submissions.desk import Desk, lock_submission, refuse_unless_possible, standing, with_findings
from service.writes.submissions.validation import Row

_A = SubmissionAction
# The actions that are steps, and not commands of their own as to save and to amend are.
STEPS = (_A.VALIDATE, _A.SUBMIT, _A.RECALL, _A.APPROVE, _A.RETURN, _A.PUBLISH, _A.WITHDRAW, _A.DISCARD)
# What reads or changes what is published waits for its turn first; and these check the figures before they go on.
_IN_TURN = frozenset({_A.PUBLISH, _A.WITHDRAW})
_CHECKING = frozenset({_A.VALIDATE, _A.SUBMIT, _A.APPROVE, _A.PUBLISH})
_WITH_REASON = frozenset({_A.RETURN, _A.WITHDRAW})
_WITH_NOTE = frozenset({_A.PUBLISH, _A.WITHDRAW})


async def step(action: SubmissionAction, work: Work, request: SubmissionInput) -> Outcome:
    """Take one step with a submission. Problems: `submission/…`, and the findings that keep it from going on."""
    if problems := _wrong_texts(action, request):
        raise Refused(*problems)
    if action in _IN_TURN:
        await work.turn()
    desk = await lock_submission(work, request.id, request.expected_version)
    return await take_step(desk, action, reason=stripped(request.reason), public_note=stripped(request.public_note))


def _wrong_texts(action: SubmissionAction, request: SubmissionInput) -> list[Problem]:
    """The first thing that is wrong with the texts of a step."""
    if unusable := unusable_texts({"reason": request.reason, "publicNote": request.public_note}):
        return list(unusable)
    if action in _WITH_REASON and stripped(request.reason) is None:
        return [problem("submission/no-reason", f"You need a reason to {action.lower()} a submission.", "reason")]
    if action not in _WITH_NOTE and stripped(request.public_note) is not None:
        message = (
            f"You can send a public note when you publish or withdraw, but not when you {action.lower()} a submission."
        )
        return [problem("submission/public-note", message, "publicNote")]
    return []


async def take_step(
    desk: Desk,
    action: SubmissionAction,
    *,
    reason: str | None = None,
    public_note: str | None = None,
    checked: Check | None = None,
    in_one_call: bool = False,
) -> Outcome:
    """Take a step, when the table and its guards allow it. `checked` is a check that this transaction has just made."""
    rows: Sequence[Row] = ()
    if checked is not None:
        rows = checked.rows
    elif action in _CHECKING:
        rows = await stored_rows(desk)
    stands = await standing(desk, entries=len(rows), in_one_call=in_one_call)
    refuse_unless_possible(action, stands)
    if action in _CHECKING and checked is None:
        checked = await check(desk, rows)
    if checked is not None and action is not _A.VALIDATE:
        refuse_unless_possible(action, with_findings(stands, checked.findings), checked.findings)
    if action is _A.PUBLISH and checked is not None:
        public_note = public_note or desk.submission.public_note
        return await publishing.publish(desk, checked, reason=reason, public_note=public_note, in_one_call=in_one_call)
    if action is _A.WITHDRAW:
        await publishing.withdraw(desk, reason=reason or "", public_note=public_note)
    else:
        await _STEPS[action](desk, checked, reason)
    return Outcome(rows={"submission": desk.submission.id})


async def _validate(desk: Desk, checked: Check | None, reason: str | None) -> None:
    """The check is all: nothing of the submission changes."""


async def _submit(desk: Desk, checked: Check | None, reason: str | None) -> None:
    is_late = any(finding.code == "validation/late" for finding in (checked.findings if checked else ()))
    desk.submission.submitted_by_id, desk.submission.submitted_at = desk.actor_id, desk.at
    desk.submission.is_late = is_late
    await desk.move(_A.SUBMIT, reason=reason, late=is_late)


async def _recall(desk: Desk, checked: Check | None, reason: str | None) -> None:
    desk.submission.submitted_by_id = desk.submission.submitted_at = None
    desk.submission.is_late = False
    await desk.move(_A.RECALL, reason=reason)


async def _approve(desk: Desk, checked: Check | None, reason: str | None) -> None:
    desk.decide(reason)
    await desk.move(_A.APPROVE, reason=reason)


async def _return(desk: Desk, checked: Check | None, reason: str | None) -> None:
    desk.decide(reason)
    await desk.move(_A.RETURN, reason=reason)


async def _discard(desk: Desk, checked: Check | None, reason: str | None) -> None:
    await desk.move(_A.DISCARD, reason=reason)


_STEPS: Mapping[SubmissionAction, Callable[[Desk, Check | None, str | None], Awaitable[None]]] = {
    _A.VALIDATE: _validate,
    _A.SUBMIT: _submit,
    _A.RECALL: _recall,
    _A.APPROVE: _approve,
    _A.RETURN: _return,
    _A.DISCARD: _discard,
}
