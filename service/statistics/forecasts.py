"""The straight line through a series that no single figure can pull away: Theil (1950), Sen (1968)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from service.statistics.points import DAYS_IN_QUARTER, Point, quarters

# The slope is taken over the last eight quarters, and over figures of three days at least.
QUARTERS_OBSERVED = 8
FEWEST_OBSERVED = 3


@dataclass(frozen=True)
class Line:
    """A straight line through points; `slope` is for a quarter, `origin` the day at which it has the value `level`."""

    slope: float
    level: float
    origin: dt.date

    def at(self, day: dt.date) -> float:
        """The line's value on a day."""
        return self.level + self.slope * quarters(self.origin, day)

    def reaches(self, value: float) -> dt.date | None:
        """The day on which it has a value; None for a flat line or a day that no calendar has."""
        if self.slope == 0:
            return None
        try:
            return self.origin + dt.timedelta(days=(value - self.level) / self.slope * DAYS_IN_QUARTER)
        except OverflowError:
            return None


def theil_sen(points: Sequence[Point]) -> Line | None:
    """The line of the median slope through the last eight quarters; None with fewer than three days among them."""
    last = points[-1].on
    recent = [point for point in points if quarters(point.on, last) <= QUARTERS_OBSERVED]
    if len({point.on for point in recent}) < FEWEST_OBSERVED:
        return None
    slopes = [
        float(other.value - one.value) / quarters(one.on, other.on)
        for at, one in enumerate(recent)
        for other in recent[at + 1 :]
        if other.on != one.on
    ]
    slope = median(slopes)
    level = median(float(point.value) - slope * quarters(last, point.on) for point in recent)
    return Line(slope, level, last)
