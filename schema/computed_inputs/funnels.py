"""One metric of many organisations in one period: the inputs of a funnel."""

from dataclasses import dataclass

from schema.enumerations import Direction, Unit


@dataclass(frozen=True)
class FunnelFigure:
    """The figure of one organisation."""

    id: int
    organisation_id: int
    value: float
    numerator: float | None
    denominator: float | None
    name: str = ""


@dataclass(frozen=True)
class FunnelInputs:
    """Inputs of a funnel: the figures of a period, the highest first. Without a period there are too few.

    The names are for its picture; it has none without them.
    """

    unit: Unit
    direction: Direction
    period_id: int | None
    figures: tuple[FunnelFigure, ...]
    metric: str = ""
    denominator_label: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class SpreadReasonsInputs:
    """Whether enough organisations of a kind have a figure, for a distribution or a funnel."""

    has_spread: bool
