"""One metric of one organisation over time: the inputs of its series."""

from dataclasses import dataclass

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.targets import JudgedFigure, TargetHistory
from schema.enumerations import Counts, Direction, Frequency, PeriodKind, Unit


@dataclass(frozen=True, kw_only=True)
class SeriesFigure(JudgedFigure):
    """One published figure of a series, with its period. Above revision 1 it is corrected."""

    kind: PeriodKind
    label: str
    revision: int


@dataclass(frozen=True)
class SeriesInputs:
    """Inputs of a series: figures oldest first, the targets set for them, and the recalculations, soonest first.

    The figures are of every length; `frequency` is the one that was asked for.
    """

    metric_id: int
    organisation_id: int
    metric: str
    organisation: str
    unit: Unit
    direction: Direction
    counts: Counts
    decimals: int
    figures: tuple[SeriesFigure, ...]
    targets: tuple[TargetHistory, ...]
    recalculations: tuple[RecalculatedFrom, ...]
    frequency: Frequency | None = None


@dataclass(frozen=True)
class SeveralSeriesInputs:
    """Inputs of the series of several metrics of one organisation."""

    series: tuple[SeriesInputs, ...]
