"""What holds for each unit, in one table: what a value can be, how it is made, compared and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schema.decimals import rounded
from schema.enumerations import Counts, TargetKind, Unit


@dataclass(frozen=True, kw_only=True)
class UnitRules:
    """What holds for one unit. `name` starts a sentence; `axis` names the values on a chart."""

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
    def counts(self) -> Counts:
        """How figures count where their metric does not say."""
        return Counts.AT_DATE if self.is_state else Counts.OVER_PERIOD

    @property
    def is_ratio(self) -> bool:
        """Whether a value is made of a numerator and a denominator."""
        return self.factor is not None

    def projected(self, value: float) -> float:
        """A projected value, within the limits of a ratio; other units are projected without limits."""
        if not self.is_ratio or self.least is None or self.most is None:
            return value
        return min(max(value, float(self.least)), float(self.most))


_RULES: Mapping[Unit, UnitRules] = {
    Unit.COUNT: UnitRules(name="A count", axis="Number", is_exact=True),
    Unit.PERCENT: UnitRules(
        name="A percentage",
        axis="Percent",
        written="{}%",
        least=0,
        most=100,
        factor=100,
        is_state=True,
        is_in_points=True,
    ),
    Unit.RATE_PER_100000: UnitRules(
        name="A rate", axis="For each 100,000 people", written="{} per 100,000", factor=100_000
    ),
    Unit.FTE: UnitRules(name="A full-time equivalent", axis="Full-time equivalents", written="{} FTE", is_state=True),
    Unit.SCORE: UnitRules(name="A score", axis="Points", is_state=True, is_in_points=True, is_exact=True),
    Unit.YES_NO: UnitRules(
        name="A yes or no", axis="1 for yes, 0 for no", least=0, most=1, is_state=True, is_exact=True
    ),
}


def unit_rules(unit: Unit | str) -> UnitRules:
    """What holds for a unit."""
    return _RULES[Unit(unit)]


def accumulates(unit: Unit | str, counts: Counts | str) -> bool:
    """Whether figures add up over days: a count or a rate that is not of one day."""
    return Counts(counts) is not Counts.AT_DATE and not unit_rules(unit).is_state


def target_kind(unit: Unit | str, counts: Counts | str) -> TargetKind:
    """The kind of a target that does not say: what accumulates is reached, all else is held."""
    return TargetKind.REACH if accumulates(unit, counts) else TargetKind.HOLD


def ratio(unit: Unit | str, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The exact value that a numerator and a denominator make; None where they make none."""
    factor = unit_rules(unit).factor
    return None if factor is None else numerator * factor / denominator


def rounded_ratio(unit: Unit | str, numerator: Decimal, denominator: Decimal, decimals: int) -> Decimal | None:
    """The same to some decimal places, half up."""
    value = ratio(unit, numerator, denominator)
    return None if value is None else rounded(value, decimals)
