"""A checked submission is published, and a published one is withdrawn: figures, target moves, audit event, version."""

from sqlalchemy import func
from sqlmodel import col, select

from schema.enumerations import FigureStatus, SubmissionAction, SubmissionStatus
from schema.lifecycle import AMENDED, RESTORED
from schema.sql.revised import is_current
from schema.tables import FigureRevisionRow, FigureRow, SubmissionEntryRow, SubmissionRow, key, table
from service.writes.outcome import Outcome, Refused, problem
from service.writes.submissions import target_moves
from service.writes.submissions.check import Check
from service.writes.submissions.derivation import derivation, publish_derived
from service.writes.submissions.desk import Desk
from service.writes.submissions.nil_returns import withdraw_nil_returns, write_nil_returns
from service.writes.submissions.places import Place
from service.writes.submissions.restorations import restorations_without, write_restorations
from service.writes.submissions.revisions import (
    Change,
    Publication,
    changes_of,
    recorded_periods,
    write_revisions,
    write_withdrawals,
)
from service.writes.trust import audit


async def publish(
    desk: Desk, checked: Check, *, reason: str | None, public_note: str | None, in_one_call: bool
) -> Outcome:
    """Publish the figures of a submission; the version that it amends is superseded."""
    submission = desk.submission
    changes = changes_of(checked.entries, checked.known)
    gone = await _left_out(desk)
    periods = await recorded_periods(desk.session, {entry.period for entry in checked.entries})
    sent = {Place(*change.entry.series, key(periods[change.entry.period.code])): change for change in changes}
    changed = [place for place, change in sent.items() if change.is_change]
    follows = await derivation(desk.session, [*changed, *map(Place.of, gone)], sent=sent)
    series = {(place.metric, place.organisation) for place in (*sent, *map(Place.of, gone))} | follows.series
    before = await target_moves.statuses(desk.session, series, on=desk.at)
    publication = Publication(submission, desk.quarter, desk.by, desk.at, public_note)
    figure_ids = await write_revisions(desk.session, changes, periods, publication)
    await write_nil_returns(desk.session, checked.entries, periods, submission, at=desk.at)
    await write_withdrawals(
        desk.session, gone, publication, reason=reason or submission.reason or "No longer reported."
    )
    derived = await publish_derived(desk.session, follows, publication)
    if gone or any(change.is_change for change in changes):
        await audit.raise_version(desk.session)
    await _supersede(desk)
    outcome = _outcome(desk, changes, gone, figure_ids)
    submission.published_by_id, submission.published_at = desk.actor_id, desk.at
    submission.public_note = public_note
    await desk.move(
        SubmissionAction.PUBLISH,
        reason=reason or submission.reason,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        inOneCall=in_one_call,
        changes=[change.detail for change in changes if change.is_change],
        **({"derived": derived} if derived else {}),
        targets=await target_moves.moved(desk.session, before, series, on=desk.at),
    )
    return outcome


async def withdraw(desk: Desk, *, reason: str, public_note: str | None) -> None:
    """Withdraw what a submission published: the figures, nil returns and version that it replaced stand again."""
    restorations = await restorations_without(desk.session, key(desk.submission))
    publication = Publication(desk.submission, desk.quarter, desk.by, desk.at, public_note)
    restored = await write_restorations(desk.session, restorations, publication, reason=reason)
    await withdraw_nil_returns(desk.session, desk.submission)
    await audit.raise_version(desk.session)
    desk.decide(reason)
    desk.submission.public_note = public_note or desk.submission.public_note
    await desk.move(SubmissionAction.WITHDRAW, reason=reason, figures=len(restorations), **restored)
    await _restore_amended(desk, reason)


def _outcome(desk: Desk, changes: list[Change], gone: list[FigureRow], figure_ids: list[int]) -> Outcome:
    return Outcome(
        figure_ids=figure_ids,
        rows={"submission": desk.submission.id},
        created=sum(change.is_change and change.published is None for change in changes),
        updated=sum(change.is_change and change.published is not None for change in changes) + len(gone),
        unchanged=sum(not change.is_change for change in changes),
    )


async def _supersede(desk: Desk) -> None:
    """The version that this one amends becomes SUPERSEDED."""
    if desk.submission.amends_id is None:
        return
    if not await _move_amended(desk, AMENDED, "submission.supersede", desk.submission.reason):
        message = "The version that it amends is no longer published."
        raise Refused(problem("submission/status", message, "id"))


async def _restore_amended(desk: Desk, reason: str) -> None:
    """The version that a withdrawn amendment replaced is PUBLISHED again."""
    if desk.submission.amends_id is not None:
        await _move_amended(desk, RESTORED, "submission.restore", reason)


async def _move_amended(
    desk: Desk, step: tuple[SubmissionStatus, SubmissionStatus], event: str, reason: str | None
) -> bool:
    """Move the version that a submission amends from a status to another; False where it has not the first."""
    before, after = step
    amended = await desk.session.get(SubmissionRow, desk.submission.amends_id, with_for_update=True)
    if amended is None or amended.status != before:
        return False
    amended.status = after
    old = Desk(desk.work, amended, desk.organisation, desk.quarter, desk.actor_id, desk.at)
    await old.save(event, reason=reason, **{"from": before, "to": after, "by": desk.submission.id})
    return True


async def _left_out(desk: Desk) -> list[FigureRow]:
    """The figures that an earlier version of the submission published, and that this version leaves out."""
    if desk.submission.amends_id is None:
        return []
    kept = {figure.id for figure in await _figures_of(desk, desk.submission.id)}
    return [figure for figure in await _figures_of(desk, desk.submission.amends_id) if figure.id not in kept]


async def _figures_of(desk: Desk, submission_id: int | None) -> list[FigureRow]:
    """The current figures in the cells of a submission, if it or another version of it published them last."""
    first = desk.submission.first_id or desk.submission.id
    figures = await desk.session.exec(
        select(FigureRow)
        .join(
            SubmissionEntryRow,
            (col(SubmissionEntryRow.metric_id) == col(FigureRow.metric_id))
            & (col(SubmissionEntryRow.organisation_id) == col(FigureRow.organisation_id))
            & (col(SubmissionEntryRow.period_id) == col(FigureRow.period_id)),
        )
        .join(FigureRevisionRow, is_current(table(FigureRow), table(FigureRevisionRow)))
        .join(SubmissionRow, col(SubmissionRow.id) == col(FigureRevisionRow.submission_id))
        .where(
            SubmissionEntryRow.submission_id == submission_id,
            func.coalesce(SubmissionRow.first_id, SubmissionRow.id) == first,
            FigureRow.status != FigureStatus.WITHDRAWN,
        )
        .order_by(col(FigureRow.id))
    )
    return list(figures)
