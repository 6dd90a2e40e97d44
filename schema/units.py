"""The facts about each unit, in one table: what a value can be, how it is made, compared and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schema.decimals import rounded
from schema.enumerations import Unit


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """The facts about one unit. `name` starts a sentence; `axis` is the words for a chart."""

    name: str
    axis: str
    # How a value is written, around its digits.
    written: str = "{}"
    # The lowest and the highest value that any metric of the unit can have; None: no limit.
    least: int | None = None
    most: int | None = None
    # What numerator / denominator is multiplied by; None: values are not made of the two.
    factor: int | None = None
    # Whether a value is the same for the month and the quarter that end with it, and not a count over their days.
    is_state: bool = False
    # Whether the distance of two values is in points.
    is_in_points: bool = False
    # Whether a value is exact, and not rounded where it was made.
    is_exact: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether a value is made of a numerator and a denominator."""
        return self.factor is not None

    def clamped(self, value: float) -> float:
        """The nearest value that is possible."""
        lowest = value if self.least is None else max(value, float(self.least))
        return lowest if self.most is None else min(lowest, float(self.most))


_FACTS: Mapping[Unit, UnitFacts] = {
    Unit.COUNT: UnitFacts(name="A count", axis="Number", is_exact=True),
    Unit.PERCENT: UnitFacts(
        name="A percentage",
        axis="Percent",
        written="{}%",
        least=0,
        most=100,
        factor=100,
        is_state=True,
        is_in_points=True,
    ),
    Unit.RATE_PER_100000: UnitFacts(
        name="A rate", axis="For each 100,000 people", written="{} per 100,000", factor=100_000
    ),
    Unit.FTE: UnitFacts(name="A full-time equivalent", axis="Full-time equivalents", written="{} FTE", is_state=True),
    Unit.SCORE: UnitFacts(name="A score", axis="Points", is_state=True, is_in_points=True, is_exact=True),
    Unit.YES_NO: UnitFacts(
        name="A yes or no", axis="1 for yes, 0 for no", least=0, most=1, is_state=True, is_exact=True
    ),
}


def facts_of(unit: Unit | str) -> UnitFacts:
    """The facts about a unit."""
    return _FACTS[Unit(unit)]


def ratio(unit: Unit | str, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The exact value that a numerator and a denominator make; None where they make none."""
    factor = facts_of(unit).factor
    return None if factor is None else numerator * factor / denominator


def rounded_ratio(unit: Unit | str, numerator: Decimal, denominator: Decimal, decimals: int) -> Decimal | None:
    """The same to some decimal places, half up."""
    value = ratio(unit, numerator, denominator)
    return None if value is None else rounded(value, decimals)
