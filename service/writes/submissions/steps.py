"""The steps of a submission, from validation to withdrawal: each one transaction, one event, and by one table."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema import ids
from schema.enumerations import FigureStatus, SubmissionAction
from schema.lifecycle import AMENDED, Standing
from schema.tables import (
    FigureRevisionRow,
    FigureRow,
    NilReturnRow,
    SubmissionEntryRow,
    SubmissionRow,
)
from service.database import Database
from service.viewer import Viewer
from service.writes.command import Outcome, Refused, once, problem, text_of, usable
from service.writes.limits import LONGEST_TEXT
from service.writes.submissions import target_moves
from service.writes.submissions.check import Looked, look
from service.writes.submissions.desk import Desk, at_desk, refuse_unless_possible, standing
from service.writes.submissions.publication import Publication, compared, publish, withdraw
from service.writes.submissions.validation.entries import key
from service.writes.trust import audit
from service.writes.trust.permissions import allowed

_A = SubmissionAction
# What reads or changes what is published waits for its turn first; and these look at the figures before they go on.
_IN_TURN = frozenset({_A.PUBLISH, _A.WITHDRAW})
_LOOKING = frozenset({_A.VALIDATE, _A.SUBMIT, _A.APPROVE, _A.PUBLISH})
_WITH_REASON = frozenset({_A.RETURN, _A.WITHDRAW})
_NAMES = {
    "validateSubmission": _A.VALIDATE,
    "submitSubmission": _A.SUBMIT,
    "recallSubmission": _A.RECALL,
    "approveSubmission": _A.APPROVE,
    "returnSubmission": _A.RETURN,
    "publishSubmission": _A.PUBLISH,
    "withdrawSubmission": _A.WITHDRAW,
    "discardSubmission": _A.DISCARD,
}
COMMANDS = tuple(_NAMES)


async def step(database: Database, name: str, given: Mapping[str, Any], *, by: Viewer | None) -> dict[str, Any]:
    """Take one step with a submission, by the name of its mutation.

    Refusals: `UNAUTHENTICATED`, `FORBIDDEN`. Problems: `submission/…`, and the findings that keep it from going on.
    """
    action = _NAMES[name]
    viewer = allowed(by, name)

    async def work(session: AsyncSession) -> Outcome:
        if wrong := usable({each: given.get(each) for each in ("reason", "publicNote")}, LONGEST_TEXT):
            raise Refused(*wrong)
        if action in _WITH_REASON and text_of(given, "reason") is None:
            raise Refused(
                problem("submission/no-reason", f"To {action.lower()} a submission takes a reason.", "reason")
            )
        if action is not _A.PUBLISH and text_of(given, "publicNote") is not None:
            message = f"A public note is for publishing; this is to {action.lower()} a submission."
            raise Refused(problem("submission/public-note", message, "publicNote"))
        if action in _IN_TURN:
            await audit.turn(session)
        desk = await at_desk(session, ids.key(given["id"], "Submission"), given["expectedVersion"], by=viewer)
        return await taken(desk, action, reason=text_of(given, "reason"), public_note=text_of(given, "publicNote"))

    return await once(database, name, given, work, by=viewer)


async def taken(
    desk: Desk,
    action: SubmissionAction,
    *,
    reason: str | None = None,
    public_note: str | None = None,
    looked: Looked | None = None,
    in_one_call: bool = False,
) -> Outcome:
    """Take a step, when the table and its guards allow it. `looked` is a look that this transaction has just had."""
    entries = await _entries(desk)
    at_first: Standing = await standing(desk, [], entries=entries, in_one_call=in_one_call)
    refuse_unless_possible(action, at_first, [])
    if action in _LOOKING and looked is None:
        looked = await look(desk)
    if looked is not None and action is not _A.VALIDATE:
        stands = await standing(desk, looked.findings, entries=entries, in_one_call=in_one_call)
        refuse_unless_possible(action, stands, looked.findings)
    if action is _A.PUBLISH and looked is not None:
        return await _published(
            desk, looked, reason, public_note or desk.submission.public_note, in_one_call=in_one_call
        )
    await _STEPS[action](desk, looked, reason)
    return Outcome(submission_id=key(desk.submission))


Take = Callable[[Desk, Looked | None, str | None], Awaitable[None]]


async def _validated(desk: Desk, _: Looked | None, __: str | None) -> None:
    """The look itself is all: nothing of the submission changes."""


async def _submitted(desk: Desk, looked: Looked | None, reason: str | None) -> None:
    desk.submission.submitted_by_id, desk.submission.submitted_at = desk.actor_id, desk.at
    late = [finding for finding in (looked.findings if looked else []) if finding.code == "validation/late"]
    desk.submission.is_late = bool(late)
    await desk.move(_A.SUBMIT, reason=reason, late=bool(late))


async def _recalled(desk: Desk, _: Looked | None, reason: str | None) -> None:
    desk.submission.submitted_by_id = desk.submission.submitted_at = None
    desk.submission.is_late = False
    await desk.move(_A.RECALL, reason=reason)


def _decided(action: SubmissionAction) -> Take:
    async def take(desk: Desk, _: Looked | None, reason: str | None) -> None:
        _decide(desk, reason)
        await desk.move(action, reason=reason)

    return take


def _decide(desk: Desk, reason: str | None) -> None:
    desk.submission.decided_by_id, desk.submission.decided_at = desk.actor_id, desk.at
    desk.submission.decision_reason = reason


async def _discarded(desk: Desk, _: Looked | None, reason: str | None) -> None:
    await desk.move(_A.DISCARD, reason=reason)


async def _published(
    desk: Desk, looked: Looked, reason: str | None, public_note: str | None, *, in_one_call: bool
) -> Outcome:
    """The figures of a submission are published; the version that it amends gives way to it."""
    submission = desk.submission
    changes = compared(looked.entries, looked.known)
    gone = await _no_longer_there(desk)
    series = {change.entry.series for change in changes} | {(one.metric_id, one.organisation_id) for one in gone}
    before = await target_moves.statuses(desk.session, series, on=desk.at)
    publication = Publication(submission, desk.quarter, desk.by, desk.at, public_note)
    figure_ids = await publish(desk.session, changes, publication)
    await withdraw(desk.session, gone, publication, reason=reason or submission.reason or "No longer reported.")
    if gone or any(change.is_change for change in changes):
        await audit.raise_version(desk.session)
    await _supersede(desk)
    outcome = Outcome(
        figure_ids=figure_ids,
        submission_id=submission.id,
        created=sum(change.is_change and change.published is None for change in changes),
        updated=sum(change.is_change and change.published is not None for change in changes) + len(gone),
        unchanged=sum(not change.is_change for change in changes),
    )
    submission.published_by_id, submission.published_at = desk.actor_id, desk.at
    submission.public_note = public_note
    await desk.move(
        _A.PUBLISH,
        reason=reason or submission.reason,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        inOneCall=in_one_call,
        changes=[change.told() for change in changes if change.is_change],
        targets=await target_moves.moved(desk.session, before, series, on=desk.at),
    )
    return outcome


async def _supersede(desk: Desk) -> None:
    """The version that this one amends gives way to it."""
    if desk.submission.amends_id is None:
        return
    amended = await desk.session.get(SubmissionRow, desk.submission.amends_id, with_for_update=True)
    if amended is None or amended.status != AMENDED[0]:
        message = "The version that it amends is no longer published."
        raise Refused(problem("submission/status", message, "id"))
    amended.status = AMENDED[1]
    old = Desk(desk.session, amended, desk.organisation, desk.quarter, desk.by, desk.actor_id, desk.at)
    detail = {"from": AMENDED[0], "to": AMENDED[1], "by": desk.submission.id}
    await old.leave("submission.supersede", reason=desk.submission.reason, **detail)


async def _no_longer_there(desk: Desk) -> list[FigureRow]:
    """The figures that the amended version gave, that are its chain's still, and that this version has not."""
    if desk.submission.amends_id is None:
        return []
    kept = {figure.id for figure in await _figures_of(desk, desk.submission.id)}
    return [figure for figure in await _figures_of(desk, desk.submission.amends_id) if figure.id not in kept]


async def _figures_of(desk: Desk, submission_id: int | None) -> list[FigureRow]:
    """The figures that stand in the cells of a submission, and that it or another version of it published last."""
    first = desk.submission.first_id or desk.submission.id
    found = await desk.session.exec(
        select(FigureRow)
        .join(
            SubmissionEntryRow,
            (col(SubmissionEntryRow.metric_id) == col(FigureRow.metric_id))
            & (col(SubmissionEntryRow.organisation_id) == col(FigureRow.organisation_id))
            & (col(SubmissionEntryRow.period_id) == col(FigureRow.period_id)),
        )
        .join(
            FigureRevisionRow,
            (col(FigureRevisionRow.figure_id) == col(FigureRow.id))
            & (col(FigureRevisionRow.revision) == col(FigureRow.revision)),
        )
        .join(SubmissionRow, col(SubmissionRow.id) == col(FigureRevisionRow.submission_id))
        .where(
            SubmissionEntryRow.submission_id == submission_id,
            func.coalesce(SubmissionRow.first_id, SubmissionRow.id) == first,
            FigureRow.status != FigureStatus.WITHDRAWN,
        )
        .order_by(col(FigureRow.id))
    )
    return list(found)


async def _withdrawn(desk: Desk, _: Looked | None, reason: str | None) -> None:
    figures = await _figures_of(desk, desk.submission.id)
    series = {(figure.metric_id, figure.organisation_id) for figure in figures}
    before = await target_moves.statuses(desk.session, series, on=desk.at)
    publication = Publication(desk.submission, desk.quarter, desk.by, desk.at)
    await withdraw(desk.session, figures, publication, reason=reason or "")
    await desk.session.exec(
        update(NilReturnRow).where(col(NilReturnRow.submission_id) == desk.submission.id).values(is_withdrawn=True)
    )
    await audit.raise_version(desk.session)
    _decide(desk, reason)
    moved = await target_moves.moved(desk.session, before, series, on=desk.at)
    await desk.move(_A.WITHDRAW, reason=reason, figures=len(figures), targets=moved)


async def _entries(desk: Desk) -> int:
    found = await desk.session.exec(
        select(func.count())
        .select_from(SubmissionEntryRow)
        .where(SubmissionEntryRow.submission_id == desk.submission.id)
    )
    return found.one()


_STEPS: Mapping[SubmissionAction, Take] = {
    _A.VALIDATE: _validated,
    _A.SUBMIT: _submitted,
    _A.RECALL: _recalled,
    _A.APPROVE: _decided(_A.APPROVE),
    _A.RETURN: _decided(_A.RETURN),
    _A.WITHDRAW: _withdrawn,
    _A.DISCARD: _discarded,
}
