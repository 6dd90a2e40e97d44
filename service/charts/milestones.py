"""The milestones of a target become marks on the way to it, each with its value where there is room for that."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from service.charts.labels import SIZE
from service.charts.marks import RED, milestone_mark
from service.charts.model import Chart, Milestone
from service.charts.scale import LETTER

Place = tuple[float, float]
_AWAY = 9.0  # from the middle of a mark to its label


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "_Box") -> bool:
        is_apart = self.right <= other.left or other.right <= self.left
        return not (is_apart or self.bottom <= other.top or other.bottom <= self.top)

    def is_within(self, other: "_Box") -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Plot:
    """Where things go: the edges of the plot, the place of a day across and of a value up, and the places of points."""

    left: float
    top: float
    right: float
    bottom: float
    across: Callable[[dt.date], float]
    up: Callable[[float], float]
    points: Sequence[Place]


def drawn(chart: Chart, plot: Plot) -> str:
    """The way to the target as a dotted line, its milestones as marks, and the value of each that has room for it."""
    places = [(each, (plot.across(each.on), plot.up(each.value))) for each in chart.milestones]
    edges = _Box(plot.left, plot.top, plot.right, plot.bottom)
    taken = [_around(place, 6.0) for place in plot.points] + [_around(place, 6.0) for _, place in places]
    pieces = [_way(chart, plot)]
    for each, place in places:
        box = next((box for box in _next_to(each, place) if _is_free(box, taken, edges)), None)
        words = ""
        if box is not None:
            taken.append(box)
            words = f'<text x="{box.left:.1f}" y="{box.bottom - 2:.1f}" fill="{RED}">{escape(each.label)}</text>'
        pieces.append(f"<g>{milestone_mark(*place)}<title>{escape(each.words)}</title></g>{words}")
    return "".join(pieces)


def _around(place: Place, away: float) -> _Box:
    x, y = place
    return _Box(x - away, y - away, x + away, y + away)


def _next_to(milestone: Milestone, place: Place) -> list[_Box]:
    """Where its label can be: above its mark, below it, to the left of it, to the right."""
    (x, y), width = place, len(milestone.label) * LETTER * SIZE
    corners = [
        (x - width / 2, y - _AWAY - SIZE),
        (x - width / 2, y + _AWAY),
        (x - _AWAY - width, y - SIZE / 2),
        (x + _AWAY, y - SIZE / 2),
    ]
    return [_Box(left, top, left + width, top + SIZE) for left, top in corners]


def _is_free(box: _Box, taken: Sequence[_Box], edges: _Box) -> bool:
    return box.is_within(edges) and not any(box.touches(other) for other in taken)


def _way(chart: Chart, plot: Plot) -> str:
    """From the baseline over the milestones to the target, as far as the picture shows it."""
    pieces = [
        "L".join(f"{plot.across(day):.1f} {plot.up(value):.1f}" for day, value in stretch) for stretch in chart.way
    ]
    line = "".join(f"M{each}" for each in pieces)
    return f'<path d="{line}" stroke="{RED}" stroke-dasharray="1 3" fill="none"/>' if line else ""
