"""What an XmR chart shows: points, limits, a target, and the words around them."""

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
    """One figure; `value` in the metric's unit. A corrected one was published more than once."""

    label: str
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
    """A whole chart. `description` says in words what it shows, for people who cannot see it."""

    title: str
    subtitle: str
    description: str
    unit: Unit
    decimals: int
    points: tuple[ChartPoint, ...]
    limits: tuple[LimitLine, ...] = ()
    recalculations: tuple[Recalculation, ...] = ()
    target: TargetLine | None = None
