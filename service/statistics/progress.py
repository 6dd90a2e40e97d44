"""A target and its figures become progress: is it met, how far is it, is it on its way, and the reason in words.

Source: the method's section on progress towards a target. Nothing
here raises or gives NaN on a flat series, a zero target, a baseline equal to the target, one figure or none.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from schema.enumerations import OrganisationKind, TargetStatus
from schema.periods import long_date
from schema.units import unit_rules
from service.statistics import members, sentences, statuses
from service.statistics.evidence import Evidence
from service.statistics.forecasts import Line, theil_sen
from service.statistics.goals import Goal
from service.statistics.intervals import Interval
from service.statistics.members import MemberCounts
from service.statistics.points import Point, quarters
from service.statistics.process import Group
from service.statistics.statuses import Pace


@dataclass(frozen=True)
class Progress:
    """The progress towards a goal. Shapes and units are those of the type `TargetProgress`."""

    status: TargetStatus
    reason: str
    start: dt.date | None = None
    is_met: bool | None = None
    gap: float | None = None
    gap_percent: float | None = None
    percent_of_target: float | None = None
    gap_closed_percent: float | None = None
    expected: float | None = None
    required_per_quarter: float | None = None
    observed_per_quarter: float | None = None
    projected_value: float | None = None
    projected_met_on: dt.date | None = None
    members: MemberCounts | None = None


def without_figures(goal: Goal) -> Progress:
    """The progress towards a goal without figures: NO_DATA."""
    target = sentences.target(goal)
    since = f" for a period after {long_date(goal.start)}" if goal.start else ""
    return Progress(TargetStatus.NO_DATA, f"No figure{since} is published against {target}.", goal.start)


def of_members(goal: Goal, kind: OrganisationKind, statuses_of: Sequence[TargetStatus], on: dt.date) -> Progress:
    """The progress of a target that is for each member of a kind, by the status of each of them on a day."""
    counts = members.counts_of(goal, statuses_of)
    return Progress(
        status=members.status_of(goal, statuses_of, on),
        reason=members.sentence(goal, counts, kind, on),
        start=goal.start,
        is_met=counts.met >= counts.needed if counts.count > counts.no_data else None,
        members=counts,
    )


def assess(
    evidence: Evidence,
    *,
    interval: Interval | None = None,
    limits: Group | None = None,
    closed_on: dt.date | None = None,
) -> Progress:
    """The progress of a target by its evidence.

    `interval` is that of the deciding figure, if it comes from a sample. `limits` are the process limits of the latest
    stretch of the series; only firm ones put a met target at risk. `closed_on` is the organisation's last day. A target
    that is not met, with one figure and no baseline, is NOT_ASSESSABLE before its due date.
    """
    goal, latest = evidence.goal, evidence.point
    line = theil_sen(evidence.series)
    expected = goal.expected_on(latest.on)
    pace = Pace(line.slope if line else _since_baseline(goal, latest), _required(evidence), expected)
    status, because = statuses.status_of(evidence, pace, ranges=statuses.Ranges(interval, limits), closed_on=closed_on)
    return Progress(
        status=status,
        reason=sentences.sentence(goal, evidence.printed, evidence.is_met, because),
        start=goal.start,
        is_met=evidence.is_met,
        gap=float(goal.gap(latest.value)),
        gap_percent=_gap_percent(goal, latest.value),
        percent_of_target=float(100 * latest.value / goal.value) if goal.value else None,
        gap_closed_percent=_gap_closed(goal, latest.value),
        expected=None if expected is None else float(expected),
        required_per_quarter=pace.required,
        observed_per_quarter=line.slope if line else None,
        projected_value=_projected(evidence, line),
        projected_met_on=_met_on(evidence, line),
    )


def _required(evidence: Evidence) -> float | None:
    """The change that each quarter until the due date has to bring; None once it is met, or the date has passed."""
    goal, latest = evidence.goal, evidence.point
    if goal.due is None or goal.due <= latest.on or evidence.is_over or evidence.is_met:
        return None
    return float(goal.aim(latest.value) - latest.value) / quarters(latest.on, goal.due)


def _gap_percent(goal: Goal, value: Decimal) -> float | None:
    """The gap as a percentage of the bound to reach, so that it can be compared between metrics; None for 0."""
    aim = goal.aim(value)
    return float(100 * goal.gap(value) / abs(aim)) if aim else None


def _gap_closed(goal: Goal, value: Decimal) -> float | None:
    if goal.baseline is None:
        return None
    aim = goal.aim(goal.baseline.value)
    if aim == goal.baseline.value:
        return None
    return float(100 * (value - goal.baseline.value) / (aim - goal.baseline.value))


def _projected(evidence: Evidence, line: Line | None) -> float | None:
    """The value of the line on the due date; a count whose figures are not below 0 is not projected below it."""
    goal = evidence.goal
    if line is None or goal.due is None or evidence.is_over:
        return None
    value = unit_rules(goal.unit).projected(line.at(goal.due))
    return max(value, 0.0) if all(each.value >= 0 for each in evidence.series) else value


def _met_on(evidence: Evidence, line: Line | None) -> dt.date | None:
    goal, latest = evidence.goal, evidence.point
    if line is None or evidence.is_met or evidence.is_decided:
        return None
    aim = goal.aim(latest.value)
    if line.slope * float(aim - latest.value) <= 0:
        return None
    day = line.reaches(float(aim))
    return None if day is None else max(day, latest.on)


def _since_baseline(goal: Goal, latest: Point) -> float | None:
    """The change for each quarter since the baseline, where there are too few figures for a line."""
    if goal.baseline is None or goal.baseline.on >= latest.on:
        return None
    return float(latest.value - goal.baseline.value) / quarters(goal.baseline.on, latest.on)
