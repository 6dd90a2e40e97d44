"""A target and its figures become progress: is it met, how far is it, is it on its way, and the reason in words.

Source: the method's section on progress towards a target; the slope is that of Theil (1950) and Sen (1968). Nothing
here raises or gives NaN on a flat series, a zero target, a baseline equal to the target, one figure or none.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from schema.enumerations import Comparator, TargetStatus, Unit
from schema.periods import long_date

DAYS_IN_QUARTER = 365.25 / 4
# The slope is taken over the last eight quarters, and over three figures at least.
QUARTERS_OBSERVED = 8
FEWEST_OBSERVED = 3
ENOUGH_PACE = 0.95
SOME_PACE = 0.60

_MORE = {Comparator.AT_LEAST, Comparator.MORE_THAN}
_LESS = {Comparator.AT_MOST, Comparator.LESS_THAN}
_WORDS = {
    Comparator.AT_LEAST: "at least {}",
    Comparator.MORE_THAN: "more than {}",
    Comparator.AT_MOST: "at most {}",
    Comparator.LESS_THAN: "less than {}",
    Comparator.EXACTLY: "exactly {}",
}


@dataclass(frozen=True)
class Point:
    """One figure of a series: when its period ends, and its value in the metric's unit."""

    on: dt.date
    value: Decimal


@dataclass(frozen=True)
class Goal:
    """What a target asks for. `milestones` are due before `due`, soonest first."""

    comparator: Comparator
    value: Decimal
    unit: Unit
    upper_value: Decimal | None = None
    baseline: Point | None = None
    due: dt.date | None = None
    milestones: tuple[Point, ...] = ()

    def is_met_by(self, value: Decimal) -> bool:
        """Whether a value meets it; 90 does not meet more than 90."""
        match self.comparator:
            case Comparator.AT_LEAST:
                return value >= self.value
            case Comparator.MORE_THAN:
                return value > self.value
            case Comparator.AT_MOST:
                return value <= self.value
            case Comparator.LESS_THAN:
                return value < self.value
            case Comparator.EXACTLY:
                return value == self.value
            case _:
                return self.value <= value <= self.upper

    @property
    def upper(self) -> Decimal:
        """The upper bound of BETWEEN; of all others the value."""
        return self.value if self.upper_value is None else self.upper_value

    def aim(self, value: Decimal) -> Decimal:
        """The bound that a value has to reach: the nearer one of BETWEEN."""
        return self.upper if value > self.upper else self.value

    def gap(self, value: Decimal) -> Decimal:
        """The distance still to go; 0 or less when met."""
        if self.comparator in _MORE:
            return self.value - value
        if self.comparator in _LESS:
            return value - self.value
        return max(self.value - value, value - self.upper, Decimal(0))

    def is_better_or_equal(self, value: Decimal, other: float) -> bool:
        """Whether a value is as near to the goal as another, or nearer or past it."""
        if self.comparator in _MORE:
            return float(value) >= other
        if self.comparator in _LESS:
            return float(value) <= other
        return abs(value - self.aim(value)) <= abs(Decimal(other) - self.aim(value))


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


@dataclass(frozen=True)
class Line:
    """A straight line through points; `slope` is for a quarter, `origin` the day at which it has the value `level`."""

    slope: float
    level: float
    origin: dt.date

    def at(self, day: dt.date) -> float:
        """The line's value on a day."""
        return self.level + self.slope * _quarters(self.origin, day)

    def reaches(self, value: float) -> dt.date | None:
        """The day on which it has a value; None for a flat line or a day that no calendar has."""
        if self.slope == 0:
            return None
        try:
            return self.origin + dt.timedelta(days=(value - self.level) / self.slope * DAYS_IN_QUARTER)
        except OverflowError:
            return None


def assess(goal: Goal, points: Sequence[Point], *, on: dt.date) -> Progress:
    """How a goal stands on a day, by the figures known then, oldest first; the latest is judged.

    Without figures the status is NO_DATA. A goal that is not met, with one figure and no baseline, is
    NOT_ASSESSABLE before its due date.
    """
    if not points:
        return Progress(TargetStatus.NO_DATA, f"No figure is published against {_target(goal)}.")
    latest = points[-1]
    is_met = goal.is_met_by(latest.value)
    line = theil_sen(points)
    expected = expected_on(goal, latest.on)
    required = _required(goal, latest)
    status, because = _status(goal, points, on, is_met, expected, required, line)
    return Progress(
        status=status,
        reason=_sentence(goal, latest.value, is_met, because),
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


def theil_sen(points: Sequence[Point]) -> Line | None:
    """The line of the median slope through the last eight quarters; None with fewer than three days among them."""
    last = points[-1].on
    recent = [point for point in points if _quarters(point.on, last) <= QUARTERS_OBSERVED]
    if len({point.on for point in recent}) < FEWEST_OBSERVED:
        return None
    slopes = [
        float(other.value - one.value) / _quarters(one.on, other.on)
        for at, one in enumerate(recent)
        for other in recent[at + 1 :]
        if other.on != one.on
    ]
    slope = median(slopes)
    level = median(float(point.value) - slope * _quarters(last, point.on) for point in recent)
    return Line(slope, level, last)


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


def of_rows(inputs: Mapping[str, Any], figures: Sequence[int | None]) -> list[Progress]:
    """The progress of a target for each of some figures, by id, from the columns that the statement brings.

    A figure that is None stands for the target's latest figure by a day on which there was none. The day of a
    figure in the past is the end of its period: only what was known by then counts.
    """
    goal = _goal(inputs)
    rows = [(row, Point(dt.date.fromisoformat(on), _decimal(value))) for row, on, value in inputs["points"] or ()]
    ids = [row for row, _ in rows]
    points = [point for _, point in rows]
    found = []
    for figure in figures:
        until = points[: ids.index(figure) + 1] if figure is not None else []
        day = dt.date.fromisoformat(inputs["asOf"]) if inputs["asOf"] else until[-1].on
        found.append(assess(goal, until, on=day))
    return found


def _goal(inputs: Mapping[str, Any]) -> Goal:
    target = inputs["target"]
    baseline = None
    if target["baseline"] is not None:
        baseline = Point(dt.date.fromisoformat(target["baseline_on"]), _decimal(target["baseline"]))
    return Goal(
        comparator=Comparator(target["comparator"]),
        value=_decimal(target["value"]),
        unit=Unit(inputs["metric"]["unit"]),
        upper_value=None if target["upper_value"] is None else _decimal(target["upper_value"]),
        baseline=baseline,
        due=dt.date.fromisoformat(target["due"]) if target["due"] else None,
        milestones=tuple(Point(dt.date.fromisoformat(on), _decimal(value)) for on, value in inputs["milestones"] or ()),
    )


def _decimal(value: float) -> Decimal:
    # The shortest text of a float is the text that it came from: 69.57 stays 69.57.
    return Decimal(repr(value))


def _quarters(start: dt.date, end: dt.date) -> float:
    return (end - start).days / DAYS_IN_QUARTER


def _required(goal: Goal, latest: Point) -> float | None:
    if goal.due is None or goal.due <= latest.on:
        return None
    return float(goal.aim(latest.value) - latest.value) / _quarters(latest.on, goal.due)


def _gap_closed(goal: Goal, value: Decimal) -> float | None:
    if goal.baseline is None:
        return None
    aim = goal.aim(goal.baseline.value)
    if aim == goal.baseline.value:
        return None
    return float(100 * (value - goal.baseline.value) / (aim - goal.baseline.value))


def _within(unit: Unit, value: float) -> float:
    return min(max(value, 0.0), 100.0) if unit is Unit.PERCENT else value


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
    is_met: bool,
    expected: float | None,
    required: float | None,
    line: Line | None,
) -> tuple[TargetStatus, str]:
    """The first status that holds, and what it adds to the sentence."""
    latest = points[-1]
    if is_met:
        return TargetStatus.MET, ""
    before = [point for point in points[:-1] if goal.is_met_by(point.value)]
    if before:
        return TargetStatus.LOST, f"it was met in the period to {long_date(before[-1].on)}"
    if goal.due is not None and goal.due < on:
        return TargetStatus.MISSED, "the date has passed"
    if expected is not None and goal.is_better_or_equal(latest.value, expected):
        return TargetStatus.ON_TRACK, f"the trajectory asks for {_number(goal.unit, expected)} by now"
    if line is None:
        return TargetStatus.NOT_ASSESSABLE, f"whether that is on track cannot be said: {_too_few(points)}"
    if not required:
        return TargetStatus.NOT_ASSESSABLE, "whether that is on track cannot be said: no time is left to reckon with"
    pace = line.slope / required
    words = f"{_change(goal.unit, line.slope)} a quarter where {_change(goal.unit, required)} is needed"
    if pace >= ENOUGH_PACE:
        return TargetStatus.ON_TRACK, words
    if pace >= SOME_PACE:
        return TargetStatus.ACCELERATE, words
    return (TargetStatus.LIMITED if pace >= 0 else TargetStatus.DETERIORATING), words


def _too_few(points: Sequence[Point]) -> str:
    return "only one figure" if len(points) == 1 else f"only {len(points)} figures for the last eight quarters"


def _sentence(goal: Goal, value: Decimal, is_met: bool, because: str) -> str:
    start = f"{_number(goal.unit, value)} against {_target(goal)}"
    gap = goal.gap(value)
    if is_met:
        found = "met"
    elif gap == 0:
        found = f"not met, since {_number(goal.unit, value)} itself is not enough"
    else:
        found = f"{_distance(goal.unit, gap)} to go"
    return f"{start}: {found}" + (f"; {because}." if because else ".")


def _target(goal: Goal) -> str:
    if goal.comparator is Comparator.BETWEEN:
        words = f"{_number(goal.unit, goal.value)} to {_number(goal.unit, goal.upper)}"
    elif goal.comparator is Comparator.AT_LEAST and goal.unit is Unit.PERCENT and goal.value == 100:
        words = "100%"
    else:
        words = _WORDS[goal.comparator].format(_number(goal.unit, goal.value))
    return f"a target of {words}" + (f" by {long_date(goal.due)}" if goal.due else "")


def _number(unit: Unit, value: Decimal | float) -> str:
    text = _plain(value)
    return {
        Unit.PERCENT: f"{text}%",
        Unit.RATE_PER_100000: f"{text} per 100,000",
        Unit.FTE: f"{text} FTE",
        Unit.YES_NO: "yes" if value else "no",
    }.get(unit, text)


def _distance(unit: Unit, gap: Decimal) -> str:
    text = _plain(gap)
    if unit in {Unit.PERCENT, Unit.SCORE}:
        return f"{text} point{'' if text == '1' else 's'}"
    return _number(unit, gap) if unit is not Unit.YES_NO else text


def _change(unit: Unit, value: float) -> str:
    text = f"{'+' if value >= 0 else '−'}{_plain(abs(value))}"
    return f"{text} points" if unit in {Unit.PERCENT, Unit.SCORE} else text


def _plain(value: Decimal | float) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
