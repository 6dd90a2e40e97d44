"""The inputs of a series become the values of the type `Series`, each when it is first asked for."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat

from strawberry import ID

from schema import ids, periods
from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs, SeveralSeriesInputs
from schema.enumerations import Assurance, FigureOrigin, Frequency, SpecialCause, TrendDirection, Unit, Variation
from schema.types.charts import Drift, Growth
from schema.types.metrics import Period
from schema.types.series import ForecastPoint, ProcessLimits, Recalculation
from service import charts
from service.computed.series_charts import CountChart, count_chart_of, drift_of, growth_of
from service.statistics import series as statistics
from service.statistics.frequencies import WorkedOut, period_of
from service.statistics.goals import Goal
from service.statistics.points import point_of

DEFAULT_QUARTERS, MOST_QUARTERS = 4, 12


# Not frozen: a frozen one takes twice as long to make, and a page has thousands.
@dataclass(slots=True)
class SeriesPoint:
    """The type `SeriesPoint`; `figure` is an id. What is not asked for is not made."""

    of: SeriesFigure
    special_causes: tuple[SpecialCause, ...]
    goal: Goal | None
    unit: Unit

    @property
    def figure(self) -> int:
        """The id of its figure; for what was counted in a part of the time, of the count that it ends with."""
        return self.of.id

    @property
    def period(self) -> Period:
        """Its period; that of a part is worked out too, and has no row of its own here."""
        period = period_of(self.of)
        if isinstance(self.of, WorkedOut):
            return _period(period)
        return _period(period, ids.made("Period", self.of.period_id))

    @property
    def origin(self) -> FigureOrigin:
        """Whether its value was sent, or is worked out."""
        return FigureOrigin.DERIVED if isinstance(self.of, WorkedOut) else FigureOrigin.SENT

    @property
    def value(self) -> float:
        """Its value, in the unit of the metric."""
        return self.of.value

    @property
    def target(self) -> float | None:
        """The value of the target in force; None without one."""
        return None if self.goal is None else float(self.goal.value)

    @property
    def target_upper(self) -> float | None:
        """The upper value of the target in force, where it is a range."""
        return None if self.goal is None or self.goal.upper_value is None else float(self.goal.upper_value)

    @property
    def is_met(self) -> bool | None:
        """Whether its exact value meets the target in force; None without one."""
        return None if self.goal is None else self.goal.is_met_by(point_of(self.of, self.unit).value)

    @property
    def expected(self) -> float | None:
        """Where the value should be on the way to the target."""
        expected = None if self.goal is None else self.goal.expected_on(self.of.period_ends)
        return None if expected is None else float(expected)


class Series:
    """The type `Series`; `metric` and `organisation` are ids."""

    def __init__(self, inputs: SeriesInputs) -> None:
        self._inputs = inputs
        self._series = statistics.Series(inputs)

    @property
    def metric(self) -> int:
        """The id of its metric."""
        return self._inputs.metric_id

    @property
    def organisation(self) -> int:
        """The id of its organisation."""
        return self._inputs.organisation_id

    @property
    def frequency(self) -> Frequency | None:
        """The length of its periods."""
        return self._series.chosen.frequency

    @cached_property
    def points(self) -> list[SeriesPoint]:
        """Its figures, oldest first, with the special causes of each and the target in force."""
        series = self._series
        return list(map(SeriesPoint, series.figures, series.chart.special_causes, series.goals, repeat(series.unit)))

    @property
    def process_limits(self) -> list[ProcessLimits]:
        """The limits of each stretch that has some, oldest first."""
        reasons, figures = self._series.reasons_for_limits, self._series.figures
        return [
            ProcessLimits(
                from_=figures[group.start].period_ends,
                to=figures[group.start + group.size - 1].period_ends,
                mean=float(group.mean),
                lower=float(group.lower),
                upper=float(group.upper),
                points=group.points,
                is_trial=group.is_trial,
                reason=reasons.get(group.start),
            )
            for group in self._series.chart.groups
        ]

    @property
    def missing_periods(self) -> list[Period]:
        """The periods that are missing between its figures, soonest first."""
        return [_period(each) for gap in self._series.gaps for each in gap.missing]

    @property
    def recalculations(self) -> list[Recalculation]:
        """The dates from which limits are recalculated, soonest first."""
        return [_recalculation(each) for each in self._inputs.recalculations]

    @property
    def suggested_recalculation(self) -> Recalculation | None:
        """Where the limits could be recalculated, and why."""
        found = self._series.suggested_recalculation
        return None if found is None else _recalculation(found)

    @property
    def variation(self) -> Variation:
        """What the latest figure says about the process."""
        return self._series.variation

    @property
    def assurance(self) -> Assurance:
        """Whether the process meets the goal that the latest figure is judged by."""
        return self._series.assurance

    @property
    def trend(self) -> TrendDirection:
        """The direction of the latest five figures."""
        return self._series.trend.direction

    @property
    def reasons(self) -> list[str]:
        """Why variation, assurance or trend cannot be assessed, each in a sentence."""
        return self._series.reasons

    @cached_property
    def count_chart(self) -> CountChart | None:
        """Its p-chart or u-chart."""
        return count_chart_of(self._series)

    @cached_property
    def drift(self) -> Drift | None:
        """The drift that has not ended."""
        return drift_of(self._series)

    @cached_property
    def growth(self) -> Growth | None:
        """Its compound annual growth."""
        return growth_of(self._series)

    def forecast(self, quarters: int = DEFAULT_QUARTERS) -> list[ForecastPoint]:
        """The quarters after the latest figure, soonest first, at most 12; none with too few figures."""
        if not self._series.figures:
            return []
        ahead = _quarters_after(self._series.figures[-1].period_ends, min(quarters, MOST_QUARTERS))
        lines = self._series.forecast([period.end for period in ahead])
        return [
            ForecastPoint(period=period, value=line.value, lower=line.lower, upper=line.upper)
            for period, line in zip(ahead, lines, strict=False)
        ]

    def svg(self, **size: int) -> str:
        """Its XmR chart as an SVG document, of a `width` and a `height` in pixels."""
        return charts.svg(charts.drawn(self._series), **size)


def several(inputs: SeveralSeriesInputs) -> list[Series]:
    """The series of several metrics, in their order."""
    return [Series(each) for each in inputs.series]


@lru_cache(maxsize=1_000)
def _quarters_after(day: dt.date, count: int) -> tuple[Period, ...]:
    """So many quarters after the one that a day is in, as far as the calendar goes."""
    quarters: list[periods.Period] = []
    ends = periods.parsed(periods.quarter_of(day)).ends
    while len(quarters) < count and ends < dt.date.max:
        quarters.append(periods.parsed(periods.quarter_of(ends + dt.timedelta(days=1))))
        ends = quarters[-1].ends
    return tuple(_period(each) for each in quarters)


def _recalculation(of: RecalculatedFrom) -> Recalculation:
    return Recalculation(starts=of.starts, reason=of.reason, fix_after=of.fix_after)


def _period(period: periods.Period, row: str | None = None) -> Period:
    """A period; without the id of its row, one that may have none: it names nothing until it has."""
    return Period(
        id=ID(row or ids.named("Period", period.code)),
        code=period.code,
        label=period.label,
        kind=period.kind,
        start=period.starts,
        end=period.ends,
        quarter=period.quarter,
    )
