"""Process limits of a series are recalculated from a date, with a reason; and that is undone, with a reason."""

from collections.abc import Iterator

from sqlmodel import col, select

from schema.commands.metrics import RecalculateLimitsInput
from schema.periods import long_date
from schema.tables import MetricRow, OrganisationRow, RecalculationRow, key
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import both_of, series_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.trust import actors

RECALCULATE, UNDO = "limits.recalculate", "limits.take-back"


async def recalculate_limits(work: Work, change: RecalculateLimitsInput) -> Outcome:
    """Recalculate the limits of a series from a date, or undo that. Problems: `recalculation/…`."""
    at = await work.turn()
    metric, organisation, problems = await series_named(
        work.session, change.metric, change.organisation, at.date(), by=work.by
    )
    metric, organisation = both_of(metric, organisation, [*problems, *_malformed(change)])
    holds = not change.take_back
    if await _holds(work, metric, organisation, change) == holds:
        raise Refused(_no_change(change, holds=holds))
    row = RecalculationRow(
        metric_id=key(metric),
        organisation_id=key(organisation),
        starts=change.starts,
        holds=holds,
        reason=stripped(change.reason) or "",
        recorded_by_id=await actors.recorded(work.session, work.by),
        recorded_at=at,
    )
    work.session.add(row)
    await work.session.flush()
    await work.record(
        f"{organisation.code} {metric.code}",
        at=at,
        event=RECALCULATE if holds else UNDO,
        reason=row.reason,
        detail={"starts": str(row.starts)},
        organisation_id=organisation.id,
    )
    return Outcome(rows={"metric": metric.id})


async def _holds(work: Work, metric: MetricRow, organisation: OrganisationRow, change: RecalculateLimitsInput) -> bool:
    """Whether limits are recalculated from this very date."""
    latest = (
        select(RecalculationRow.holds)
        .where(
            RecalculationRow.metric_id == metric.id,
            RecalculationRow.organisation_id == organisation.id,
            RecalculationRow.starts == change.starts,
        )
        .order_by(col(RecalculationRow.id).desc())
        .limit(1)
    )
    return (await work.session.exec(latest)).first() or False


def _malformed(change: RecalculateLimitsInput) -> Iterator[Problem]:
    if stripped(change.reason) is None:
        message = "Give a reason: what changed in the process (or, when you undo it, why it had not)."
        yield problem("recalculation/no-reason", message, "reason")
    yield from unusable_texts({"reason": change.reason})
    if not is_storable(change.starts):
        message = f"The date is {change.starts}; it must be {DATE_LIMITS}."
        yield problem("recalculation/malformed", message, "starts")


def _no_change(change: RecalculateLimitsInput, *, holds: bool) -> Problem:
    day = long_date(change.starts)
    if holds:
        return problem("recalculation/exists", f"Limits are already recalculated from {day}.", "starts")
    return problem("recalculation/unknown", f"Limits are not recalculated from {day}.", "starts")
