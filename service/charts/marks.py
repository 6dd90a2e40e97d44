"""The mark of a point, and the legend: each meaning has its own shape and colour."""

from collections.abc import Callable
from functools import partial

from service.charts.model import Chart, Look
from service.charts.scale import LETTER, lines

INK, GREY, RED = "#212b32", "#595959", "#b1112b"
_COLOURS = {Look.COMMON: GREY, Look.IMPROVEMENT: "#005eb8", Look.CONCERN: "#a84300", Look.NEUTRAL: "#6a2c91"}
# In units of the mark's radius, around its middle.
_SHAPES = {
    Look.IMPROVEMENT: "M0 -1.2L1.2 1H-1.2Z",
    Look.CONCERN: "M-1 -1H1V1H-1Z",
    Look.NEUTRAL: "M0 -1.3L1.3 0L0 1.3L-1.3 0Z",
}
_MILESTONE = "M0 -6L6 0L0 6L-6 0Z"
_RADIUS = 4.5
_SIZE = 12.0


def mark(look: Look, x: float, y: float, *, ringed: bool = False) -> str:
    """The mark of a point at a place; a ring means that it was corrected."""
    colour = _COLOURS[look]
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{INK}"/>' if ringed else ""
    if look is Look.COMMON:
        return f'{ring}<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS - 0.5:g}" fill="{colour}"/>'
    place = f"translate({x:.1f} {y:.1f}) scale({_RADIUS:g})"
    return f'{ring}<path d="{_SHAPES[look]}" transform="{place}" fill="{colour}"/>'


def milestone_mark(x: float, y: float) -> str:
    """The mark of a milestone at a place: an empty diamond."""
    place = f"translate({x:.1f} {y:.1f})"
    return f'<path d="{_MILESTONE}" transform="{place}" fill="none" stroke="{RED}" stroke-width="2"/>'


def legend(chart: Chart, width: float) -> tuple[str, int]:
    """What the marks of a chart mean, in rows that fit a width, and the number of rows."""
    looks = [look for look in Look if any(point.look is look for point in chart.points)]
    entries: list[tuple[Callable[[float, float], str], str]] = [
        (partial(mark, look), look.value.capitalize()) for look in looks if look is not Look.COMMON
    ]
    if any(point.is_corrected for point in chart.points):
        entries.append((partial(mark, Look.COMMON, ringed=True), "Corrected since it was published"))
    if chart.milestones:
        entries.append((milestone_mark, "To reach on the way to the target"))
    drawn, x, row = [], 0.0, 0
    for draw, words in entries:
        rows = lines(words, width - 22, _SIZE)
        needed = 22 + (max(map(len, rows)) + 2) * LETTER * _SIZE
        if x and x + needed > width:
            x, row = 0.0, row + 1
        drawn.append(draw(x + 8, row * 18 + 2))
        for at, line in enumerate(rows):
            drawn.append(f'<text x="{x + 22:.1f}" y="{(row + at) * 18 + 6:.1f}" fill="{INK}">{line}</text>')
        # One that needs two rows is as wide as the picture.
        x, row = x + needed, row + len(rows) - 1
    return "".join(drawn), row + 1 if entries else 0
