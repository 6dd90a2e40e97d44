"""A chart becomes SVG: an XmR chart by the conventions of Making Data Count.

Mean and limits in grey, trial limits dotted and named so, the target dashed in red, special causes by shape as well as
colour, corrections ringed, recalculations with a line and their reason. Lines are labelled where they end. Every text
and every mark has a contrast of 4.5 : 1 with white, and the picture says in words what it shows.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from schema.enumerations import Unit
from service.charts import marks, scale
from service.charts.marks import GREY, INK, RED
from service.charts.model import Chart, LimitLine
from service.charts.scale import Scale
from service.statistics.sentences import number

LEAST_WIDTH, MOST_WIDTH = 320, 2_400
LEAST_HEIGHT, MOST_HEIGHT = 200, 1_600
_SIZE = 12.0
_TITLE_SIZE = 16.0
_LEGEND_ROW = 18.0


@dataclass(frozen=True)
class Frame:
    """Where the points go: the edges of the plot, and its two scales."""

    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale
    ticks: tuple[float, ...]
    is_clamped: bool


def svg(chart: Chart, *, width: int = 800, height: int = 400) -> str:
    """The picture, as a document of its own. A width or height beyond reason is drawn at the nearest that is not."""
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    height = min(max(height, LEAST_HEIGHT), MOST_HEIGHT)
    head = _head(chart, width)
    frame = _frame(chart, width, height, head.height)
    body = [head.drawn]
    if chart.points:
        body += [_grid(chart, frame), _recalculations(chart, frame), _limits(chart, frame), _target(chart, frame)]
        body += [_series(chart, frame), _periods(chart, frame, height), _line_labels(chart, frame)]
    else:
        body.append(_text(width / 2, height / 2, "No figure is published.", anchor="middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title desc" font-family="Arial, Helvetica, sans-serif" font-size="{_SIZE:g}">'
        f'<title id="title">{escape(chart.title)}</title><desc id="desc">{escape(chart.description)}</desc>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(body)}</svg>'
    )


@dataclass(frozen=True)
class _Head:
    drawn: str
    height: float


def _head(chart: Chart, width: float) -> _Head:
    """Title, subtitle and legend, above each other."""
    drawn, y = [], 8.0
    for line in scale.lines(chart.title, width - 24, _TITLE_SIZE):
        y += _TITLE_SIZE + 3
        drawn.append(_text(12, y, line, size=_TITLE_SIZE, weight="bold"))
    for line in scale.lines(chart.subtitle, width - 24, _SIZE):
        y += _SIZE + 4
        drawn.append(_text(12, y, line))
    legend, rows = marks.legend(chart, width - 24)
    drawn.append(f'<g transform="translate(12 {y + 14:.1f})">{legend}</g>' if rows else "")
    return _Head("".join(drawn), y + 14 + rows * _LEGEND_ROW)


def _frame(chart: Chart, width: float, height: float, top: float) -> Frame:
    targets = [value for value in (chart.target.values if chart.target else ()) if value is not None]
    values = [point.value for point in chart.points] + targets
    values += [each for limit in chart.limits for each in (limit.lower, limit.upper)]
    low, high, ticks = scale.around(values or [0.0])
    clamped = chart.unit is Unit.PERCENT and any(limit.lower < 0 or limit.upper > 100 for limit in chart.limits)
    if chart.unit is Unit.PERCENT:
        # Limits are as reckoned, and the picture ends where percentages do.
        low, high = max(low, 0.0), min(high, 100.0)
        ticks = [tick for tick in ticks if low <= tick <= high]
    longest = max(len(_number(chart, tick)) for tick in ticks)
    left = 16 + longest * scale.LETTER * _SIZE
    label = max((len(words) for _, words, __ in _labels(chart)), default=0)
    right = width - 20 - min(label * scale.LETTER * _SIZE, width * 0.35)
    bottom = height - 34 - (16 if clamped else 0)
    first, last = (0, len(chart.points) - 1) if len(chart.points) > 1 else (-1, 1)
    x = Scale(first, last, left + 12, right - 12)
    return Frame(left, right, top + 6, bottom, x, Scale(low, high, bottom, top + 6), tuple(ticks), clamped)


def _grid(chart: Chart, frame: Frame) -> str:
    drawn = []
    for tick in frame.ticks:
        y = frame.y.at(tick)
        drawn.append(f'<path d="M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" stroke="#e5e5e5"/>')
        drawn.append(_text(frame.left - 6, y + 4, _number(chart, tick), anchor="end"))
    return "".join(drawn)


def _limits(chart: Chart, frame: Frame) -> str:
    return "".join(_limit(frame, limit) for limit in chart.limits)


def _limit(frame: Frame, limit: LimitLine) -> str:
    start, end = frame.x.at(limit.first), frame.x.at(limit.last)
    dash = "2 5" if limit.is_trial else "7 4"
    mean = f'<path d="M{start:.1f} {frame.y.at(limit.mean):.1f}H{end:.1f}" stroke="{GREY}" stroke-width="1.5"/>'
    ends = "".join(
        f'<path d="M{start:.1f} {frame.y.at(value):.1f}H{end:.1f}" stroke="{GREY}" stroke-dasharray="{dash}"/>'
        for value in (limit.lower, limit.upper)
    )
    return mean + ends


def _recalculations(chart: Chart, frame: Frame) -> str:
    """A line where limits were reckoned anew, with the reason at hand."""
    drawn = []
    for limit in chart.limits[1:]:
        x = (frame.x.at(limit.first - 1) + frame.x.at(limit.first)) / 2
        drawn.append(
            f'<path d="M{x:.1f} {frame.top:.1f}V{frame.bottom:.1f}" stroke="{GREY}" stroke-dasharray="1 3">'
            f"<title>Limits reckoned anew: {escape(limit.reason or '')}</title></path>"
        )
    return "".join(drawn)


def _target(chart: Chart, frame: Frame) -> str:
    """The target's line, which steps where the target was revised."""
    if chart.target is None:
        return ""
    pieces, step = [], (frame.x.at(1) - frame.x.at(0)) / 2 if len(chart.points) > 1 else 20.0
    for at, value in enumerate(chart.target.values):
        if value is not None:
            x, y = frame.x.at(at), frame.y.at(value)
            start, end = max(x - step, frame.left), min(x + step, frame.right)
            pieces.append(f"M{start:.1f} {y:.1f}H{end:.1f}")
    return f'<path d="{"".join(pieces)}" stroke="{RED}" stroke-width="1.5" stroke-dasharray="6 4" fill="none"/>'


def _series(chart: Chart, frame: Frame) -> str:
    places = [(frame.x.at(at), frame.y.at(point.value)) for at, point in enumerate(chart.points)]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    drawn = [f'<path d="{line}" fill="none" stroke="{INK}" stroke-width="1"/>']
    for point, (x, y) in zip(chart.points, places, strict=True):
        words = f"{point.label}: {number(chart.unit, point.value)}, {point.look}"
        words += ", corrected since" if point.is_corrected else ""
        drawn.append(f"<g>{marks.mark(point.look, x, y, ringed=point.is_corrected)}<title>{escape(words)}</title></g>")
    return "".join(drawn)


def _periods(chart: Chart, frame: Frame, height: float) -> str:
    longest = max(len(point.label) for point in chart.points)
    shown = scale.fitting(len(chart.points), frame.right - frame.left - 24, longest, _SIZE)
    drawn = []
    for at in shown:
        half = len(chart.points[at].label) * scale.LETTER * _SIZE / 2
        x = min(max(frame.x.at(at), half + 4), frame.right + 60 - half) if len(shown) > 1 else frame.x.at(at)
        drawn.append(f'<path d="M{frame.x.at(at):.1f} {frame.bottom:.1f}v5" stroke="{GREY}"/>')
        drawn.append(_text(x, frame.bottom + 19, chart.points[at].label, anchor="middle"))
    if frame.is_clamped:
        drawn.append(_text(12, height - 6, "Limits beyond 0% or 100% are drawn at the edge."))
    return "".join(drawn)


def _labels(chart: Chart) -> list[tuple[float, str, str]]:
    """What is said at the end of each line: its value, its words and its colour."""
    found = []
    if chart.limits:
        last = chart.limits[-1]
        trial = "trial " if last.is_trial else ""
        found += [
            (last.upper, f"Upper {trial}limit {_number(chart, last.upper)}", GREY),
            (last.mean, f"Mean {_number(chart, last.mean)}", GREY),
            (last.lower, f"Lower {trial}limit {_number(chart, last.lower)}", GREY),
        ]
    if chart.target is not None and (value := chart.target.values[-1] if chart.target.values else None) is not None:
        found.append((value, chart.target.words, RED))
    return found


def _line_labels(chart: Chart, frame: Frame) -> str:
    labels = _labels(chart)
    places = [frame.y.at(value) + 4 for value, *_ in labels]
    apart = scale.apart(places, _SIZE + 2, frame.top + 8, frame.bottom)
    return "".join(
        _text(frame.right + 4, y, words, colour=colour) for (_, words, colour), y in zip(labels, apart, strict=True)
    )


def _number(chart: Chart, value: float) -> str:
    """A value on an axis or at a line: with its percent sign, and without other units, which the title names."""
    text = f"{value:,.{min(chart.decimals, 2)}f}" if chart.decimals or value != int(value) else f"{value:,.0f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}%" if chart.unit is Unit.PERCENT else text


def _text(
    x: float, y: float, words: str, *, size: float = _SIZE, weight: str = "", anchor: str = "", colour: str = INK
) -> str:
    said = f' font-size="{size:g}"' if size != _SIZE else ""
    said += f' font-weight="{weight}"' if weight else ""
    said += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill={quoteattr(colour)}{said}>{escape(words)}</text>'
