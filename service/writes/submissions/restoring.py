"""One figure goes back to an earlier revision, with a reason: the undo of a single figure."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import BigInteger, literal
from sqlmodel import select

from schema import ids
from schema.commands.submissions import RestoreFigureInput
from schema.enumerations import FigureOrigin, FigureStatus
from schema.periods import Period, period_named, quarter_named
from schema.sql.scopes import within_scope
from schema.tables import (
    FigureRevisionRow,
    FigureRow,
    MetricRow,
    OrganisationRow,
    PeriodRow,
    key,
    table,
)
from service.writes.command import Work
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.submissions.nil_returns import end_nil_return
from service.writes.submissions.restorations import COMES_BACK, Restoration, withdrawn, write_restorations
from service.writes.submissions.revisions import Publication

_figure = table(FigureRow)


async def restore_figure(work: Work, request: RestoreFigureInput) -> Outcome:
    """Publish an earlier revision of a figure again, as its next revision. Problems: `figure/…`.

    It stands by the submission that published that revision, unless that one is withdrawn. What was published in
    between is undone: no later withdrawal brings it back. Revision 0 is before there was a figure: it is withdrawn.
    """
    at = await work.turn()
    if problems := list(_wrong_texts(request)):
        raise Refused(*problems)
    figure, quarter = await _known_figure(work, request)
    earlier = await _earlier(work, figure, request)
    restoration = Restoration(figure, earlier, await _stands_by(work, earlier))
    reason = stripped(request.reason) or ""
    publication = Publication(None, quarter, work.by, at, stripped(request.public_note))
    restored = await write_restorations(work.session, [restoration], publication, reason=reason)
    if earlier is not None:
        await end_nil_return(work.session, figure)
    await work.record(
        await _subject(work, figure),
        at=at,
        reason=reason,
        detail=restored,
        organisation_id=figure.organisation_id,
        groups_on=quarter.ends,
    )
    return Outcome(rows={"figure": key(figure)})


def _wrong_texts(request: RestoreFigureInput) -> Iterator[Problem]:
    yield from unusable_texts({"reason": request.reason, "publicNote": request.public_note})
    if stripped(request.reason) is None:
        yield problem("figure/no-reason", "You need a reason to restore a figure.", "reason")


async def _known_figure(work: Work, request: RestoreFigureInput) -> tuple[FigureRow, Period]:
    """The figure of the input, locked, and its quarter. Refused: one out of scope, a stale one."""
    at = ids.key(request.figure, "Figure") or 0
    rows = await work.session.exec(
        select(FigureRow, PeriodRow.code)
        .join(PeriodRow, PeriodRow.id == FigureRow.period_id)  # type: ignore[arg-type]
        .where(FigureRow.id == at)
        .with_for_update(of=_figure)
    )
    found = rows.first()
    quarter = None if found is None else _quarter(found[1])
    if found is None or quarter is None or not await _is_in_scope(work, found[0], quarter.ends):
        raise Refused(problem("figure/unknown", "No figure that you act for has this id.", "figure"))
    figure = found[0]
    if request.expected_revision != figure.revision:
        message = f"The figure is at revision {figure.revision}, not {request.expected_revision}."
        raise Refused(problem("figure/stale", message, "expectedRevision", current_version=figure.revision))
    return figure, quarter


def _quarter(period_code: str) -> Period | None:
    period = period_named(period_code)
    return None if period is None else quarter_named(period.quarter)


async def _is_in_scope(work: Work, figure: FigureRow, on: dt.date) -> bool:
    inside = within_scope(literal(work.by.scope, BigInteger), literal(figure.organisation_id, BigInteger), literal(on))
    return bool((await work.session.exec(select(inside))).one())


async def _earlier(work: Work, figure: FigureRow, request: RestoreFigureInput) -> FigureRevisionRow | None:
    """The revision to restore; None where the figure will be withdrawn.

    Refused: an unknown one, one that withdrew the figure, one that says the same, and to withdraw what is calculated.
    """
    if request.revision == 0:
        if figure.origin == FigureOrigin.DERIVED:
            message = "The figure is calculated from others: it goes when they go."
            raise Refused(problem("figure/calculated", message, "revision"))
        if figure.status == FigureStatus.WITHDRAWN:
            raise Refused(problem("figure/unchanged", "The figure is withdrawn already.", "revision"))
        return None
    earlier = await work.session.get(FigureRevisionRow, (key(figure), request.revision))
    if earlier is None:
        message = f"The figure has {figure.revision} revisions, and no revision {request.revision}."
        raise Refused(problem("figure/unknown-revision", message, "revision"))
    if earlier.status == FigureStatus.WITHDRAWN:
        message = f"Revision {request.revision} withdrew the figure."
        raise Refused(problem("figure/withdrawn-revision", message, "revision"))
    if all(getattr(figure, name) == getattr(earlier, name) for name in COMES_BACK):
        message = f"The figure is already as it was at revision {request.revision}."
        raise Refused(problem("figure/unchanged", message, "revision"))
    return earlier


async def _stands_by(work: Work, earlier: FigureRevisionRow | None) -> int | None:
    """The submission that a figure stands by again: none where that is withdrawn, or where nobody sent the figure."""
    if earlier is None or earlier.origin == FigureOrigin.DERIVED:
        return None
    gone = await withdrawn(work.session, [earlier.submission_id])
    return None if earlier.submission_id in gone else earlier.submission_id


async def _subject(work: Work, figure: FigureRow) -> str:
    codes = [
        (await work.session.exec(select(row.code).where(row.id == at))).one()
        for row, at in (
            (OrganisationRow, figure.organisation_id),
            (MetricRow, figure.metric_id),
            (PeriodRow, figure.period_id),
        )
    ]
    return " ".join(codes)
