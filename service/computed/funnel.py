"""The figures of many organisations become a funnel, as the type `Funnel`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from schema.computed_inputs.funnels import FunnelFigure, FunnelInputs
from schema.enumerations import Direction, Judgement, NotCalculatedCode, OutlierMethod, Unit
from schema.reasons import why
from schema.units import unit_rules
from service.computed.not_calculated.listed import NotCalculated
from service.computed.not_calculated.spread import of_funnel
from service.statistics import funnels, outliers
from service.statistics.distribution import FEWEST

_METHODS = {
    Unit.PERCENT: OutlierMethod.FUNNEL_OF_PROPORTIONS,
    Unit.RATE_PER_100000: OutlierMethod.FUNNEL_OF_RATES,
}


@dataclass(frozen=True)
class FunnelPoint:
    """The type `FunnelPoint`; `organisation` and `figure` are ids."""

    organisation: int
    figure: int
    value: float
    denominator: float | None
    lower_95: float | None
    upper_95: float | None
    lower_998: float | None
    upper_998: float | None
    score: float
    adjusted_p: float
    is_outlier: bool
    judgement: Judgement


class Funnel:
    """The type `Funnel`; `period` is an id."""

    def __init__(self, inputs: FunnelInputs) -> None:
        self._inputs = inputs

    @property
    def period(self) -> int | None:
        """The id of the period."""
        return self._inputs.period_id

    @property
    def method(self) -> OutlierMethod:
        """How the scores were calculated."""
        return OutlierMethod.MODIFIED_Z if self._funnel is None else _METHODS[self._inputs.unit]

    @property
    def centre(self) -> float:
        """The value of all together, or the median."""
        if self._funnel is None:
            return median(figure.value for figure in self._inputs.figures)
        return self._funnel.mean * self._funnel.factor

    @property
    def dispersion(self) -> float | None:
        """The mean square of the scores."""
        return None if self._funnel is None else self._funnel.dispersion

    @property
    def not_calculated(self) -> list[NotCalculated]:
        """What it lacks without limits, and why."""
        if self._funnel is not None:
            return []
        has_limits = self._inputs.unit in _METHODS
        return of_funnel(
            why(NotCalculatedCode.NO_COUNTS, whose="a figure's")
            if has_limits
            else why(NotCalculatedCode.NOT_FOR_THIS_UNIT)
        )

    @property
    def is_adjusted(self) -> bool:
        """Whether the limits are wider than by chance."""
        return self._funnel is not None and self._funnel.is_adjusted

    @cached_property
    def points(self) -> list[FunnelPoint]:
        """All organisations, the highest value first."""
        scores = self._scores
        adjusted = outliers.adjusted([outliers.two_sided(score) for score in scores])
        return [self._point(*each) for each in zip(self._inputs.figures, scores, adjusted, strict=True)]

    @property
    def outliers(self) -> list[FunnelPoint]:
        """Those that stand out, the most unlikely first."""
        return sorted((each for each in self.points if each.is_outlier), key=lambda each: -abs(each.score))

    @cached_property
    def _funnel(self) -> funnels.Funnel | None:
        """Its limits; None where the unit has none, or a figure has no counts."""
        counts, unit = self._counts, self._inputs.unit
        if unit not in _METHODS or counts is None:
            return None
        return funnels.funnel(counts, factor=unit_rules(unit).factor or 1, is_proportion=unit is Unit.PERCENT)

    @property
    def _counts(self) -> Sequence[tuple[float, float]] | None:
        counts = [(each.numerator, each.denominator) for each in self._inputs.figures]
        usable = [(count, of) for count, of in counts if count is not None and of is not None and of > 0 <= count]
        is_share = self._inputs.unit is Unit.PERCENT
        are_whole = len(usable) == len(counts) and not (is_share and any(count > of for count, of in usable))
        return usable if are_whole else None

    @property
    def _scores(self) -> list[float]:
        if self._funnel is None or self._counts is None:
            return outliers.modified_z([figure.value for figure in self._inputs.figures])
        return [self._funnel.score(*each) for each in self._counts]

    def _point(self, figure: FunnelFigure, score: float, adjusted: float) -> FunnelPoint:
        is_outlier = adjusted <= outliers.FALSE_DISCOVERIES
        limits: list[tuple[float | None, float | None]] = [(None, None)] * 2
        if self._funnel is not None and figure.denominator is not None:
            limits = [self._funnel.limits(figure.denominator, z) for z in (funnels.Z_95, funnels.Z_998)]
        return FunnelPoint(
            organisation=figure.organisation_id,
            figure=figure.id,
            value=figure.value,
            denominator=None if self._funnel is None else figure.denominator,
            lower_95=limits[0][0],
            upper_95=limits[0][1],
            lower_998=limits[1][0],
            upper_998=limits[1][1],
            score=score,
            adjusted_p=adjusted,
            is_outlier=is_outlier,
            judgement=_judged(score, self._inputs.direction) if is_outlier else Judgement.SIMILAR,
        )


def _judged(score: float, direction: Direction) -> Judgement:
    if direction is Direction.NEUTRAL:
        return Judgement.NOT_JUDGED
    is_better = (score > 0) == (direction is Direction.HIGHER_IS_BETTER)
    return Judgement.BETTER if is_better else Judgement.WORSE


def funnel(inputs: FunnelInputs) -> Funnel | None:
    """The funnel of a period; None where fewer than five have a figure, which could reveal one."""
    return None if inputs.period_id is None or len(inputs.figures) < FEWEST else Funnel(inputs)
