"""The columns of a series become what it says: limits, causes, variation, assurance, trend, forecast, and why not."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schema import ids, periods
from schema.enumerations import Assurance, Direction, PeriodKind, SpecialCause, TrendDirection, Unit, Variation
from service.statistics import figures, process, trends
from service.statistics.columns import goal
from service.statistics.figures import Numbers
from service.statistics.forecasts import Forecast, forecast
from service.statistics.goals import Goal
from service.statistics.points import Point
from service.statistics.progress import expected_on

MOST_QUARTERS = 12


@dataclass(frozen=True)
class Measured:
    """One figure of a series."""

    key: int
    on: dt.date
    label: str
    numbers: Numbers
    revision: int


@dataclass(frozen=True)
class Series:
    """A series as it was read, oldest figure first. `recalculations` are days with the reason for new limits."""

    metric: str
    organisation: str
    unit: Unit
    direction: Direction
    decimals: int
    figures: tuple[Measured, ...]
    targets: tuple[Mapping[str, Any], ...]
    recalculations: tuple[tuple[dt.date, str], ...]

    @property
    def starts(self) -> list[tuple[int, str]]:
        """Where limits are reckoned anew, by the index of the first figure, with the reason."""
        days = [(sum(each.on < day for each in self.figures), reason) for day, reason in self.recalculations]
        return [(at, reason) for at, reason in days if 0 < at < len(self.figures)]

    def chart(self) -> process.Chart:
        """Its process limits and special causes."""
        values = [each.numbers.value for each in self.figures]
        return process.xmr(values, recalculated_at=[at for at, _ in self.starts])

    def goal_on(self, day: dt.date) -> Goal | None:
        """The target that a day is judged by: of those in force, the one that is due next, or was due last."""
        goals = [goal(each, self.unit, day) for each in self.targets]
        ahead = [each for each in goals if each.due is None or each.due >= day]
        return min(ahead, key=_due, default=None) or max(goals, key=_due, default=None)


def _due(of: Goal) -> dt.date:
    return of.due or dt.date.max


@dataclass(frozen=True)
class PointView:
    """Shapes are those of the type `SeriesPoint`."""

    special_causes: tuple[SpecialCause, ...]
    target: float | None
    target_upper: float | None
    expected: float | None
    value: float


@dataclass(frozen=True)
class LimitsView:
    """Shapes are those of the type `ProcessLimits`."""

    from_: dt.date
    to: dt.date
    mean: float
    lower: float
    upper: float
    points: int
    is_trial: bool
    reason: str | None


@dataclass(frozen=True)
class PeriodView:
    """A quarter to come; shapes are those of the type `Period`."""

    id: str
    code: str
    label: str
    kind: PeriodKind
    start: dt.date
    end: dt.date
    quarter: str


@dataclass(frozen=True)
class RecalculationView:
    """Shapes are those of the type `Recalculation`."""

    starts: dt.date
    reason: str


@dataclass(frozen=True)
class ForecastView:
    """Shapes are those of the type `ForecastPoint`."""

    period: PeriodView
    value: float
    lower: float
    upper: float


def read(data: Mapping[str, Any]) -> Series:
    """A series from the JSON that a statement brings."""
    unit = Unit(data["unit"])
    return Series(
        metric=data["metric"],
        organisation=data["organisation"],
        unit=unit,
        direction=Direction(data["direction"]),
        decimals=data["decimals"],
        figures=tuple(_measured(each, unit) for each in data["points"]),
        targets=tuple(data["targets"]),
        recalculations=tuple((dt.date.fromisoformat(day), reason) for day, reason in data["recalculations"]),
    )


def _measured(row: Mapping[str, Any], unit: Unit) -> Measured:
    names = {"lower": "lower_confidence_limit", "upper": "upper_confidence_limit"}
    said = {name: row[names.get(name, name)] for name in ("value", "numerator", "denominator", "lower", "upper")}
    on = dt.date.fromisoformat(row["on"])
    return Measured(row["key"], on, row["label"], Numbers(unit, **said), row["revision"])


def points(series: Series) -> dict[int, PointView]:
    """What each figure says, by its key, in order."""
    found = {}
    for figure, causes in zip(series.figures, series.chart().special_causes, strict=True):
        aim = series.goal_on(figure.on)
        target, expected = (None, None) if aim is None else (float(aim.value), expected_on(aim, figure.on))
        upper = None if aim is None or aim.upper_value is None else float(aim.upper_value)
        found[figure.key] = PointView(causes, target, upper, expected, figure.numbers.value)
    return found


def recalculations(series: Series) -> list[RecalculationView]:
    """The days from which limits are reckoned anew, soonest first."""
    return [RecalculationView(starts, reason) for starts, reason in series.recalculations]


def limits(series: Series) -> list[LimitsView]:
    """The limits of each stretch that has some, oldest first."""
    reasons = dict(series.starts)
    return [
        LimitsView(
            from_=series.figures[group.start].on,
            to=series.figures[group.start + group.points - 1].on,
            mean=group.mean,
            lower=group.lower,
            upper=group.upper,
            points=group.points,
            is_trial=group.is_trial,
            reason=reasons.get(group.start),
        )
        for group in series.chart().groups
    ]


def variation(series: Series) -> Variation:
    """What the latest figure says of the process; NOT_ASSESSABLE where its stretch has fewer than three."""
    return process.variation(series.chart(), series.direction)


def assurance(series: Series) -> Assurance:
    """Whether the process meets the target that the latest figure is judged by."""
    return process.assurance(series.chart(), _latest_goal(series))


def _latest_goal(series: Series) -> Goal | None:
    return series.goal_on(series.figures[-1].on) if series.figures else None


def trend(series: Series) -> trends.Trend:
    """Where the latest five figures go."""
    found = []
    for each in series.figures[-trends.POINTS :]:
        interval = figures.interval(each.numbers)
        limits = (None, None) if interval is None else (interval.lower, interval.upper)
        is_share = each.numbers.unit is Unit.PERCENT
        counts = (each.numbers.numerator, each.numbers.denominator) if is_share else (None, None)
        found.append(trends.TrendPoint(each.numbers.value, *counts, *limits))
    return trends.recent(found)


def reasons(series: Series) -> list[str]:
    """Why variation, assurance or trend cannot be said, each in a sentence."""
    said = []
    if variation(series) is Variation.NOT_ASSESSABLE:
        last = max((at for at, _ in series.starts), default=0)
        count = len(series.figures) - last
        since = " since the limits were reckoned anew" if last else ""
        said.append(f"Variation: limits take {process.FEWEST} figures, and there are {count}{since}.")
    if assurance(series) is Assurance.NOT_ASSESSABLE:
        why = "no target is set" if _latest_goal(series) is None else "without limits it cannot be said"
        said.append(f"Assurance: {why}.")
    recent = trend(series)
    if recent.direction is TrendDirection.NOT_ASSESSABLE:
        said.append(f"Trend: {recent.reason}.")
    return said


def forecasts(series: Series, quarters: int) -> list[ForecastView]:
    """The quarters after the latest figure, soonest first; none with too few figures."""
    if not series.figures:
        return []
    known = [Point(each.on, Decimal(repr(each.numbers.value))) for each in series.figures]
    ahead = _ahead(series.figures[-1].on, min(quarters, MOST_QUARTERS))
    found = forecast(known, [period.ends for period in ahead], series.unit)
    return [_forecast(period, each) for period, each in zip(ahead, found, strict=False)]


def _ahead(day: dt.date, quarters: int) -> list[periods.Period]:
    """So many quarters after the one that a day is in, as far as the calendar goes."""
    found: list[periods.Period] = []
    ends = periods.parsed(periods.quarter_of(day)).ends
    while len(found) < quarters and ends < dt.date.max:
        found.append(periods.parsed(periods.quarter_of(ends + dt.timedelta(days=1))))
        ends = found[-1].ends
    return found


def _forecast(period: periods.Period, found: Forecast) -> ForecastView:
    identity = ids.named("Period", period.code)
    view = PeriodView(identity, period.code, period.label, period.kind, period.starts, period.ends, period.quarter)
    return ForecastView(view, found.value, found.lower, found.upper)


def looks(series: Series) -> Sequence[Variation]:
    """What each figure alone says of the process, by its first special cause."""
    chart = series.chart()
    return [process.judged(causes, series.direction) for causes in chart.special_causes]
