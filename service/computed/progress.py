"""A target and the figures of its series become its progress, as the type `TargetProgress`."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from schema.computed_inputs.targets import JudgedFigure, JudgedTarget, ProgressHistoryInputs, ProgressInputs
from service.statistics import figures
from service.statistics.goals import goal_in_force, goals_by_date
from service.statistics.points import Point
from service.statistics.process import Group, latest_limits
from service.statistics.progress import Progress, assess
from service.statistics.stretches import latest_start


@dataclass(frozen=True, kw_only=True)
class TargetProgress(Progress):
    """The type `TargetProgress`; `target`, `figure` and `period` are ids."""

    target: int
    figure: int | None
    period: int | None


def progress(inputs: ProgressInputs) -> TargetProgress:
    """The progress of a target on a date, by the latest figure whose period ended by then."""
    by_then = [figure for figure in inputs.judged.figures if figure.period_ends <= inputs.as_of]
    return _progress(inputs.judged, by_then, _points(by_then), inputs.as_of)


def progress_history(inputs: ProgressHistoryInputs) -> list[TargetProgress]:
    """The progress of a target at the end of each period within the dates, by the figures until then."""
    judged, points = inputs.judged, _points(inputs.judged.figures)
    starts, ends = inputs.starts or dt.date.min, inputs.ends or dt.date.max
    return [
        _progress(judged, judged.figures[:count], points[:count], judged.figures[count - 1].period_ends)
        for count in range(1, len(points) + 1)
        if starts <= judged.figures[count - 1].period_ends <= ends
    ]


def _progress(
    judged: JudgedTarget, published: Sequence[JudgedFigure], points: Sequence[Point], on: dt.date
) -> TargetProgress:
    goal = goal_in_force(goals_by_date(judged.history, judged.unit), on)
    latest = published[-1] if published else None
    if latest is not None:
        points = [*points[:-1], replace(points[-1], interval=figures.interval(judged.unit, latest))]
    assessed = assess(goal, points, on=on, limits=_limits(judged, points))
    return TargetProgress(
        target=judged.id,
        figure=None if latest is None else latest.id,
        period=None if latest is None else latest.period_id,
        **vars(assessed),
    )


def _limits(judged: JudgedTarget, points: Sequence[Point]) -> Group | None:
    """The process limits of the latest stretch of a series, as its chart shows them."""
    start = latest_start([point.on for point in points], judged.recalculations)
    return latest_limits([point.value for point in points], start)


def _points(published: Sequence[JudgedFigure]) -> list[Point]:
    # The shortest text of a float is the text that it came from: 69.57 stays 69.57.
    return [Point(figure.period_ends, Decimal(repr(figure.value))) for figure in published]
