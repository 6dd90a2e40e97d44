"""A series with counts becomes its p-chart or u-chart: limits that step with the denominator, with words for them."""

from collections.abc import Sequence

from schema.computed_inputs.series import SeriesFigure
from schema.enumerations import CountChartMethod, Direction
from schema.units import unit_rules
from service.charts.model import Chart, ChartPoint, LimitLine, Look
from service.statistics import gaps, sentences
from service.statistics.count_charts import CountChart
from service.statistics.process import ENOUGH
from service.statistics.series import Series

# By the method, and whether the limits are Laney's.
NAMES = {
    (CountChartMethod.P, False): "p-chart",
    (CountChartMethod.P, True): "p′-chart",
    (CountChartMethod.U, False): "u-chart",
    (CountChartMethod.U, True): "u′-chart",
}


def counted(
    series: Series, figures: Sequence[SeriesFigure], made: CountChart, method: CountChartMethod, *, is_prime: bool
) -> Chart:
    """The chart of the figures since the limits were last recalculated, with plain limits or Laney's."""
    factor, name = unit_rules(series.unit).factor or 1, NAMES[method, is_prime]
    limits = [made.limits(at, is_prime=is_prime) for at in range(len(figures))]
    outside = [made.is_outside(at, is_prime=is_prime) for at in range(len(figures))]
    points = tuple(
        ChartPoint(
            figure.label,
            figure.period_ends,
            factor * value,
            look=_look(series, value > made.mean) if is_outside else Look.COMMON,
            is_corrected=figure.revision > 1,
        )
        for figure, value, is_outside in zip(figures, made.values, outside, strict=True)
    )
    missing = gaps.gaps(figures)
    return Chart(
        title=series.inputs.metric,
        subtitle=f"{series.inputs.organisation}. {unit_rules(series.unit).axis}. {name[0].upper()}{name[1:]}.",
        description=_description(series, figures, made, name, limits[-1], sum(outside)),
        unit=series.unit,
        decimals=series.inputs.decimals,
        points=points,
        limits=tuple(
            LimitLine(at, at, factor * made.mean, factor * lower, factor * upper, is_trial=len(figures) < ENOUGH)
            for at, (lower, upper) in enumerate(limits)
        ),
        gaps=tuple(gap.at for gap in missing),
        notes=tuple(_notes(made, is_prime=is_prime) + ([gaps.missing(missing)] if missing else [])),
        is_stepped=True,
    )


def _look(series: Series, is_high: bool) -> Look:
    direction = series.inputs.direction
    if direction is Direction.NEUTRAL:
        return Look.NEUTRAL
    return Look.IMPROVEMENT if is_high == (direction is Direction.HIGHER_IS_BETTER) else Look.CONCERN


def _notes(made: CountChart, *, is_prime: bool) -> list[str]:
    """What the limits allow for."""
    if is_prime:
        return [f"Limits by Laney: the points differ {made.sigma_z:.2f} times as much as their denominators explain."]
    return ["The limits assume that only chance makes the points differ."]


def _description(
    series: Series,
    figures: Sequence[SeriesFigure],
    made: CountChart,
    name: str,
    latest: tuple[float, float],
    outside: int,
) -> str:
    """What the picture shows, for people who cannot see it."""
    factor = unit_rules(series.unit).factor or 1
    value, mean, lower, upper = (
        sentences.number(series.unit, factor * each) for each in (made.values[-1], made.mean, *latest)
    )
    return (
        f"A {name} of {len(figures)} figures from {figures[0].label} to {figures[-1].label}; the latest is {value}. "
        f"All together they are {mean}, and the latest limits are {lower} to {upper}. "
        + ("No point is outside its limits." if not outside else f"Outside their limits: {outside} of the points.")
    )
