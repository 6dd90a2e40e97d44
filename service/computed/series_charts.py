"""A series becomes a chart of its counts, a lasting drift and its growth, as the types of `schema.types.charts`."""

from dataclasses import dataclass

from schema.computed_inputs.series import SeriesFigure
from schema.enumerations import CountChartMethod, Direction, Unit, Variation
from schema.types.charts import Drift, Growth
from schema.units import unit_rules
from service import charts
from service.statistics import count_charts, drifts, growth
from service.statistics.points import quarters
from service.statistics.series import Series

_METHODS = {Unit.PERCENT: CountChartMethod.P, Unit.RATE_PER_100000: CountChartMethod.U}


@dataclass(frozen=True)
class CountChartPoint:
    """The type `CountChartPoint`; `figure` is an id."""

    figure: int
    value: float
    lower: float
    upper: float
    lower_prime: float
    upper_prime: float
    is_outside: bool
    is_outside_prime: bool


@dataclass(frozen=True)
class CountChart:
    """The type `CountChart`."""

    method: CountChartMethod
    mean: float
    sigma_z: float
    points: list[CountChartPoint]
    # What its picture is drawn from.
    series: Series
    made: count_charts.CountChart

    def svg(self, *, laney: bool = True, **size: int) -> str:
        """Its picture as an SVG document, of a `width` and a `height` in pixels, with Laney's limits or plain ones."""
        chart = charts.counted(self.series, latest_of(self.series), self.made, self.method, is_prime=laney)
        return charts.svg(chart, **size)


def count_chart_of(series: Series) -> CountChart | None:
    """The chart of the counts of the latest stretch; None where it has none."""
    figures, unit, counts = latest_of(series), series.unit, counts_of(series)
    if unit not in _METHODS or len(counts) < len(figures):
        return None
    made = count_charts.count_chart(counts, is_proportion=unit is Unit.PERCENT)
    if made is None:
        return None
    factor = unit_rules(unit).factor or 1
    points = [_point(made, at, figure, factor) for at, figure in enumerate(figures)]
    return CountChart(_METHODS[unit], factor * made.mean, made.sigma_z, points, series, made)


def has_count_chart(unit: Unit) -> bool:
    """Whether there is a chart of counts for a unit."""
    return unit in _METHODS


def counts_of(series: Series) -> list[tuple[float, float]]:
    """The numerators and denominators of the latest stretch, without the figures that lack them."""
    return [
        (each.numerator, each.denominator)
        for each in latest_of(series)
        if each.numerator is not None and each.denominator is not None and each.denominator > 0 <= each.numerator
    ]


def _point(made: count_charts.CountChart, at: int, figure: SeriesFigure, factor: int) -> CountChartPoint:
    (lower, upper), (lower_prime, upper_prime) = (made.limits(at, is_prime=each) for each in (False, True))
    return CountChartPoint(
        figure=figure.id,
        value=factor * made.values[at],
        lower=factor * lower,
        upper=factor * upper,
        lower_prime=factor * lower_prime,
        upper_prime=factor * upper_prime,
        is_outside=made.is_outside(at, is_prime=False),
        is_outside_prime=made.is_outside(at, is_prime=True),
    )


def drift_of(series: Series) -> Drift | None:
    """The drift at the end of the latest stretch; None without one."""
    figures = latest_of(series)
    found = drifts.drift([each.value for each in figures])
    if found is None:
        return None
    return Drift(
        is_up=found.is_up,
        since=figures[found.since].period_ends,
        shown_on=figures[found.shown].period_ends,
        variation=_judged(series.inputs.direction, is_up=found.is_up),
    )


def growth_of(series: Series) -> Growth | None:
    """The growth from the first figure to the last; None where it cannot be calculated."""
    if not series.figures:
        return None
    first, last = series.figures[0], series.figures[-1]
    rate = growth.annual_growth(first.value, last.value, quarters(first.period_ends, last.period_ends) / 4)
    if rate is None:
        return None
    progress = growth.progress(rate, first.value, series.inputs.direction)
    return Growth(percent=100 * rate, progress=progress, from_=first.period_ends, to=last.period_ends)


def latest_of(series: Series) -> tuple[SeriesFigure, ...]:
    """The figures since the limits were last recalculated."""
    return series.figures[max((at for at, _ in series.starts), default=0) :]


def _judged(direction: Direction, *, is_up: bool) -> Variation:
    if direction is Direction.NEUTRAL:
        return Variation.NEUTRAL_HIGH if is_up else Variation.NEUTRAL_LOW
    return Variation.IMPROVEMENT if is_up == (direction is Direction.HIGHER_IS_BETTER) else Variation.CONCERN
