"""The figures of many organisations become a funnel, as the type `Funnel`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from schema.computed_inputs.funnels import FunnelFigure, FunnelInputs
from schema.enumerations import Direction, Judgement, NotCalculatedCode, OutlierMethod, Unit
from schema.reasons import why
from schema.units import unit_rules
from service import charts
from service.charts import FunnelMark, FunnelPlot
from service.charts.model import Look
from service.computed.not_calculated.listed import NotCalculated
from service.computed.not_calculated.spread import of_funnel
from service.statistics import funnels, outliers
from service.statistics.distribution import FEWEST

_METHODS = {
    Unit.PERCENT: OutlierMethod.FUNNEL_OF_PROPORTIONS,
    Unit.RATE_PER_100000: OutlierMethod.FUNNEL_OF_RATES,
}

# So many steps make a curve of the picture smooth.
_STEPS = 60
_LOOKS = {Judgement.BETTER: Look.IMPROVEMENT, Judgement.WORSE: Look.CONCERN, Judgement.NOT_JUDGED: Look.NEUTRAL}


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
        adjusted = outliers.adjusted(self.by_chance)
        return [self._point(*each) for each in zip(self._inputs.figures, self.scores, adjusted, strict=True)]

    @property
    def outliers(self) -> list[FunnelPoint]:
        """Those that stand out, the most unlikely first."""
        by_chance = zip(self.by_chance, self.points, strict=True)
        found = [(chance, point) for chance, point in by_chance if point.is_outlier]
        return [point for _, point in sorted(found, key=lambda each: (each[0], -abs(each[1].score)))]

    def svg(self, width: int = 800, height: int = 400) -> str | None:
        """Its picture as an SVG document, of a width and a height in pixels; None without counts."""
        if self._funnel is None:
            return None
        return charts.funnel_svg(_plot(self._inputs, self._funnel, self.points), width=width, height=height)

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
    def has_limits(self) -> bool:
        """Whether it compares counts, with limits for each denominator."""
        return self._funnel is not None

    @cached_property
    def by_chance(self) -> list[float]:
        """How likely each of the figures, or one farther out, is by chance."""
        if self._funnel is None or self._counts is None:
            return [outliers.two_sided(score) for score in self.scores]
        return [self._funnel.beyond(*each) for each in self._counts]

    @cached_property
    def scores(self) -> list[float]:
        """How many standard deviations each of the figures is from all together."""
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


def _plot(inputs: FunnelInputs, funnel: funnels.Funnel, points: Sequence[FunnelPoint]) -> FunnelPlot:
    """The picture of a funnel, whose points are in the order of the figures."""
    named = sorted(zip(inputs.figures, points, strict=True), key=lambda pair: -abs(pair[1].score))
    marks = tuple(
        FunnelMark(
            figure.name,
            point.denominator or 0.0,
            point.value,
            _LOOKS.get(point.judgement, Look.COMMON) if point.is_outlier else Look.COMMON,
            point.is_outlier,
        )
        for figure, point in named
    )
    most = max(mark.denominator for mark in marks)
    limits = (("95% limits", funnels.Z_95), ("99.8% limits", funnels.Z_998))
    return FunnelPlot(
        title=inputs.metric,
        subtitle=f"{len(marks)} organisations, {inputs.period}.",
        across=inputs.denominator_label or "Denominator",
        unit=inputs.unit,
        centre=funnel.factor * funnel.mean,
        marks=marks,
        limits=tuple((name, tuple(_curve(funnel, most, z))) for name, z in limits),
        note="The limits are wider, because organisations differ more than by chance."
        if funnel.is_adjusted
        else "The limits assume that only chance makes organisations differ.",
    )


def _curve(funnel: funnels.Funnel, most: float, z: float) -> Iterator[tuple[float, float, float]]:
    """The limits of some whole denominators, which are closer to each other where the limits bend."""
    steps = {max(1, round(most * (at / _STEPS) ** 2)) for at in range(1, _STEPS + 1)}
    for denominator in sorted(steps):
        yield (float(denominator), *funnel.limits(denominator, z))
