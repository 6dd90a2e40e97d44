"""What a target is judged by on a day: the figures that count towards it, and the one that decides."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from schema.enumerations import Counts
from schema.periods import financial_year
from service.statistics.goals import Goal, Goals
from service.statistics.points import Point, printed


@dataclass(frozen=True)
class Evidence:
    """What a target is judged by on a day.

    `judged` are the figures that count towards it, oldest first; `point` is the one that decides, and `goal` what the
    target asked for on the last day of its period.
    """

    goals: Goals
    on: dt.date
    judged: Sequence[Point]
    # What the deciding figure is compared with: the series until then, of the same kind of count.
    series: Sequence[Point]
    point: Point
    goal: Goal

    def is_met_by(self, point: Point) -> bool:
        """Whether a figure met what the target asked for then."""
        return self.goals.on(point.on).is_met_by(point.value)

    @property
    def is_met(self) -> bool:
        """Whether the deciding figure meets the target."""
        return self.goal.is_met_by(self.point.value)

    @property
    def is_over(self) -> bool:
        """Whether the due date has passed."""
        return self.goal.due is not None and self.goal.due < self.on

    @property
    def is_decided(self) -> bool:
        """Whether it is decided for ever."""
        return self.is_over and self.goal.is_decided_when_due

    @property
    def is_met_in_time(self) -> bool:
        """Whether it was met by the due date; what is decided on that day, by the last figure until then."""
        in_time = [each for each in self.judged if self.goal.due is None or each.on <= self.goal.due]
        return any(map(self.is_met_by, in_time[-1:] if self.goal.is_decided_when_due else in_time))

    @property
    def met_late(self) -> Point | None:
        """The first figure after the due date that meets the target."""
        due = self.goal.due
        return next((each for each in self.judged if due is not None and each.on > due and self.is_met_by(each)), None)

    @property
    def last_met_before(self) -> Point | None:
        """The latest figure before the deciding one that met the target."""
        return next((each for each in reversed(self.before) if self.is_met_by(each)), None)

    @cached_property
    def before(self) -> Sequence[Point]:
        """The figures that count towards it before the one that decides, oldest first."""
        return self.judged[: self.judged.index(self.point)]

    @cached_property
    def milestones(self) -> Sequence[tuple[Point, bool]]:
        """The milestones that are due, each with whether it was met on its day, by the last figure until then."""
        due = [each for each in self.goal.milestones if each.on <= self.point.on]
        return [(each, self.goal.is_better_or_equal(self._figure_for(each).value, each.value)) for each in due]

    @property
    def missed_milestone(self) -> Point | None:
        """The latest milestone that is due and was missed."""
        return next((each for each, is_met in reversed(self.milestones) if not is_met), None)

    @cached_property
    def printed(self) -> Decimal:
        """The deciding value as it was published, or with as many decimals as say the same as the exact value."""
        return printed(self.point, self._says)

    def _says(self, value: Decimal) -> tuple[bool, bool]:
        """Whether a value meets the target, and the milestone that the figure is judged by."""
        milestone = self.missed_milestone
        is_judged = milestone is not None and self._figure_for(milestone) is self.point
        meets = milestone is not None and is_judged and self.goal.is_better_or_equal(value, milestone.value)
        return self.goal.is_met_by(value), meets

    def _figure_for(self, milestone: Point) -> Point:
        by_then = [each for each in self.judged if each.on <= milestone.on]
        return by_then[-1] if by_then else self.judged[0]


def evidence_on(goals: Goals, points: Sequence[Point], on: dt.date) -> Evidence | None:
    """What a target is judged by on a day, of the figures of its series, oldest first; None where none counts.

    The latest figure decides. What is decided on the due date is decided by the last figure until then, if any.
    """
    known = [each for each in points if each.on <= on]
    judged = [each for each in known if goals.judges(each)]
    if not judged:
        return None
    point = judged[-1]
    goal = goals.on(point.on)
    if goal.is_decided_when_due and goal.due is not None:
        point = next((each for each in reversed(judged) if each.on <= goal.due), point)
        goal = goals.on(point.on)
    series = [each for each in known if each.on <= point.on and _is_like(each, point, goal)]
    return Evidence(goals, on, judged, series, point, goal)


def _is_like(one: Point, other: Point, goal: Goal) -> bool:
    """Whether two figures can be on one line: of one length, and a count from 1 April with one of the same year."""
    is_same_year = financial_year(one.on) == financial_year(other.on)
    return goal.is_as_long(one) and (goal.counts is not Counts.YEAR_TO_DATE or is_same_year)
