"""What a target asks for, and what a value means to it. Pure; compares exact decimals, never rounded ones."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

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
