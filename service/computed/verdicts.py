"""A figure and its series become what the series says up to it: whether it meets its target, variation and trend."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.computed_inputs.verdicts import SeriesToJudge, VerdictInputs
from schema.enumerations import Frequency, NotCalculatedCode, TrendDirection, Variation
from schema.reasons import Why, why
from service.statistics import figures as statistics
from service.statistics.intervals import Interval
from service.statistics.series import Series


@dataclass(frozen=True)
class Verdict:
    """What is said of a figure by its series until the end of its period. One that is withdrawn is not in it."""

    figure_id: int
    series: SeriesInputs

    @cached_property
    def figure(self) -> SeriesFigure | None:
        """The figure, among those of its series."""
        return next((each for each in self.series.figures if each.id == self.figure_id), None)

    @cached_property
    def point_of(self) -> Series | None:
        """The series whose latest point it is: of the usual length, or else of its own; None where it is none.

        Two figures may be of one day.
        """
        if self.figure is None:
            return None
        each = (Series(replace(self.series, frequency=frequency)) for frequency in (None, *Frequency))
        return next((series for series in each if series.figures and series.figures[-1].id == self.figure_id), None)

    @property
    def is_met(self) -> bool | None:
        """Whether its exact value meets the target in force when its period ended; None where no target judges it."""
        return None if self.figure is None else Series(self.series).is_met_by(self.figure)

    @property
    def variation(self) -> Variation:
        """What it says about its process, as the latest point of the series until then."""
        return Variation.NOT_ASSESSABLE if self.point_of is None else self.point_of.variation

    @property
    def trend(self) -> TrendDirection:
        """The direction of the five points that end with it."""
        return TrendDirection.NOT_ASSESSABLE if self.point_of is None else self.point_of.trend.direction

    @property
    def why_not_judged(self) -> Why:
        """Why no target judges it."""
        return self._why_left_out or Series(self.series).why_figure_not_judged(self.figure)

    @property
    def why_no_variation(self) -> Why:
        """Why its variation is not assessable."""
        series = self.point_of
        return self._why_left_out or (why(NotCalculatedCode.NOT_IN_SERIES) if series is None else series.why_too_few)

    @property
    def why_no_trend(self) -> Why:
        """Why its trend is not assessable."""
        trend = None if self.point_of is None else self.point_of.trend.why
        return self._why_left_out or trend or why(NotCalculatedCode.NOT_IN_SERIES)

    @property
    def _why_left_out(self) -> Why | None:
        return why(NotCalculatedCode.WITHDRAWN) if self.figure is None else None


def verdict(inputs: VerdictInputs) -> Verdict:
    """What is said of one figure."""
    return Verdict(inputs.figure_id, inputs.series)


@dataclass(frozen=True)
class KeptVerdict:
    """A row of what is kept."""

    figure_id: int
    is_met: bool | None
    variation: Variation
    trend: TrendDirection
    lower: float | None
    upper: float | None


def verdicts(inputs: SeriesToJudge, since: dt.date) -> Iterator[KeptVerdict]:
    """What is kept of each figure of a series whose period ends on a day or later."""
    series, ends = inputs.series, [figure.period_ends for figure in inputs.series.figures]
    for figure in (*series.figures, *inputs.withdrawn):
        if figure.period_ends >= since:
            until = replace(series, figures=series.figures[: bisect_right(ends, figure.period_ends)])
            yield _kept(Verdict(figure.id, until), statistics.interval(series.unit, figure))


def _kept(said: Verdict, interval: Interval | None) -> KeptVerdict:
    lower, upper = (None, None) if interval is None else (interval.lower, interval.upper)
    return KeptVerdict(said.figure_id, said.is_met, said.variation, said.trend, lower, upper)
