"""The status of a target: the first that holds, in the order of the method, and what it adds to the sentence."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from schema.enumerations import Counts, TargetStatus
from schema.periods import long_date
from service.statistics import sentences
from service.statistics.evidence import Evidence
from service.statistics.goals import Exact
from service.statistics.intervals import Interval
from service.statistics.lengths import is_old
from service.statistics.process import Group

ENOUGH_PACE = 0.95
SOME_PACE = 0.60

Status = tuple[TargetStatus, str]


@dataclass(frozen=True)
class Pace:
    """The change of a quarter, the change that each remaining quarter needs, and the value expected by now."""

    observed: float | None
    required: float | None
    expected: Fraction | None


@dataclass(frozen=True)
class Ranges:
    """What a met target may be at risk by: the confidence interval of a sample's figure, and process limits."""

    interval: Interval | None
    limits: Group | None


def status_of(evidence: Evidence, pace: Pace, *, ranges: Ranges, closed_on: dt.date | None) -> Status:
    """The status of a target, and why: clauses of the sentence that gives its value."""
    status, because = _status(evidence, pace, ranges, closed_on)
    old = "" if status is TargetStatus.NOT_ASSESSABLE and closed_on else _not_reported_since(evidence)
    return status, "; ".join(filter(None, (old, because)))


def _status(evidence: Evidence, pace: Pace, ranges: Ranges, closed_on: dt.date | None) -> Status:
    due = evidence.goal.due
    if closed_on is not None and closed_on < evidence.on and (due is None or closed_on < due):
        return TargetStatus.NOT_ASSESSABLE, f"closed on {long_date(closed_on)}"
    if evidence.is_over and not evidence.is_met_in_time:
        return TargetStatus.MISSED, _missed(evidence)
    if evidence.is_decided:
        return TargetStatus.MET, ""
    if evidence.is_met:
        return _met(evidence, ranges)
    if (before := evidence.last_met_before) is not None:
        return TargetStatus.LOST, f"it was met in the period to {long_date(before.on)}"
    return _on_its_way(evidence, pace)


def _missed(evidence: Evidence) -> str:
    late = evidence.met_late
    if late is None:
        return "the date has passed"
    and_then = "" if evidence.is_met or evidence.is_decided else ", and lost again"
    return f"{sentences.MET_LATE}, on {long_date(late.on)}{and_then}"


def _met(evidence: Evidence, ranges: Ranges) -> Status:
    """Met for sure where the whole interval of a sample meets the target, and both firm process limits do."""
    goal, interval, limits = evidence.goal, ranges.interval, ranges.limits
    reaches: list[tuple[str, Exact, Exact]] = []
    if interval is not None:
        reaches.append(("95% confidence interval, {}, reaches", Decimal(interval.lower), Decimal(interval.upper)))
    if limits is not None and limits.is_firm and goal.counts in {Counts.AT_DATE, Counts.OVER_PERIOD}:
        reaches.append(("process limits, {}, reach", limits.lower, limits.upper))
    for words, lower, upper in reaches:
        if not (goal.is_met_by(lower) and goal.is_met_by(upper)):
            both = f"{sentences.number(goal.unit, float(lower))} to {sentences.number(goal.unit, float(upper))}"
            return TargetStatus.MET_AT_RISK, f"at risk, because its {words.format(both)} past it"
    return TargetStatus.MET, ""


def _on_its_way(evidence: Evidence, pace: Pace) -> Status:
    """The status of a target that is not met, and whose date has not passed."""
    goal, value, expected = evidence.goal, evidence.point.value, pace.expected
    if expected is not None and goal.is_better_or_equal(value, expected):
        words = f"the trajectory expects {sentences.number(goal.unit, float(expected))} by now"
        return TargetStatus.ON_TRACK, "; ".join((words, *_latest_change(evidence)))
    milestone = evidence.missed_milestone
    missed = [] if milestone is None else [sentences.missed(goal.unit, milestone)]
    if pace.observed is None or not pace.required:
        words = f"progress cannot be assessed: {_why_not(evidence, pace)}"
        return TargetStatus.NOT_ASSESSABLE, "; ".join((*missed, *_latest_change(evidence), words))
    words = (
        f"{sentences.change(goal.unit, pace.observed)} a quarter; "
        f"{sentences.change(goal.unit, pace.required)} a quarter is needed"
    )
    status = _by_pace(pace.observed / pace.required, has_milestones=bool(goal.milestones))
    return status, "; ".join((*missed, words, *_latest_change(evidence)))


def _by_pace(pace: float, *, has_milestones: bool) -> TargetStatus:
    """The status by the share of the pace that is needed.

    Milestones are met by values, and not by a pace. So a target with milestones that is short of what they expect by
    now is never ON_TRACK: with enough pace it has to ACCELERATE, because at this pace it stays behind.
    """
    if pace >= ENOUGH_PACE and not has_milestones:
        return TargetStatus.ON_TRACK
    if pace >= SOME_PACE:
        return TargetStatus.ACCELERATE
    return TargetStatus.LIMITED if pace >= 0 else TargetStatus.DETERIORATING


def _latest_change(evidence: Evidence) -> Iterator[str]:
    """The change from the figure before, where it leads away from the target: the difference of what was printed."""
    if not evidence.before:
        return
    goal, before, latest = evidence.goal, evidence.before[-1], evidence.point
    if goal.gap(latest.value) > goal.gap(before.value):
        yield f"the latest change was {sentences.change(goal.unit, evidence.printed - before.printed)}"


def _why_not(evidence: Evidence, pace: Pace) -> str:
    if pace.observed is None:
        return "only one figure" if len(evidence.series) == 1 else "too few figures in the last eight quarters"
    if evidence.goal.due is None:
        return "the target has no date"
    return "no time is left" if pace.required is None else "there is no distance to go"


def _not_reported_since(evidence: Evidence) -> str:
    """Since when nothing was reported, where the deciding figure is older than two of its periods."""
    latest, due = evidence.point, evidence.goal.due
    until = min(evidence.on, due) if evidence.is_decided and due is not None else evidence.on
    old = is_old(evidence.goal.counts, latest.starts or latest.on, latest.on, on=until)
    return f"not reported since {long_date(latest.on)}" if old else ""
