"""The straight line through a series that no single figure can pull away: Theil (1950), Sen (1968)."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from schema.enumerations import Unit
from schema.units import unit_rules
from service.statistics.points import Point, apart, day_after, place, quarters

# The slope is taken over the last eight quarters, and over figures of three days at least.
QUARTERS_OBSERVED = 8
FEWEST_OBSERVED = 3
FEWEST_FOR_FORECAST = 4
# No calendar has a day so many quarters away.
_FURTHEST = 40_000
# A median absolute deviation is this much smaller than the standard deviation of a normal distribution. 95 % of its
# values are within 1.96 standard deviations of the mean.
_DEVIATIONS, _NINETY_FIVE = 1.4826, 1.96


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
        ahead = (value - self.level) / self.slope
        return day_after(self.origin, ahead) if abs(ahead) < _FURTHEST else None


def theil_sen(points: Sequence[Point]) -> Line | None:
    """The line of the median slope through the last eight quarters; None with fewer than three days among them."""
    if not points:
        return None
    return _through(points[-1].on, _recent(points))


def _through(last: dt.date, recent: Sequence[Point]) -> Line | None:
    """The line through all of some points, up to the last day; None with fewer than three days among them."""
    if len({point.on for point in recent}) < FEWEST_OBSERVED:
        return None
    placed = [(place(point.on), point.value) for point in recent]
    slopes = [
        float(other - one) / apart(before, after)
        for at, (before, one) in enumerate(placed)
        for after, other in placed[at + 1 :]
        # 28 and 29 February are two days in one place.
        if before != after
    ]
    slope, origin = median(slopes), place(last)
    level = median(float(value) - slope * apart(origin, at) for at, value in placed)
    return Line(slope, level, last)


@dataclass(frozen=True)
class Forecast:
    """The value of a line on a later date, in the metric's unit, with its limits."""

    on: dt.date
    value: float
    lower: float
    upper: float


def forecast(points: Sequence[Point], days: Sequence[dt.date], unit: Unit) -> list[Forecast]:
    """The Theil–Sen line extended to days, soonest first; none with fewer than four points in the last eight quarters.

    The limits are those of a 95 % prediction interval: the spread of the residuals, by their median absolute deviation
    (by their root mean square where that is 0), wider the further a day is from the middle of the points. A percentage
    is kept within 0 to 100.
    """
    recent = _recent(points)
    line = _through(points[-1].on, recent) if recent else None
    if line is None or len(recent) < FEWEST_FOR_FORECAST:
        return []
    places = [quarters(line.origin, point.on) for point in recent]
    residuals = [
        abs(float(point.value) - (line.level + line.slope * ahead)) for point, ahead in zip(recent, places, strict=True)
    ]
    # Where more than half of the points lie on the line itself, the median sees no spread; the mean square does.
    spread = _DEVIATIONS * median(residuals) or math.sqrt(sum(each * each for each in residuals) / len(residuals))
    middle = sum(places) / len(places)
    around = sum((place - middle) ** 2 for place in places)
    lines, kept = [], unit_rules(unit).projected
    for day in days:
        ahead = quarters(line.origin, day)
        away = (ahead - middle) ** 2
        half = _NINETY_FIVE * spread * math.sqrt(1 + 1 / len(recent) + (away / around if around else 0))
        value = line.level + line.slope * ahead
        lines.append(Forecast(day, kept(value), kept(value - half), kept(value + half)))
    return lines


def _recent(points: Sequence[Point]) -> list[Point]:
    """The points of the last eight quarters."""
    if not points:
        return []
    last = place(points[-1].on)
    return [point for point in points if apart(place(point.on), last) <= QUARTERS_OBSERVED]
