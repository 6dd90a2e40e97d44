"""The made-up metrics: one for each shape that a series can have, and the same again when more are asked for."""

from dataclasses import dataclass

from schema.enumerations import Direction, RollUp, Unit
from schema.units import unit_rules
from seeds import sandbox_shapes as shapes
from seeds.sandbox_shapes import Shape

METRICS = 12


@dataclass(frozen=True)
class SandboxMetric:
    """A metric of the sandbox; `code` starts with `sandbox_`."""

    code: str
    name: str
    description: str
    unit: Unit
    direction: Direction
    decimals: int
    roll_up: RollUp
    shape: Shape

    @property
    def is_ratio(self) -> bool:
        """Whether its figures have a numerator and a denominator."""
        return self.roll_up is RollUp.RATIO_OF_SUMS

    @property
    def is_share(self) -> bool:
        """Whether its figures are percentages."""
        return self.unit is Unit.PERCENT


def sandbox_metrics(count: int) -> list[SandboxMetric]:
    """The first `count` metrics: the twelve kinds, then the same kinds again with a number after the code."""
    return [_metric(*_KINDS[index % len(_KINDS)], again=index // len(_KINDS)) for index in range(count)]


_Kind = tuple[str, str, Unit, Direction, Shape]
_UP, _DOWN, _NEITHER = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER, Direction.NEUTRAL
_KINDS: tuple[_Kind, ...] = (
    ("complete_percent", "Complete", Unit.PERCENT, _UP, shapes.complete),
    ("rising_percent", "Rising", Unit.PERCENT, _UP, shapes.rising),
    ("falling_percent", "Falling", Unit.PERCENT, _UP, shapes.falling),
    ("seasonal_count", "Seasonal", Unit.COUNT, _NEITHER, shapes.seasonal),
    ("noisy_percent", "Noisy", Unit.PERCENT, _UP, shapes.noisy),
    ("sparse_percent", "Sparse", Unit.PERCENT, _UP, shapes.sparse),
    ("stepped_percent", "Stepped", Unit.PERCENT, _UP, shapes.stepped),
    ("growing_count", "Growing", Unit.COUNT, _UP, shapes.growing),
    ("easing_rate", "Easing", Unit.RATE_PER_100000, _DOWN, shapes.easing),
    ("rare_rate", "Rare", Unit.RATE_PER_100000, _DOWN, shapes.rare),
    ("staffed_fte", "Staffed", Unit.FTE, _UP, shapes.staffed),
    ("recovering_percent", "Recovering", Unit.PERCENT, _UP, shapes.recovering),
)
_DECIMALS = {Unit.PERCENT: 2, Unit.RATE_PER_100000: 1, Unit.FTE: 2, Unit.COUNT: 0}
_NOUNS = {Unit.PERCENT: "percentage", Unit.RATE_PER_100000: "rate", Unit.FTE: "staff", Unit.COUNT: "count"}


def _metric(code: str, word: str, unit: Unit, direction: Direction, shape: Shape, *, again: int) -> SandboxMetric:
    number = f" {again + 1}" if again else ""
    return SandboxMetric(
        code=f"sandbox_{code}{number.replace(' ', '_')}",
        name=f"Sandbox: {word.lower()} {_NOUNS[unit]}{number}",
        description=f"Made up for trying things out. {(shape.__doc__ or '').strip()}",
        unit=unit,
        direction=direction,
        decimals=_DECIMALS[unit],
        roll_up=RollUp.RATIO_OF_SUMS if unit_rules(unit).is_ratio else RollUp.SUM,
        shape=shape,
    )
