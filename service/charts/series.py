"""A series becomes its chart, with the words that say what it shows."""

from schema.enumerations import Comparator, Variation
from schema.units import unit_rules
from service.charts.model import Chart, ChartPoint, LimitLine, Look, Recalculation, TargetLine
from service.statistics import sentences
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
    return [*firmness, *series.gap_notes]


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
    return TargetLine(values, words, uppers if any(each is not None for each in uppers) else ())


def _description(series: Series) -> str:
    """What the picture shows, for people who cannot see it."""
    if not series.figures:
        return "No figure is published."
    first, last = series.figures[0], series.figures[-1]
    latest = sentences.number(series.unit, last.value)
    description = f"{len(series.figures)} figures from {first.label} to {last.label}; the latest is {latest}."
    if groups := series.chart.groups:
        lower, upper = (sentences.number(series.unit, float(each)) for each in (groups[-1].lower, groups[-1].upper))
        description += f" {'Trial' if groups[-1].is_trial else 'Process'} limits {lower} to {upper}."
    if series.latest_goal is not None:
        description += f" It is judged against {sentences.target(series.latest_goal)}."
    provisional = [f"This is provisional: {series.provisional}."] if series.is_provisional else []
    return " ".join([description, _SENTENCES[series.variation], *provisional, *series.gap_notes])
