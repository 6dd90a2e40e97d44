"""The labels of a plot: at the end of each line, below the points, and at the foot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from schema.enumerations import Unit
from service.charts import scale, words
from service.charts.marks import GREY, RED
from service.charts.model import Chart

SIZE = 12.0
LINE_HEIGHT = SIZE + 2
# Labels of lines have at most this share of the width, and two rows of text each.
_MOST_OF_WIDTH = 0.35
# Narrower pictures have what lines are at the foot: next to the plot there is no room for it.
NARROW = 480.0
# The foot gives this many recalculations, the latest ones. Each line in the plot gives its own.
_MOST_RECALCULATIONS = 3


@dataclass(frozen=True)
class Label:
    """The label of a line, at the value where it ends."""

    value: float
    lines: tuple[str, ...]
    colour: str

    @property
    def height(self) -> float:
        """Its height."""
        return len(self.lines) * LINE_HEIGHT


def of_lines(chart: Chart, width: float) -> list[Label]:
    """The labels at the ends of a chart's lines; none where there is no room next to the plot."""
    if width < NARROW:
        return []
    return [
        Label(value, tuple(scale.lines(words, width * _MOST_OF_WIDTH, SIZE)), colour)
        for value, words, colour in _line_ends(chart)
    ]


def room(labels: Sequence[Label]) -> float:
    """The width of the widest label."""
    return max((len(line) for label in labels for line in label.lines), default=0) * scale.LETTER * SIZE


def _line_ends(chart: Chart) -> list[tuple[float, str, str]]:
    ends = []
    if chart.limits:
        last = chart.limits[-1]
        trial = "trial " if last.is_trial else ""
        # The latest points may be too few for limits of their own.
        until = "" if last.last == len(chart.points) - 1 else f"until {chart.points[last.last].label}: "
        ends += [
            (last.upper, f"Upper {trial}limit {until}{words.at_line(chart, last.upper)}", GREY),
            (last.mean, f"Mean {until}{words.at_line(chart, last.mean)}", GREY),
            (last.lower, f"Lower {trial}limit {until}{words.at_line(chart, last.lower)}", GREY),
        ]
    if chart.target is not None and (value := chart.target.values[-1] if chart.target.values else None) is not None:
        ends.append((value, chart.target.words, RED))
    return ends


def of_periods(chart: Chart, places: Sequence[float], width: float) -> list[tuple[int, float, str]]:
    """The names of periods that fit below their points without touching: the point, the middle of the name, the name.

    The last one is always there. A name that would reach beyond the picture is moved inside.
    """
    longest = max(len(point.label) for point in chart.points)
    needed = (longest * scale.LETTER + 1) * SIZE
    found: list[tuple[int, float, str]] = []
    free, last = width - 4, math.inf
    for at in reversed(range(len(places))):
        name = next(iter(scale.lines(chart.points[at].label, width - 8, SIZE, most=1)), "")
        half = len(name) * scale.LETTER * SIZE / 2
        middle = max(min(places[at], width - 4 - half), half + 4)
        if middle + half <= free and last - places[at] >= needed:
            found.append((at, middle, name))
            free, last = middle - half - SIZE, places[at]
    return found


def at_foot(chart: Chart, width: float) -> list[str]:
    """The notes: those of the chart, where limits were last recalculated and why, and what is beyond the edge."""
    recalculated = [
        f"Limits recalculated from {chart.points[each.first].label}: {each.reason}"
        for each in chart.recalculations[-_MOST_RECALCULATIONS:]
    ]
    lines = [words for _, words, __ in _line_ends(chart)] if width < NARROW else []
    notes = [
        *([f"Lines: {'; '.join(lines)}."] if lines else []),
        *chart.notes,
        *_way(chart),
        *recalculated,
        *_beyond(chart),
    ]
    return [line for each in notes for line in scale.lines(each, width - 24, SIZE, most=rows_of(width))]


def rows_of(width: float) -> int:
    """How many rows a text may have: a narrow picture has fewer words in each."""
    return 6 if width < NARROW else 2


def _way(chart: Chart) -> list[str]:
    """The milestones in words, also those that are beyond the days that the picture shows."""
    milestones = chart.target.milestones if chart.target else ()
    return [f"On the way to the target: {', '.join(each.words for each in milestones)}."] if milestones else []


def _beyond(chart: Chart) -> list[str]:
    """Whether limits are beyond what figures can be, in words."""
    least, most = chart.edges
    is_below = any(limit.lower < least for limit in chart.limits)
    is_above = any(limit.upper > most for limit in chart.limits)
    if chart.unit is Unit.PERCENT and (is_below or is_above):
        return ["Limits beyond 0% or 100% are drawn at the edge."]
    return ["Limits below 0 are drawn at the edge."] if is_below else []
