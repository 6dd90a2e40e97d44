"""What a target asks for, and what a value means to it. Pure; compares exact decimals, never rounded ones."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from schema.computed_inputs.targets import TargetHistory, TargetRevision
from schema.enumerations import Comparator, Unit
from service.statistics.points import Point

_MORE = {Comparator.AT_LEAST, Comparator.MORE_THAN}
_LESS = {Comparator.AT_MOST, Comparator.LESS_THAN}


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

    def is_met_by(self, value: Decimal | Fraction) -> bool:
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


def goals_by_date(history: TargetHistory, unit: Unit) -> tuple[tuple[dt.date, Goal], ...]:
    """What a target asked for from each date on which it was set or changed, oldest first."""
    return tuple((revision.recorded_on, _goal(revision, history, unit)) for revision in history.revisions)


def goal_in_force(goals: Sequence[tuple[dt.date, Goal]], on: dt.date) -> Goal:
    """What a target asked for on a date; before it was first set, what it asked for first."""
    by_then = [goal for date, goal in goals if date <= on]
    return by_then[-1] if by_then else goals[0][1]


def _goal(revision: TargetRevision, history: TargetHistory, unit: Unit) -> Goal:
    baseline = None
    if revision.baseline is not None and revision.baseline_on is not None:
        baseline = Point(revision.baseline_on, revision.baseline)
    return Goal(
        comparator=revision.comparator,
        value=revision.value,
        unit=unit,
        upper_value=revision.upper_value,
        baseline=baseline,
        due=revision.due,
        milestones=tuple(
            Point(each.due, each.value) for each in history.milestones if each.revision == revision.revision
        ),
    )
