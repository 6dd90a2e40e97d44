"""The mark of a point, and the legend: each meaning has its own shape and colour."""

from service.charts.model import Chart, Look
from service.charts.scale import LETTER

INK, GREY, RED = "#212b32", "#595959", "#b1112b"
_COLOURS = {Look.COMMON: GREY, Look.IMPROVEMENT: "#005eb8", Look.CONCERN: "#a84300", Look.NEUTRAL: "#6a2c91"}
# In units of the mark's radius, around its middle.
_SHAPES = {
    Look.IMPROVEMENT: "M0 -1.2L1.2 1H-1.2Z",
    Look.CONCERN: "M-1 -1H1V1H-1Z",
    Look.NEUTRAL: "M0 -1.3L1.3 0L0 1.3L-1.3 0Z",
}
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


def legend(chart: Chart, width: float) -> tuple[str, int]:
    """What the marks of a chart mean, in rows that fit a width, and the number of rows."""
    looks = [look for look in Look if any(point.look is look for point in chart.points)]
    entries: list[tuple[Look, bool, str]] = [
        (look, False, look.value.capitalize()) for look in looks if look is not Look.COMMON
    ]
    if any(point.is_corrected for point in chart.points):
        entries.append((Look.COMMON, True, "Corrected since it was first published"))
    drawn, x, row = [], 0.0, 0
    for look, ringed, words in entries:
        needed = 22 + (len(words) + 2) * LETTER * _SIZE
        if x and x + needed > width:
            x, row = 0.0, row + 1
        drawn.append(mark(look, x + 8, row * 18 + 2, ringed=ringed))
        drawn.append(f'<text x="{x + 22:.1f}" y="{row * 18 + 6:.1f}" fill="{INK}">{words}</text>')
        x += needed
    return "".join(drawn), row + 1 if entries else 0
