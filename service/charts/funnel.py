"""The organisations of one kind become a funnel plot: value over denominator, between the limits around all together.

Source: Spiegelhalter 2005, Funnel plots for comparing institutional performance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from schema.enumerations import Unit
from service.charts import marks, scale
from service.charts.document import document, headed
from service.charts.labels import SIZE
from service.charts.marks import GREY
from service.charts.model import Look
from service.charts.scale import LETTER, Scale
from service.charts.sizes import within_sizes
from service.charts.text import text
from service.charts.words import legible
from service.statistics.sentences import number, with_minus

_LINE, _LEAST_PLOT = 16.0, 120.0
_DASHES = {"95% limits": "3 4", "99.8% limits": "9 4"}
# The picture names so many of those that stand out; the marks of all of them do.
_MOST_NAMED = 5


@dataclass(frozen=True)
class FunnelMark:
    """One organisation, with its denominator and its value in the metric's unit."""

    name: str
    denominator: float
    value: float
    look: Look
    is_outlier: bool


@dataclass(frozen=True)
class FunnelPlot:
    """A funnel plot. Each of `limits` is the name of a pair of curves, and their points: denominator, lower and upper.

    `marks` are in the order of how far they stand out.
    """

    title: str
    subtitle: str
    across: str
    unit: Unit
    centre: float
    marks: tuple[FunnelMark, ...]
    limits: tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...]
    note: str

    @property
    def edges(self) -> tuple[float, float]:
        """The least and the most to draw: no share is below 0 or above 100%, and no rate below 0."""
        values = [each.value for each in self.marks]
        highest = [upper for _, curve in self.limits for _, __, upper in curve]
        return 0.0, 100.0 if self.unit is Unit.PERCENT else max([*values, *highest])

    @property
    def description(self) -> str:
        """What the picture shows, for people who cannot see it."""
        named = self.outliers
        said = f"These stand out: {', '.join(named)}." if named else "None stands out."
        together = f"All together are {number(self.unit, self.centre)}"
        return legible(f"A funnel plot of {len(self.marks)} organisations. {together}. {said}")

    @property
    def outliers(self) -> list[str]:
        """The names of those that stand out, with their values; at most five, and how many more there are."""
        found = [each for each in self.marks if each.is_outlier]
        names = [f"{each.name} ({number(self.unit, each.value)})" for each in found[:_MOST_NAMED]]
        more = len(found) - len(names)
        return [*names, f"and {more} more"] if more else names


def funnel_svg(plot: FunnelPlot, *, width: int = 800, height: int = 400) -> str:
    """The picture, as a document of its own: from 280 to 2,400 pixels wide, and from 200 to 1,600 high."""
    width, height = within_sizes(width, height)
    names = plot.outliers
    notes = [plot.note, f"Stand out: {', '.join(names)}." if names else "None stands out."]
    foot = [line for note in notes for line in scale.lines(legible(note), width - 24, SIZE, most=3)]
    head, top = _head(plot, width)
    low, high, ticks = _scale(plot)
    labels = [_written(plot, tick) for tick in ticks]
    left = 16 + max(map(len, labels)) * LETTER * SIZE
    below = 52 + len(foot) * _LINE
    tall = max(height, top + _LEAST_PLOT + below)
    right, bottom = width - 24.0, tall - below
    most = max(each.denominator for each in plot.marks)
    x, y = Scale(0, most * 1.05, left, right), Scale(low, high, bottom, top + 6)
    drawn = [
        head,
        *(_row(y.at(tick), label, left, right) for tick, label in zip(ticks, labels, strict=True)),
        *_curves(plot, x, y),
        f'<path d="M{left:.1f} {y.at(plot.centre):.1f}H{right:.1f}" stroke="{GREY}" stroke-width="1.5"/>',
        *(_marks(plot, x, y)),
        *_columns(most, x, bottom),
        text(
            (left + right) / 2,
            bottom + 38,
            _across(plot, right - left),
            anchor="middle",
        ),
        *(text(12, bottom + 56 + row * _LINE, line) for row, line in enumerate(foot)),
    ]
    return document(legible(plot.title), plot.description, "".join(drawn), shown=(width, height), size=(width, tall))


def _head(plot: FunnelPlot, width: float) -> tuple[str, float]:
    """Title, subtitle and what lines and marks mean, and where they end."""
    drawn, y = headed(legible(plot.title), legible(plot.subtitle), width)
    y += _LINE
    x = 12.0
    for sign, words in _legend(plot):
        needed = 34 + (len(words) + 2) * LETTER * SIZE
        if x > 12 and x + needed > width - 12:
            x, y = 12.0, y + _LINE + 2
        drawn += f'<g transform="translate({x:.1f} {y:.1f})">{sign}</g>{text(x + 30, y + 4, words)}'
        x += needed
    return drawn, y + 12


def _legend(plot: FunnelPlot) -> Iterator[tuple[str, str]]:
    for name, _ in plot.limits:
        yield f'<path d="M0 0H24" stroke="{GREY}" stroke-dasharray="{_DASHES[name]}"/>', name
    words = {
        Look.IMPROVEMENT: "Stands out, better",
        Look.CONCERN: "Stands out, worse",
        Look.NEUTRAL: "Stands out, neither better nor worse",
    }
    for look, said in words.items():
        if any(each.look is look for each in plot.marks):
            yield marks.mark(look, 12, 0), said


def _scale(plot: FunnelPlot) -> tuple[float, float, list[float]]:
    """The ends of the scale of values, and the round numbers on it: limits count where organisations are."""
    least, most = plot.edges
    smallest = min(each.denominator for each in plot.marks)
    ends = [each for _, curve in plot.limits for of, *both in curve if of >= smallest for each in both]
    shown = [min(max(each, least), most) for each in [*(each.value for each in plot.marks), *ends, plot.centre]]
    low, high, ticks = scale.around(shown)
    low, high = max(low, least), min(high, most) if plot.unit is Unit.PERCENT else high
    return low, high, [tick for tick in ticks if low <= tick <= high] or [low, high]


def _written(plot: FunnelPlot, tick: float) -> str:
    words = with_minus(f"{tick:,.4g}" if abs(tick) < 1_000 else f"{tick:,.0f}")
    return f"{words}%" if plot.unit is Unit.PERCENT else words


def _across(plot: FunnelPlot, width: float) -> str:
    return next(iter(scale.lines(legible(plot.across), width, SIZE, most=1)), "")


def _row(y: float, label: str, left: float, right: float) -> str:
    return f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#e5e5e5"/>{text(left - 6, y + 4, label, anchor="end")}'


def _columns(most: float, x: Scale, bottom: float) -> Iterator[str]:
    """The round denominators below the plot, where they fit next to each other."""
    _, __, ticks = scale.around([0.0, most], ticks=4)
    free = 0.0
    for tick in ticks:
        label = f"{tick:,.4g}" if tick < 1_000 else f"{tick:,.0f}"
        place, half = x.at(tick), len(label) * LETTER * SIZE / 2
        if tick <= x.high and place - half >= free:
            yield f'<path d="M{place:.1f} {bottom:.1f}v5" stroke="{GREY}"/>'
            yield text(place, bottom + 19, label, anchor="middle")
            free = place + half + SIZE


def _curves(plot: FunnelPlot, x: Scale, y: Scale) -> Iterator[str]:
    for name, curve in plot.limits:
        for side in (1, 2):
            places = (f"{x.at(each[0]):.1f} {y.at(each[side]):.1f}" for each in curve)
            yield (
                f'<path d="M{"L".join(places)}" fill="none" stroke="{GREY}" stroke-width="1.2" '
                f'stroke-dasharray="{_DASHES[name]}"/>'
            )


def _marks(plot: FunnelPlot, x: Scale, y: Scale) -> Iterator[str]:
    for each in reversed(plot.marks):
        said = escape(legible(f"{each.name}: {number(plot.unit, each.value)}"))
        yield f"<g>{marks.mark(each.look, x.at(each.denominator), y.at(each.value))}<title>{said}</title></g>"
