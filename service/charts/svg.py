"""A chart becomes SVG: an XmR chart by the conventions of Making Data Count.

Points are true to time, and the line has a gap where periods are missing. Mean and limits in grey, trial limits dotted
and named so, the target dashed in red from the day on which it counts, with its milestones as diamonds. Special causes
by shape as well as colour. Corrections have a ring; recalculations have a line and their reason. Lines have a label at
their end, or at the foot of a narrow picture. Every text and every mark has a contrast of 4.5 : 1 with white, and a
description says in words what the picture shows.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from service.charts import labels, marks, milestones, scale, words
from service.charts.document import document, headed
from service.charts.labels import LINE_HEIGHT, Label
from service.charts.labels import SIZE as _SIZE
from service.charts.marks import GREY, INK, RED
from service.charts.model import Chart, LimitLine, TargetLine
from service.charts.scale import Scale
from service.charts.sizes import within_sizes
from service.charts.text import text as _text
from service.statistics.points import quarters
from service.statistics.sentences import number

_LEGEND_ROW = 18.0
# The least width and height of a plot. When the text needs more room, the picture is drawn larger and shown at the size
# of the request.
_LEAST_PLOT = 120.0
_FOOT = 34.0
# How far the line of a target goes beyond the first and the last point.
_STEP = 20.0


@dataclass(frozen=True)
class Frame:
    """Where the points go: the edges of the plot, the scale of days since the first, and the scale of values."""

    left: float
    right: float
    top: float
    bottom: float
    first: dt.date
    x: Scale
    places: tuple[float, ...]
    y: Scale
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[Label, ...]
    foot: tuple[str, ...]
    width: float
    height: float

    def across(self, day: dt.date) -> float:
        """The place of a day across, true to time: half a year is twice as wide as a quarter."""
        return self.x.at(quarters(self.first, day))


def svg(chart: Chart, *, width: int = 800, height: int = 400) -> str:
    """The picture, as a document of its own.

    The width is from 280 to 2,400 and the height from 200 to 1,600; any other becomes the nearest of these.
    """
    width, height = within_sizes(width, height)
    chart = words.readable(chart)
    if chart.points:
        frame, head = _framed(chart, width, height)
        body = [head, _grid(frame), _recalculations(chart, frame), _limits(chart, frame), _target(chart, frame)]
        body += [_series(chart, frame), _periods(chart, frame), _line_labels(frame)]
        across, down = frame.width, frame.height
    else:
        across, down = width, height
        body = [_head(chart, width).drawn]
        body.append(_text(width / 2, height / 2 + 40, "No figure is published.", anchor="middle"))
    drawn = "".join(body)
    return document(chart.title, chart.description, drawn, shown=(width, height), size=(across, down))


@dataclass(frozen=True)
class _Head:
    drawn: str
    height: float


def _head(chart: Chart, width: float) -> _Head:
    """Title, subtitle and legend, one below the other."""
    drawn, y = headed(chart.title, chart.subtitle, width, most=labels.rows_of(width))
    legend, rows = marks.legend(chart, width - 24)
    drawn += f'<g transform="translate(12 {y + 14:.1f})">{legend}</g>' if rows else ""
    return _Head(drawn, y + 14 + rows * _LEGEND_ROW)


def _framed(chart: Chart, width: float, height: float) -> tuple[Frame, str]:
    """The frame of a chart's plot, and what is drawn above it."""
    low, high, ticks = _ends(chart)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    named = tuple((tick, words.on_axis(chart, tick, step)) for tick in ticks)
    left = 16 + max(len(name) for _, name in named) * scale.LETTER * _SIZE
    at_lines = labels.of_lines(chart, width)
    margin = labels.room(at_lines) + 20
    width = max(width, left + _LEAST_PLOT + margin)
    head = _head(chart, width)
    foot = labels.at_foot(chart, width)
    below = _FOOT + len(foot) * (_SIZE + 4)
    top = head.height + 6
    height = max(height, top + max(_LEAST_PLOT, sum(label.height for label in at_lines) + 8) + below)
    right, bottom = width - margin, height - below
    first, x, y = chart.points[0].on, _days(chart, left + 12, right - 12), Scale(low, high, bottom, top)
    places = tuple(x.at(quarters(first, point.on)) for point in chart.points)
    foot_and_size = tuple(foot), width, height
    return Frame(left, right, top, bottom, first, x, places, y, named, tuple(at_lines), *foot_and_size), head.drawn


def _days(chart: Chart, left: float, right: float) -> Scale:
    """The scale of quarters since the first point, to the last day that the chart shows."""
    away = quarters(chart.points[0].on, chart.ends)
    return Scale(0, away, left, right) if away > 0 else Scale(-1, 1, left, right)


def _ends(chart: Chart) -> tuple[float, float, list[float]]:
    """The ends of the scale of values, and the round numbers on it.

    Limits keep their calculated values; the picture ends where figures do.
    """
    least, most = chart.edges
    limits = [min(max(each, least), most) for limit in chart.limits for each in (limit.lower, limit.upper)]
    low, high, ticks = scale.around(chart.shown + limits)
    low, high = max(low, least), min(high, most)
    return low, high, [tick for tick in ticks if low <= tick <= high] or [low, high]


def _grid(frame: Frame) -> str:
    drawn = []
    for tick, name in frame.ticks:
        y = frame.y.at(tick)
        drawn.append(f'<path d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" stroke="#e5e5e5"/>')
        drawn.append(_text(frame.left - 6, y + 4, name, anchor="end"))
    return "".join(drawn)


def _limits(chart: Chart, frame: Frame) -> str:
    if chart.is_stepped:
        return _mean(frame, chart.limits[0].mean) + "".join(
            f'<path d="{_stepped([getattr(each, name) for each in chart.limits], frame)}" stroke="{GREY}" fill="none" '
            f'stroke-dasharray="{_dash(chart.limits[0])}"/>'
            for name in ("lower", "upper")
        )
    return "".join(_limit(frame, limit) for limit in chart.limits)


def _limit(frame: Frame, limit: LimitLine) -> str:
    start, end = frame.places[limit.first], frame.places[limit.last]
    mean = f'<path d="M{start:.1f} {frame.y.at(limit.mean):.1f}H{end:.1f}" stroke="{GREY}" stroke-width="1.5"/>'
    ends = "".join(
        f'<path d="M{start:.1f} {frame.y.at(value):.1f}H{end:.1f}" stroke="{GREY}" stroke-dasharray="{_dash(limit)}"/>'
        for value in (limit.lower, limit.upper)
    )
    return mean + ends


def _dash(limit: LimitLine) -> str:
    return "2 5" if limit.is_trial else "7 4"


def _mean(frame: Frame, mean: float) -> str:
    start, end = _spans(frame)[0][0], _spans(frame)[-1][1]
    return f'<path d="M{start:.1f} {frame.y.at(mean):.1f}H{end:.1f}" stroke="{GREY}" stroke-width="1.5"/>'


def _stepped(values: Sequence[float], frame: Frame) -> str:
    """The path of a line with a value for each point, upright between them."""
    pieces = [
        f"L{start:.1f} {frame.y.at(value):.1f}H{end:.1f}"
        for value, (start, end) in zip(values, _spans(frame), strict=True)
    ]
    return f"M{''.join(pieces)[1:]}"


def _spans(frame: Frame) -> list[tuple[float, float]]:
    """From where to where each point has the line to itself: half-way to its neighbours."""
    middles = [(one + other) / 2 for one, other in pairwise(frame.places)]
    starts, ends = [frame.places[0] - _STEP, *middles], [*middles, frame.places[-1] + _STEP]
    return [(max(start, frame.left), min(end, frame.right)) for start, end in zip(starts, ends, strict=True)]


def _recalculations(chart: Chart, frame: Frame) -> str:
    """A line where limits were recalculated, with the reason as its title."""
    drawn = []
    for each in chart.recalculations:
        x = (frame.places[each.first - 1] + frame.places[each.first]) / 2
        drawn.append(
            f'<path d="M{x:.1f} {frame.top:.1f}V{frame.bottom:.1f}" stroke="{GREY}" stroke-dasharray="1 3">'
            f"<title>Limits recalculated: {escape(each.reason)}</title></path>"
        )
    return "".join(drawn)


def _target(chart: Chart, frame: Frame) -> str:
    """The target's line, or both of its bounds, which step on the days on which what it asks for changes."""
    if chart.target is None:
        return ""
    pieces = []
    starts = _steps(chart.target, frame)
    is_ahead = frame.places[-1] < frame.across(chart.ends)
    ends = [*starts[1:], frame.across(chart.ends) if is_ahead else frame.places[-1] + _STEP]
    for line in chart.target.bounds:
        for at, value in ((at, value) for at, value in enumerate(line) if value is not None):
            start, end = max(starts[at], frame.left), min(ends[at], frame.right)
            pieces.append(f"M{start:.1f} {frame.y.at(value):.1f}H{end:.1f}")
    goal = f'<path d="{"".join(pieces)}" stroke="{RED}" stroke-width="1.5" stroke-dasharray="6 4" fill="none"/>'
    points = [(x, frame.y.at(point.value)) for x, point in zip(frame.places, chart.points, strict=True)]
    plot = milestones.Plot(frame.left, frame.top, frame.right, frame.bottom, frame.across, frame.y.at, points)
    return goal + milestones.drawn(chart, plot)


def _steps(target: TargetLine, frame: Frame) -> list[float]:
    """Where the value of each point begins: on the day of its step, or else half-way from the point before."""
    places, days = frame.places, target.steps or (None,) * len(frame.places)
    halfway = [places[0] - _STEP, *((one + other) / 2 for one, other in pairwise(places))]
    return [middle if day is None else frame.across(day) for middle, day in zip(halfway, days, strict=True)]


def _series(chart: Chart, frame: Frame) -> str:
    places = [(x, frame.y.at(point.value)) for x, point in zip(frame.places, chart.points, strict=True)]
    steps = (f"{'M' if at == 0 or at in chart.gaps else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(places))
    drawn = [f'<path d="{"".join(steps)}" fill="none" stroke="{INK}" stroke-width="1"/>']
    for point, (x, y) in zip(chart.points, places, strict=True):
        title = f"{point.label}: {number(chart.unit, point.value)}, {point.look}"
        title += ", corrected since" if point.is_corrected else ""
        drawn.append(f"<g>{marks.mark(point.look, x, y, ringed=point.is_corrected)}<title>{escape(title)}</title></g>")
    return "".join(drawn)


def _periods(chart: Chart, frame: Frame) -> str:
    """The names of periods below their points, and the notes at the foot."""
    drawn = []
    for at, middle, name in labels.of_periods(chart, frame.places, frame.width):
        drawn.append(f'<path d="M{frame.places[at]:.1f} {frame.bottom:.1f}v5" stroke="{GREY}"/>')
        drawn.append(_text(middle, frame.bottom + 19, name, anchor="middle"))
    for row, line in enumerate(frame.foot, start=1):
        drawn.append(_text(12, frame.bottom + 19 + row * (_SIZE + 4) + 4, line))
    return "".join(drawn)


def _line_labels(frame: Frame) -> str:
    """The label of each line, as near to its end as the others allow."""
    tops = [frame.y.at(label.value) - label.height / 2 for label in frame.labels]
    heights = [label.height for label in frame.labels]
    moved = scale.apart(tops, heights, frame.top - 4, frame.bottom + 4)
    return "".join(
        _text(frame.right + 4, top + _SIZE - 1 + row * LINE_HEIGHT, line, colour=label.colour)
        for label, top in zip(frame.labels, moved, strict=True)
        for row, line in enumerate(label.lines)
    )
