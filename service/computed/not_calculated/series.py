"""Why statistics of a series, or of one of its points, are not calculated."""

import datetime as dt
from collections.abc import Sequence

from schema.computed_inputs.series import SeriesFigure
from schema.enumerations import Assurance, NotCalculatedCode, TrendDirection, Variation
from schema.reasons import Why, why
from service.computed.not_calculated.listed import NotCalculated, listed, too_few
from service.computed.series_charts import count_chart_of, counts_of, drift_of, growth_of, has_count_chart, latest_of
from service.statistics import count_charts, steps
from service.statistics.forecasts import FEWEST_FOR_FORECAST, QUARTERS_OBSERVED
from service.statistics.goals import Goal
from service.statistics.points import quarters
from service.statistics.process import ENOUGH, FEWEST_FOR_VERDICT, latest_limits
from service.statistics.series import Series

_A_YEAR = 4


def of_series(series: Series) -> list[NotCalculated]:
    """The statistics of a series that are not calculated."""
    verdict = series.why_too_few
    return listed(
        {
            "frequency": None if series.chosen.frequency else why(NotCalculatedCode.NO_FIGURE),
            "processLimits": None if series.chart.groups else verdict,
            "suggestedRecalculation": _no_step(series),
            "variation": verdict if series.variation is Variation.NOT_ASSESSABLE else None,
            "assurance": series.why_no_assurance if series.assurance is Assurance.NOT_ASSESSABLE else None,
            "trend": series.trend.why if series.trend.direction is TrendDirection.NOT_ASSESSABLE else None,
            "countChart": _no_count_chart(series),
            "drift": _no_drift(series),
            **_no_growth(series),
            "forecast": _no_forecast(series.figures),
        }
    )


def of_point(series: Series, figure: SeriesFigure, goal: Goal | None) -> list[NotCalculated]:
    """The statistics of a point that are not calculated."""
    if goal is None:
        return listed(dict.fromkeys(("target", "isMet", "expected"), series.why_not_judged(figure)))
    nothing = goal.expected_on(figure.period_ends) is None
    return listed({"expected": why(NotCalculatedCode.NOTHING_EXPECTED) if nothing else None})


def _no_step(series: Series) -> Why | None:
    if series.suggested_recalculation is not None:
        return None
    count, least = len(latest_of(series)), steps.POINTS + FEWEST_FOR_VERDICT
    return too_few("a step needs", least, count) if count < least else why(NotCalculatedCode.NONE_FOUND)


def _no_count_chart(series: Series) -> Why | None:
    if count_chart_of(series) is not None:
        return None
    if not has_count_chart(series.unit):
        return why(NotCalculatedCode.NOT_FOR_THIS_UNIT)
    figures, counts = latest_of(series), counts_of(series)
    if len(counts) < len(figures):
        return why(NotCalculatedCode.NO_COUNTS, whose="a point's")
    if len(counts) < count_charts.FEWEST:
        return too_few("a chart of counts needs", count_charts.FEWEST, len(counts))
    return why(NotCalculatedCode.ALL_ALIKE)


def _no_drift(series: Series) -> Why | None:
    if drift_of(series) is not None:
        return None
    values = [each.value for each in latest_of(series)]
    if len(values) <= ENOUGH:
        return too_few("a drift needs", ENOUGH + 1, len(values))
    baseline = latest_limits(values[:ENOUGH])
    is_flat = baseline is None or not baseline.mean_moving_range
    return why(NotCalculatedCode.FLAT, points=ENOUGH) if is_flat else why(NotCalculatedCode.NONE_FOUND)


def _no_growth(series: Series) -> dict[str, Why | None]:
    growth = growth_of(series)
    if growth is not None:
        return {"growth.progress": None if growth.progress else why(NotCalculatedCode.NEUTRAL)}
    if not series.figures:
        return {"growth": why(NotCalculatedCode.NO_FIGURE)}
    is_short = quarters(series.figures[0].period_ends, series.figures[-1].period_ends) < _A_YEAR
    return {"growth": why(NotCalculatedCode.LESS_THAN_A_YEAR if is_short else NotCalculatedCode.NO_RATIO)}


def _no_forecast(figures: Sequence[SeriesFigure]) -> Why | None:
    last = figures[-1].period_ends if figures else dt.date.max
    count = sum(quarters(each.period_ends, last) <= QUARTERS_OBSERVED for each in figures)
    within = f" in the last {QUARTERS_OBSERVED} quarters"
    return too_few("a forecast needs", FEWEST_FOR_FORECAST, count, within) if count < FEWEST_FOR_FORECAST else None
