"""A target and its figures become progress: is it met, how far is it, is it on its way, and the reason in words.

Source: the method's section on progress towards a target. Nothing
here raises or gives NaN on a flat series, a zero target, a baseline equal to the target, one figure or none.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from schema.enumerations import TargetStatus, Unit
from schema.periods import long_date
from schema.units import unit_rules
from service.statistics import sentences
from service.statistics.forecasts import Line, theil_sen
from service.statistics.goals import Goal
from service.statistics.points import Point, quarters
from service.statistics.process import Group

ENOUGH_PACE = 0.95
SOME_PACE = 0.60


@dataclass(frozen=True)
class Progress:
    """How a goal stands. Shapes and units are those of the type `TargetProgress`."""

    status: TargetStatus
    reason: str
    is_met: bool | None = None
    gap: float | None = None
    percent_of_target: float | None = None
    gap_closed_percent: float | None = None
    expected: float | None = None
    required_per_quarter: float | None = None
    observed_per_quarter: float | None = None
    projected_value: float | None = None
    projected_met_on: dt.date | None = None


def assess(goal: Goal, points: Sequence[Point], *, on: dt.date, limits: Group | None = None) -> Progress:
    """How a goal stands on a day, by the figures known then, oldest first; the latest is judged.

    `limits` are the process limits of the latest stretch of the series; only firm ones put a met goal at risk.
    Without figures the status is NO_DATA. A goal that is not met, with one figure and no baseline, is
    NOT_ASSESSABLE before its due date.
    """
    if not points:
        return Progress(TargetStatus.NO_DATA, f"No figure is published against {sentences.target(goal)}.")
    latest = points[-1]
    is_met = goal.is_met_by(latest.value)
    line = theil_sen(points)
    expected = expected_on(goal, latest.on)
    required = _required(goal, latest)
    status, because = _status(goal, points, on, limits, is_met, expected, required, line)
    return Progress(
        status=status,
        reason=sentences.sentence(goal, latest.value, is_met, because),
        is_met=is_met,
        gap=float(goal.gap(latest.value)),
        percent_of_target=float(100 * latest.value / goal.value) if goal.value else None,
        gap_closed_percent=_gap_closed(goal, latest.value),
        expected=expected,
        required_per_quarter=required,
        observed_per_quarter=line.slope if line else None,
        projected_value=_within(goal.unit, line.at(goal.due)) if line and goal.due else None,
        projected_met_on=_met_on(goal, latest, line, is_met),
    )


def expected_on(goal: Goal, day: dt.date) -> float | None:
    """What the way from the baseline over the milestones to the goal asks for on a day; None before it begins."""
    if goal.due is None:
        return None
    way = [*([goal.baseline] if goal.baseline else []), *goal.milestones]
    if not way or day < way[0].on:
        return None
    way.append(Point(goal.due, goal.aim(way[0].value)))
    for start, end in pairwise(way):
        if day <= end.on:
            done = (day - start.on).days / max((end.on - start.on).days, 1)
            return float(start.value) + done * float(end.value - start.value)
    return float(way[-1].value)


def _required(goal: Goal, latest: Point) -> float | None:
    if goal.due is None or goal.due <= latest.on:
        return None
    return float(goal.aim(latest.value) - latest.value) / quarters(latest.on, goal.due)


def _gap_closed(goal: Goal, value: Decimal) -> float | None:
    if goal.baseline is None:
        return None
    aim = goal.aim(goal.baseline.value)
    if aim == goal.baseline.value:
        return None
    return float(100 * (value - goal.baseline.value) / (aim - goal.baseline.value))


def _within(unit: Unit, value: float) -> float:
    return unit_rules(unit).projected(value)


def _met_on(goal: Goal, latest: Point, line: Line | None, is_met: bool) -> dt.date | None:
    if line is None or is_met:
        return None
    aim = goal.aim(latest.value)
    if line.slope * float(aim - latest.value) <= 0:
        return None
    day = line.reaches(float(aim))
    return None if day is None else max(day, latest.on)


def _status(
    goal: Goal,
    points: Sequence[Point],
    on: dt.date,
    limits: Group | None,
    is_met: bool,
    expected: float | None,
    required: float | None,
    line: Line | None,
) -> tuple[TargetStatus, str]:
    """The first status that holds, and what it adds to the sentence."""
    latest = points[-1]
    if is_met:
        return _met(goal, latest, limits)
    before = [point for point in points[:-1] if goal.is_met_by(point.value)]
    if before:
        return TargetStatus.LOST, f"it was met in the period to {long_date(before[-1].on)}"
    if goal.due is not None and goal.due < on:
        return TargetStatus.MISSED, "the date has passed"
    if expected is not None and goal.is_better_or_equal(latest.value, expected):
        return TargetStatus.ON_TRACK, f"the trajectory expects {sentences.number(goal.unit, expected)} by now"
    slope = line.slope if line else _since_baseline(goal, latest)
    if slope is None or not required:
        return TargetStatus.NOT_ASSESSABLE, f"progress cannot be assessed: {_why_not(goal, points, slope)}"
    pace = slope / required
    words = (
        f"{sentences.change(goal.unit, slope)} a quarter; {sentences.change(goal.unit, required)} a quarter is needed"
    )
    if pace >= ENOUGH_PACE:
        return TargetStatus.ON_TRACK, words
    if pace >= SOME_PACE:
        return TargetStatus.ACCELERATE, words
    return (TargetStatus.LIMITED if pace >= 0 else TargetStatus.DETERIORATING), words


def _met(goal: Goal, latest: Point, limits: Group | None) -> tuple[TargetStatus, str]:
    """Met for sure where the whole interval of the latest figure meets the goal, or both firm process limits do.

    Where there is neither, it is simply met.
    """
    lower: Decimal | Fraction
    upper: Decimal | Fraction
    if (interval := latest.interval) is not None:
        name, lower, upper = "95% confidence interval", Decimal(interval.lower), Decimal(interval.upper)
    elif limits is not None and limits.is_firm:
        name, lower, upper = "process limits", limits.lower, limits.upper
    else:
        return TargetStatus.MET, ""
    if goal.is_met_by(lower) and goal.is_met_by(upper):
        return TargetStatus.MET, ""
    both = f"{sentences.number(goal.unit, float(lower))} to {sentences.number(goal.unit, float(upper))}"
    verb = "reach" if name.endswith("s") else "reaches"
    return TargetStatus.MET_AT_RISK, f"at risk, because its {name}, {both}, {verb} past it"


def _since_baseline(goal: Goal, latest: Point) -> float | None:
    """The change for each quarter since the baseline, where there are too few figures for a line."""
    if goal.baseline is None or goal.baseline.on >= latest.on:
        return None
    return float(latest.value - goal.baseline.value) / quarters(goal.baseline.on, latest.on)


def _why_not(goal: Goal, points: Sequence[Point], slope: float | None) -> str:
    if slope is None:
        return "only one figure" if len(points) == 1 else "too few figures in the last eight quarters"
    return "the target has no date" if goal.due is None else "no time is left"
