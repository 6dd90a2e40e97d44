"""Process limits of a series are recalculated from a date, with a reason; and that is undone, with a reason."""

from collections.abc import Iterator

from sqlmodel import col, select

from schema.commands.metrics import RecalculateLimitsInput
from schema.london import day_of
from schema.periods import long_date
from schema.tables import MetricRow, OrganisationRow, RecalculationRow, key
from service.statistics.process import ENOUGH
from service.writes.command import Work
from service.writes.limits import DATE_LIMITS, is_storable
from service.writes.naming import both_of, series_named
from service.writes.outcome import Outcome, Problem, Refused, problem, stripped, unusable_texts
from service.writes.trust import actors

# So many points are not reached by any series: 80 years of months are 960.
MOST_POINTS = 1_000
RECALCULATE, UNDO = "limits.recalculate", "limits.take-back"


async def recalculate_limits(work: Work, change: RecalculateLimitsInput) -> Outcome:
    """Recalculate the limits of a series from a date, or undo that. Problems: `recalculation/…`."""
    at = await work.turn()
    metric, organisation, problems = await series_named(
        work.session, change.metric, change.organisation, day_of(at), by=work.by
    )
    metric, organisation = both_of(metric, organisation, [*problems, *_malformed(change)])
    holds = not change.take_back
    if not _changes(await _latest(work, metric, organisation, change), change):
        raise Refused(_no_change(change, holds=holds))
    row = RecalculationRow(
        metric_id=key(metric),
        organisation_id=key(organisation),
        starts=change.starts,
        holds=holds,
        fix_after=change.fix_after,
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
        detail={"starts": str(row.starts), **({"fixAfter": row.fix_after} if row.fix_after else {})},
        organisation_id=organisation.id,
    )
    return Outcome(rows={"metric": metric.id})


async def _latest(
    work: Work, metric: MetricRow, organisation: OrganisationRow, change: RecalculateLimitsInput
) -> RecalculationRow | None:
    """The last decision about this very date."""
    decided = (
        select(RecalculationRow)
        .where(
            RecalculationRow.metric_id == metric.id,
            RecalculationRow.organisation_id == organisation.id,
            RecalculationRow.starts == change.starts,
        )
        .order_by(col(RecalculationRow.id).desc())
        .limit(1)
    )
    return (await work.session.exec(decided)).first()


def _changes(latest: RecalculationRow | None, change: RecalculateLimitsInput) -> bool:
    """Whether a decision differs from the last one about its date."""
    held = latest is not None and latest.holds
    if change.take_back or not held:
        return held == bool(change.take_back)
    return latest is not None and latest.fix_after != change.fix_after


def _malformed(change: RecalculateLimitsInput) -> Iterator[Problem]:
    if stripped(change.reason) is None:
        message = "Give a reason: what changed in the process (or, when you undo it, why it had not)."
        yield problem("recalculation/no-reason", message, "reason")
    yield from unusable_texts({"reason": change.reason})
    yield from _malformed_baseline(change)
    if not is_storable(change.starts):
        message = f"The date is {change.starts}; it must be {DATE_LIMITS}."
        yield problem("recalculation/malformed", message, "starts")


def _malformed_baseline(change: RecalculateLimitsInput) -> Iterator[Problem]:
    points = change.fix_after
    if points is not None and change.take_back:
        yield problem("recalculation/fix-after", "You cannot fix limits that you undo.", "fixAfter")
    elif points is not None and not ENOUGH <= points <= MOST_POINTS:
        message = f"You asked for limits from {points} figures. It must be {ENOUGH} to {MOST_POINTS:,}."
        yield problem("recalculation/fix-after", message, "fixAfter")


def _no_change(change: RecalculateLimitsInput, *, holds: bool) -> Problem:
    day = long_date(change.starts)
    if holds:
        return problem("recalculation/exists", f"Limits are already recalculated from {day}.", "starts")
    return problem("recalculation/unknown", f"Limits are not recalculated from {day}.", "starts")
