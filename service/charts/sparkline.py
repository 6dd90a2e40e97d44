"""A series becomes a line as small as a word: where it has come from, and its last point. True to time."""

import datetime as dt
from collections.abc import Sequence
from xml.sax.saxutils import escape

from service.charts.marks import GREY, INK, RED
from service.charts.scale import Scale

WIDTH, HEIGHT, _EDGE = 120.0, 32.0, 4.0


def sparkline(points: Sequence[tuple[dt.date, float]], description: str, target: float | None = None) -> str:
    """The picture of points in their order, with what it shows in words, and the last one's target as a dashed line.

    Empty for fewer than two days.
    """
    days = [day.toordinal() for day, _ in points]
    if len(set(days)) < 2:
        return ""
    values = [value for _, value in points]
    shown = values if target is None else [*values, target]
    low, high = min(shown), max(shown)
    air = 0.0 if high > low else 1.0
    across = Scale(min(days), max(days), _EDGE, WIDTH - _EDGE)
    up = Scale(low - air, high + air, HEIGHT - _EDGE, _EDGE)
    places = [(across.at(day), up.at(value)) for day, value in zip(days, values, strict=True)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    goal = ""
    if target is not None:
        goal = f'<path d="M0 {up.at(target):.1f}H{WIDTH:g}" stroke="{RED}" stroke-dasharray="4 3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img"><title>{escape(description)}</title>{goal}'
        f'<polyline points="{line}" fill="none" stroke="{GREY}" stroke-width="2"/>'
        f'<circle cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="3" fill="{INK}"/></svg>'
    )
