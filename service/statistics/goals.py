"""What a target asks for, and what a value means to it. Pure; compares exact decimals, never rounded ones."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from schema.alike import is_same_length
from schema.computed_inputs.targets import Stay, TargetHistory, TargetRevision
from schema.enumerations import Comparator, Counts, TargetKind, Unit
from schema.periods import Period, financial_year
from schema.units import accumulates
from service.statistics.lengths import AS_LONG_AS, between
from service.statistics.points import Point

_MORE = {Comparator.AT_LEAST, Comparator.MORE_THAN}
_LESS = {Comparator.AT_MOST, Comparator.LESS_THAN}
_APRIL = 4

# A number that is compared without rounding.
Exact = Decimal | Fraction


@dataclass(frozen=True)
class Goal:
    """What a target asks for. `milestones` are due before `due`, soonest first; `counts` is how its metric counts."""

    comparator: Comparator
    value: Decimal
    unit: Unit
    upper_value: Decimal | None = None
    baseline: Point | None = None
    due: dt.date | None = None
    milestones: tuple[Point, ...] = ()
    start: dt.date | None = None
    kind: TargetKind = TargetKind.HOLD
    counts: Counts = Counts.AT_DATE
    # A period as long as those whose figures it judges; None: it judges figures of every length.
    length: Period | None = None
    # How many members have to meet it: so many, or a percentage; without either all.
    members_needed: int | None = None
    members_needed_percent: Decimal | None = None

    def is_met_by(self, value: Exact) -> bool:
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

    def judges(self, point: Point) -> bool:
        """Whether a figure counts towards it: of its length, after its start, and not of another year's count.

        A period has to end after the start. One of what adds up over days has to begin on or after it too: a quarter
        that begins before the start counts events of the time before. For a share, a level or staff the days before
        the last one say nothing, so where such a period begins does not matter.
        """
        if not self.is_as_long(point) or (self.start is not None and point.on <= self.start):
            return False
        if self.counts is Counts.YEAR_TO_DATE and self.due is not None:
            return financial_year(point.on) == financial_year(self.due)
        begins_before = self.start is not None and point.starts is not None and point.starts < self.start
        return not (begins_before and self.counts is Counts.OVER_PERIOD and accumulates(self.unit, self.counts))

    def is_as_long(self, point: Point) -> bool:
        """Whether a figure's period is as long as those that it judges."""
        if self.length is None or point.starts is None:
            return True
        return is_same_length(self.length, between(point.starts, point.on))

    def needed_of(self, members: int) -> int:
        """How many of so many members have to meet it."""
        if self.members_needed_percent is not None:
            return math.ceil(self.members_needed_percent * members / 100)
        return members if self.members_needed is None else self.members_needed

    @property
    def is_decided_when_due(self) -> bool:
        """Whether the last figure by its due date decides for ever."""
        return self.due is not None and (self.kind is TargetKind.REACH or accumulates(self.unit, self.counts))

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

    def is_better_or_equal(self, value: Decimal, other: Exact) -> bool:
        """Whether a value is as near to the goal as another, or nearer or past it."""
        if self.comparator in _MORE:
            return value >= other
        if self.comparator in _LESS:
            return value <= other
        exact, aim = Fraction(other), Fraction(self.aim(value))
        return abs(Fraction(value) - aim) <= abs(exact - aim)

    def expected_on(self, day: dt.date) -> Fraction | None:
        """What the way from the baseline over the milestones to the goal asks for on a day; None before it begins."""
        if self.due is None:
            return None
        way = [*([self.baseline] if self.baseline else []), *self.milestones]
        if not way or day < way[0].on:
            return None
        way.append(Point(self.due, self.aim(way[0].value)))
        for start, end in pairwise(way):
            if day <= end.on:
                done = Fraction((day - start.on).days, max((end.on - start.on).days, 1))
                return Fraction(start.value) + done * Fraction(end.value - start.value)
        return Fraction(way[-1].value)


@dataclass(frozen=True)
class Goals:
    """What a target asked for, each with the day from which it counted, in the order in which they were set.

    `days` are those on which an inherited target is in force; None: it was set, and is in force on every day.
    """

    dated: tuple[tuple[dt.date, Goal], ...]
    days: tuple[Stay, ...] | None = None

    def on(self, day: dt.date) -> Goal:
        """What it asked for on a day: what was set last for that day. Before it first counted, what it asked first."""
        first = min(since for since, _ in self.dated)
        return next(goal for since, goal in reversed(self.dated) if since <= max(day, first))

    def since(self, day: dt.date) -> dt.date | None:
        """The day from which it asked for what it asked on a day. What it asked first counts from its start, if any."""
        first = min(since for since, _ in self.dated)
        since, goal = next(each for each in reversed(self.dated) if each[0] <= max(day, first))
        return goal.start if since == first else since

    def is_in_force(self, day: dt.date) -> bool:
        """Whether it is its organisation's target on a day."""
        return self.days is None or any(stay.has(day) for stay in self.days)

    def judges(self, point: Point) -> bool:
        """Whether a figure counts towards what it asked for on the last day of the figure's period."""
        return self.is_in_force(point.on) and self.on(point.on).judges(point)


def always(goal: Goal) -> Goals:
    """A goal that was never changed."""
    return Goals(((dt.date.min, goal),))


def judging(targets: Iterable[Goals], point: Point) -> Goals | None:
    """Of several targets the one that judges a figure: of those it counts towards, the one that is due next.

    After all due dates it is the one due last of those that must be held; what was decided then judges nothing more.
    """
    mine = [(each.on(point.on), each) for each in targets if each.judges(point)]
    ahead = [each for each in mine if each[0].due is None or each[0].due >= point.on]
    held = [each for each in mine if not each[0].is_decided_when_due]
    found = min(ahead, key=_due, default=None) or max(held, key=_due, default=None)
    return None if found is None else found[1]


def _due(dated: tuple[Goal, Goals]) -> dt.date:
    return dated[0].due or dt.date.max


def goals_of(history: TargetHistory, unit: Unit, counts: Counts, usual: Period | None = None) -> Goals:
    """What a target asked for over time, for a metric of a unit that counts in a way.

    A target judges figures of one length: its own, or that of the `usual` period of its series.
    """
    return Goals(
        tuple((revision.counts_from, _goal(revision, history, unit, counts, usual)) for revision in history.revisions),
        history.days,
    )


def _goal(revision: TargetRevision, history: TargetHistory, unit: Unit, counts: Counts, usual: Period | None) -> Goal:
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
        start=_start(revision, history.due_before, counts),
        kind=revision.kind,
        counts=counts,
        length=usual if revision.frequency is None else AS_LONG_AS[revision.frequency],
        members_needed=revision.members_needed,
        members_needed_percent=revision.members_needed_percent,
    )


def _start(revision: TargetRevision, due_before: dt.date | None, counts: Counts) -> dt.date | None:
    """Its own start, its baseline's date, the due date of the target before it, or 1 April of a count of that year."""
    if revision.start is not None or revision.baseline_on is not None:
        return revision.start or revision.baseline_on
    if revision.due is None:
        return None
    if due_before is not None and due_before < revision.due:
        return due_before
    return dt.date(financial_year(revision.due), _APRIL, 1) if counts is Counts.YEAR_TO_DATE else None
