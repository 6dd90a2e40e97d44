"""What an XmR chart shows: points, limits, a target, and the words around them."""

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum

from schema.enumerations import Unit


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
class TargetLine:
    """The target's value for each point, None where none was in force, and what it asks for in words.

    `uppers` are the upper bounds of a target that asks for a value between two.
    """

    values: tuple[float | None, ...]
    words: str
    uppers: tuple[float | None, ...] = ()

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
    # Whether each point has limits of its own, by its denominator, so that they step from one to the next.
    is_stepped: bool = False

    @property
    def shown(self) -> list[float]:
        """The values of its points and of its target."""
        bounds = self.target.bounds if self.target else ()
        return [point.value for point in self.points] + [each for line in bounds for each in line if each is not None]

    @property
    def edges(self) -> tuple[float, float]:
        """The least and the most to draw: no limit is drawn below 0 or above 100% unless figures are there too."""
        least, most = min(self.shown, default=0.0), max(self.shown, default=0.0)
        if self.unit is Unit.PERCENT:
            return min(0.0, least), max(100.0, most)
        return 0.0 if least >= 0 else -math.inf, math.inf
