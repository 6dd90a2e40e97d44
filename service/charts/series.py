"""A series becomes its chart, with the words that say what it shows."""

import datetime as dt
from collections.abc import Iterator

from schema.enumerations import Comparator, Unit, Variation
from schema.units import unit_rules
from service.charts.model import Chart, ChartPoint, LimitLine, Look, Milestone, Recalculation, TargetLine
from service.statistics import sentences
from service.statistics.goals import Goal
from service.statistics.points import Point
from service.statistics.series import Series

_LOOKS = {
    Variation.IMPROVEMENT: Look.IMPROVEMENT,
    Variation.CONCERN: Look.CONCERN,
    Variation.NEUTRAL_HIGH: Look.NEUTRAL,
    Variation.NEUTRAL_LOW: Look.NEUTRAL,
}
_SENTENCES = {
    Variation.IMPROVEMENT: "The latest figure shows an improvement that is more than chance.",
    Variation.CONCERN: "The latest figure shows a change for the worse that is more than chance.",
    Variation.NEUTRAL_HIGH: "The latest figure is higher than chance explains.",
    Variation.NEUTRAL_LOW: "The latest figure is lower than chance explains.",
    Variation.COMMON_CAUSE: "The latest figure is within normal variation.",
    Variation.NOT_ASSESSABLE: "There are too few figures to tell chance from change.",
}


def drawn(series: Series) -> Chart:
    """The chart of a series."""
    points = tuple(
        ChartPoint(
            figure.label,
            figure.period_ends,
            figure.value,
            look=_LOOKS.get(variation, Look.COMMON),
            is_corrected=figure.revision > 1,
        )
        for figure, variation in zip(series.figures, series.variations, strict=True)
    )
    return Chart(
        title=series.inputs.metric,
        subtitle=f"{series.inputs.organisation}. {unit_rules(series.unit).axis}.",
        description=_description(series),
        unit=series.unit,
        decimals=series.inputs.decimals,
        points=points,
        limits=_limits(series),
        # A group too short for limits still starts with a line.
        recalculations=tuple(Recalculation(first, reason) for first, reason in dict(series.starts).items()),
        target=_target(series),
        gaps=tuple(gap.at for gap in series.gaps),
        notes=tuple(_notes(series)),
    )


def _notes(series: Series) -> list[str]:
    """What the picture says below itself: how firm its limits are, and what is missing."""
    latest = series.chart.latest
    firmness = []
    if series.is_provisional:
        firmness.append(f"What the limits say is provisional: {series.provisional}.")
    elif latest is not None and not latest.allows_verdict:
        firmness.append(f"No verdict: {series.too_few}.")
    return [*firmness, *_fixed(series), *series.gap_notes]


def _limits(series: Series) -> tuple[LimitLine, ...]:
    return tuple(
        LimitLine(
            first=group.start,
            last=group.start + group.size - 1,
            mean=float(group.mean),
            lower=float(group.lower),
            upper=float(group.upper),
            is_trial=group.is_trial,
        )
        for group in series.chart.groups
    )


def _target(series: Series) -> TargetLine | None:
    goal = series.latest_goal
    if goal is None:
        return None
    values = tuple(None if each is None else float(each.value) for each in series.goals)
    number = sentences.number(series.unit, goal.value)
    words = {
        Comparator.AT_LEAST: f"Target ≥ {number}",
        Comparator.MORE_THAN: f"Target > {number}",
        Comparator.AT_MOST: f"Target ≤ {number}",
        Comparator.LESS_THAN: f"Target < {number}",
        Comparator.EXACTLY: f"Target {number}",
    }.get(goal.comparator, f"Target {number} to {sentences.number(series.unit, goal.upper)}")
    uppers = tuple(
        None if each is None or each.upper_value is None else float(each.upper_value) for each in series.goals
    )
    return TargetLine(
        values,
        words,
        uppers if any(each is not None for each in uppers) else (),
        _steps(series),
        _milestones(series.unit, goal),
        None if goal.baseline is None or not goal.milestones else (goal.baseline.on, float(goal.baseline.value)),
    )


def _steps(series: Series) -> tuple[dt.date | None, ...]:
    """The day on which what judges a figure began to count, or what judged the one before ended; None for neither.

    A day by which another goal still judged a figure is none: the line steps between the two figures.
    """
    steps: list[dt.date | None] = []
    judged: dt.date | None = None  # the end of the last figure so far that has a goal
    for at, (figure, goal, since) in enumerate(zip(series.figures, series.goals, series.goals_since, strict=True)):
        is_day = at > 0 and since is not None and since <= figure.period_ends and (judged is None or judged < since)
        steps.append(since if is_day else None)
        judged = judged if goal is None else figure.period_ends
    return tuple(steps)


def _milestones(unit: Unit, goal: Goal) -> tuple[Milestone, ...]:
    """The milestones of a goal, and what it asks for when it is due; none for a goal without milestones."""
    if not goal.milestones or goal.due is None:
        return ()
    way = [*goal.milestones, Point(goal.due, goal.aim(goal.milestones[-1].value))]
    return tuple(
        Milestone(each.on, float(each.value), sentences.number(unit, each.value), sentences.milestone(unit, each))
        for each in way
    )


def _description(series: Series) -> str:
    """What the picture shows, for people who cannot see it."""
    if not series.figures:
        return "No figure is published."
    first, last = series.figures[0], series.figures[-1]
    latest = sentences.number(series.unit, last.value)
    description = f"{len(series.figures)} figures from {first.label} to {last.label}; the latest is {latest}."
    if group := series.chart.latest:
        lower, upper = (sentences.number(series.unit, float(each)) for each in (group.lower, group.upper))
        description += f" {'Trial' if group.is_trial else 'Process'} limits {lower} to {upper}."
    if series.latest_goal is not None:
        description += f" It is judged against {sentences.target(series.latest_goal)}."
        if way := _milestones(series.unit, series.latest_goal)[:-1]:
            description += f" On the way, it should be {', '.join(each.words for each in way)}."
    provisional = [f"This is provisional: {series.provisional}."] if series.is_provisional else []
    return " ".join([description, _SENTENCES[series.variation], *provisional, *_fixed(series), *series.gap_notes])


def _fixed(series: Series) -> Iterator[str]:
    """From which figures limits come that are fixed, each in a sentence with the reason."""
    for group in series.chart.groups:
        if group.points < group.size:
            first, last = series.figures[group.start], series.figures[group.start + group.points - 1]
            reason = series.reasons_for_limits.get(group.start, "").rstrip(".")
            because = f": {reason}" if reason else ""
            yield f"The limits are those of {group.points} figures, {first.label} to {last.label}{because}."
