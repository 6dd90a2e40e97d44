"""The figures of a series become limits, special causes, variation, assurance, trend and forecast, or reasons.

Pure: figures, targets and recalculations are what `schema.computed_inputs.series` declares.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from schema.computed_inputs.recalculations import RecalculatedFrom
from schema.computed_inputs.series import SeriesFigure, SeriesInputs
from schema.computed_inputs.targets import TargetHistory
from schema.enumerations import Assurance, TrendDirection, Unit, Variation
from service.statistics import figures, gaps, process, stretches, trends
from service.statistics.forecasts import QUARTERS_OBSERVED, Forecast, forecast
from service.statistics.frequencies import Chosen, chosen
from service.statistics.goals import Goal, Goals, goals_of, judging
from service.statistics.lengths import usual
from service.statistics.points import Point, point_of, quarters
from service.statistics.sentences import number, there_are
from service.statistics.steps import step


@dataclass(frozen=True)
class Series:
    """What a series shows. Everything is computed once, when it is first needed."""

    inputs: SeriesInputs

    @cached_property
    def chosen(self) -> Chosen:
        """Its figures of one length, and that length."""
        return chosen(self.inputs.counts, self.inputs.figures, self.inputs.frequency)

    @property
    def figures(self) -> tuple[SeriesFigure, ...]:
        """Its figures of one length, oldest first."""
        return self.chosen.figures

    @property
    def unit(self) -> Unit:
        """The unit of its metric."""
        return self.inputs.unit

    @cached_property
    def starts(self) -> list[tuple[int, str]]:
        """Where its limits are recalculated, by the index of the first figure, with the reason.

        A recalculation without figures on both sides starts nothing.
        """
        starts = stretches.starts_of([each.period_ends for each in self.figures], self.inputs.recalculations)
        return [(at, each.reason) for at, each in starts]

    @property
    def reasons_for_limits(self) -> dict[int, str]:
        """Why the limits of a stretch begin again or are fixed, by the index of its first figure."""
        return stretches.reasons_of([each.period_ends for each in self.figures], self.inputs.recalculations)

    @cached_property
    def chart(self) -> process.Chart:
        """Its process limits and special causes."""
        ends = [each.period_ends for each in self.figures]
        return process.xmr(
            [each.value for each in self.figures],
            recalculated_at=[at for at, _ in self.starts],
            baselines=stretches.baselines_of(ends, self.inputs.recalculations),
        )

    @property
    def suggested_recalculation(self) -> RecalculatedFrom | None:
        """Where its limits could be recalculated, and why: an unmistakable step; nobody but a person decides that."""
        found = step([figure.value for figure in self.figures], self.chart.latest)
        if found is None:
            return None
        first, last = self.figures[found.first], self.figures[-1]
        mean, lower, upper = (
            number(self.unit, float(each)) for each in (found.mean, found.since.lower, found.since.upper)
        )
        count, side = len(self.figures) - found.first, "above" if found.is_up else "below"
        reason = (
            f"The last {count} figures, {first.label} to {last.label}, are all {side} the mean, {mean}, "
            f"and within limits of their own, {lower} to {upper}."
        )
        return RecalculatedFrom(first.period_starts, reason)

    @cached_property
    def goals(self) -> tuple[Goal | None, ...]:
        """The goal that each figure is judged by, at the end of its period; None where there is no target."""
        if not self.inputs.targets or self.chosen.are_parts:
            return (None,) * len(self.figures)
        return tuple(self._goal_of(point_of(figure, self.unit)) for figure in self.figures)

    @cached_property
    def goals_since(self) -> tuple[dt.date | None, ...]:
        """The day from which the goal of each figure counts; without one, when that of the figure before was due.

        None where there is no such day.
        """
        if not any(self.goals):
            return (None,) * len(self.figures)
        days: list[dt.date | None] = []
        for figure, goal, before in zip(self.figures, self.goals, (None, *self.goals), strict=False):
            target = None if goal is None else judging(self._targets, point_of(figure, self.unit))
            ended = None if before is None else before.due
            days.append(ended if target is None else target.since(figure.period_ends))
        return tuple(days)

    def _goal_of(self, point: Point) -> Goal | None:
        target = judging(self._targets, point)
        return None if target is None else target.on(point.on)

    def target_of(self, figure: SeriesFigure) -> TargetHistory | None:
        """The target that a figure is judged by, as it was set and changed; None without one."""
        found = judging(self._targets, point_of(figure, self.unit))
        each = zip(self._targets, self.inputs.targets, strict=True)
        return next((history for goals, history in each if goals is found), None)

    @property
    def latest_goal(self) -> Goal | None:
        """The goal that the latest figure is judged by."""
        return self.goals[-1] if self.goals else None

    @cached_property
    def _targets(self) -> list[Goals]:
        counts = self.inputs.counts
        length = usual(counts, ((each.period_starts, each.period_ends) for each in self.inputs.figures))
        return [goals_of(history, self.unit, counts, length) for history in self.inputs.targets]

    @cached_property
    def variation(self) -> Variation:
        """What the latest figure says about the process; NOT_ASSESSABLE where its stretch has fewer than three."""
        return process.variation(self.chart, self.inputs.direction)

    @property
    def variations(self) -> Sequence[Variation]:
        """What each figure alone says about the process, by its first special cause."""
        return [process.judged(causes, self.inputs.direction) for causes in self.chart.special_causes]

    @cached_property
    def assurance(self) -> Assurance:
        """Whether the process meets the goal that the latest figure is judged by."""
        return process.assurance(self.chart, self.latest_goal)

    @cached_property
    def trend(self) -> trends.Trend:
        """The direction of the latest five figures: of percentages by their counts, where all have them."""
        latest = self.figures[-trends.POINTS :]
        if self.unit is Unit.PERCENT and all(each.numerator is not None and each.denominator for each in latest):
            return trends.recent([trends.TrendPoint(each.value, each.numerator, each.denominator) for each in latest])
        return trends.recent([self._with_limits(figure) for figure in latest])

    def _with_limits(self, figure: SeriesFigure) -> trends.TrendPoint:
        interval = figures.interval(self.unit, figure)
        limits = (None, None) if interval is None else (interval.lower, interval.upper)
        return trends.TrendPoint(figure.value, None, None, *limits)

    @property
    def is_provisional(self) -> bool:
        """Whether variation and assurance rest on 6 to 11 figures."""
        latest = self.chart.latest
        return latest is not None and latest.allows_verdict and latest.is_trial

    @property
    def _no_target(self) -> str:
        if self.inputs.targets and self.chosen.are_parts:
            return "its targets are for the whole count, not for parts of it"
        is_of_other_length = bool(self._targets) and not any(self._judges_length(each) for each in self._targets)
        return "its targets are for periods of another length" if is_of_other_length else "no target is set"

    def _judges_length(self, target: Goals) -> bool:
        """Whether a target judges figures as long as the latest one."""
        latest = [point_of(figure, self.unit) for figure in self.figures[-1:]]
        return all(target.on(point.on).is_as_long(point) for point in latest)

    @property
    def reasons(self) -> list[str]:
        """Why variation, assurance or trend cannot be assessed or is provisional, and what is missing, in sentences."""
        reasons = []
        if self.variation is Variation.NOT_ASSESSABLE:
            reasons.append(f"Variation: {self.too_few}.")
        if self.assurance is Assurance.NOT_ASSESSABLE:
            reasons.append(f"Assurance: {self._no_target if self.latest_goal is None else self.too_few}.")
        if self.is_provisional:
            reasons.append(f"Provisional: {self.provisional}.")
        if self.trend.direction is TrendDirection.NOT_ASSESSABLE:
            reasons.append(f"Trend: {self.trend.reason}.")
        return [*reasons, *self.gap_notes]

    @cached_property
    def gaps(self) -> list[gaps.Gap]:
        """Where periods are missing between its figures."""
        return gaps.gaps(self.figures)

    @property
    def gap_notes(self) -> list[str]:
        """Which periods are missing, and which runs of points go on over them, each in a sentence."""
        if not self.gaps:
            return []
        return [gaps.missing(self.gaps), *gaps.spanning(self.chart.runs, self.gaps, self.figures)]

    @property
    def too_few(self) -> str:
        """Why there is no verdict, by the number of points in the latest stretch."""
        start = max((at for at, _ in self.starts), default=0)
        count = len(self.figures) - start
        since = " since the limits were recalculated" if start else ""
        if count < process.FEWEST:
            return f"limits need at least {process.FEWEST} points; {there_are(count)}{since}"
        return f"the limits rest on {count} points{since}; {process.FEWEST_FOR_VERDICT} are needed"

    @property
    def provisional(self) -> str:
        """Why variation and assurance are provisional, as a clause."""
        points = 0 if self.chart.latest is None else self.chart.latest.points
        return f"the limits rest on {points} points; they are firm from {process.ENOUGH}"

    def forecast(self, days: Sequence[dt.date]) -> list[Forecast]:
        """The Theil–Sen line on later days, soonest first; none with too few figures."""
        if not self.figures:
            return []
        last = self.figures[-1].period_ends
        first = bisect_left(
            self.figures, True, key=lambda figure: quarters(figure.period_ends, last) <= QUARTERS_OBSERVED
        )
        points = [Point(each.period_ends, Decimal(repr(each.value))) for each in self.figures[first:]]
        return forecast(points, days, self.unit)
