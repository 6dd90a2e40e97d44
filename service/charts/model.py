"""What an XmR chart shows: points, limits, a target, and the words around them."""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from schema.enumerations import Unit

# How far a chart may look ahead, even where its figures go back less.
_LEAST_AHEAD = dt.timedelta(days=366)


class Look(StrEnum):
    """How a point looks: by shape as well as by colour."""

    COMMON = "common cause"
    IMPROVEMENT = "special cause, improvement"
    CONCERN = "special cause, concern"
    NEUTRAL = "special cause, neither better nor worse"


@dataclass(frozen=True)
class ChartPoint:
    """One figure of a period that ends `on` a day, in the metric's unit. A corrected one was published again."""

    label: str
    on: dt.date
    value: float
    look: Look = Look.COMMON
    is_corrected: bool = False


@dataclass(frozen=True)
class LimitLine:
    """Mean and limits of the points from `first` to `last`, both inclusive, by index."""

    first: int
    last: int
    mean: float
    lower: float
    upper: float
    is_trial: bool


@dataclass(frozen=True)
class Recalculation:
    """Limits are recalculated from the point `first` on, by index, with the reason."""

    first: int
    reason: str


@dataclass(frozen=True)
class Milestone:
    """A value that a target asks for by a day, and both in words: "94%" and "94% by 30 June 2025"."""

    on: dt.date
    value: float
    label: str
    words: str


@dataclass(frozen=True)
class TargetLine:
    """The target's value for each point, None where none was in force, and what it asks for in words.

    `uppers` are the upper bounds of a target that asks for a value between two. `steps` are the days on which the value
    changes, one for each point: the day since the point before on which its own value began to count. None where no
    such day is known: the line then steps half-way. `milestones` are the values to reach on the way, soonest first, and
    the target's own value last. `baseline` is where that way begins.
    """

    values: tuple[float | None, ...]
    words: str
    uppers: tuple[float | None, ...] = ()
    steps: tuple[dt.date | None, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    baseline: tuple[dt.date, float] | None = None

    @property
    def bounds(self) -> tuple[tuple[float | None, ...], ...]:
        """Each line to draw."""
        return tuple(line for line in (self.values, self.uppers) if line)


@dataclass(frozen=True)
class Chart:
    """A whole chart. `description` says in words what it shows, for people who cannot see it.

    `gaps` are the points, by index, before which periods are missing; `notes` are sentences below the picture.
    """

    title: str
    subtitle: str
    description: str
    unit: Unit
    decimals: int
    points: tuple[ChartPoint, ...]
    limits: tuple[LimitLine, ...] = ()
    recalculations: tuple[Recalculation, ...] = ()
    target: TargetLine | None = None
    gaps: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> list[float]:
        """The values of its points and of its target."""
        bounds = self.target.bounds if self.target else ()
        lines = [each for line in bounds for each in line if each is not None]
        way = [value for stretch in self.way for _, value in stretch]
        return [point.value for point in self.points] + lines + [each.value for each in self.milestones] + way

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Those of its target that are within the days that it shows."""
        found = self.target.milestones if self.target and self.points else ()
        return tuple(each for each in found if self.points[0].on <= each.on <= self.ends)

    @property
    def way(self) -> list[tuple[tuple[dt.date, float], ...]]:
        """The stretches between its target's baseline, milestones and value, as far as it shows their days."""
        if self.target is None or not self.points:
            return []
        start = [self.target.baseline] if self.target.baseline else []
        way = [*start, *((each.on, each.value) for each in self.target.milestones)]
        stretches = (_within(*pair, self.points[0].on, self.ends) for pair in pairwise(way))
        return [stretch for stretch in stretches if stretch]

    @property
    def ends(self) -> dt.date:
        """The last day that it shows: that of the last point, or of a later milestone.

        What is still to come has no more room than what has been, or than a year where that is more.
        """
        first, last = self.points[0].on, self.points[-1].on
        room = max(last - first, _LEAST_AHEAD)
        ahead = [each.on for each in self.target.milestones if each.on - last <= room] if self.target else []
        return max(ahead, default=last) if ahead and max(ahead) > last else last

    @property
    def edges(self) -> tuple[float, float]:
        """The least and the most to draw: no limit is drawn below 0 or above 100% unless figures are there too."""
        least, most = min(self.shown, default=0.0), max(self.shown, default=0.0)
        if self.unit is Unit.PERCENT:
            return min(0.0, least), max(100.0, most)
        return 0.0 if least >= 0 else -math.inf, math.inf


def _within(
    one: tuple[dt.date, float], other: tuple[dt.date, float], first: dt.date, last: dt.date
) -> tuple[tuple[dt.date, float], ...]:
    """The part of a straight stretch that is between two days; empty where none is."""
    start, end = max(one[0], first), min(other[0], last)
    if start >= end:
        return ()
    slope = (other[1] - one[1]) / (other[0] - one[0]).days
    return tuple((day, one[1] + slope * (day - one[0]).days) for day in (start, end))
