"""The numbers of a figure, and the inputs of what is computed from a single figure."""

from dataclasses import dataclass

from schema.enumerations import ComparisonBasis, Direction, Unit


@dataclass(frozen=True)
class Numbers:
    """The numbers of one figure, in the unit of its metric; the limits are those that the source printed."""

    value: float
    numerator: float | None = None
    denominator: float | None = None
    lower_confidence_limit: float | None = None
    upper_confidence_limit: float | None = None


@dataclass(frozen=True)
class IntervalInputs:
    """Inputs of the confidence interval of a figure; without a confidence, the one that sources print."""

    unit: Unit
    numbers: Numbers
    confidence: float | None


@dataclass(frozen=True)
class Benchmark:
    """What a figure is compared with: another organisation's value for the same metric and period.

    `rests_on` of `of` members' or peers' figures made it. A total is of many, so that one of them is always lower.
    """

    organisation_id: int
    value: float
    basis: ComparisonBasis = ComparisonBasis.PUBLISHED
    rests_on: int | None = None
    of: int | None = None
    is_total: bool = False


@dataclass(frozen=True)
class ComparisonInputs:
    """Inputs of the comparison of a figure with a benchmark; none where the other organisation has no figure."""

    unit: Unit
    direction: Direction
    numbers: Numbers
    benchmark: Benchmark | None
