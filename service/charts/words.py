"""The words of a chart, made safe for XML, and its numbers as its axis and its lines show them."""

import re
from dataclasses import replace

from schema.enumerations import Unit
from service.charts.model import Chart, TargetLine
from service.statistics.sentences import with_minus

# XML allows no control characters, surrogates or non-characters. Characters that change the direction of writing would
# also change that of the text around them.
_OTHERS = "\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
_UNREADABLE = re.compile(f"[\x00-\x1f{_OTHERS}]+")
_UNREADABLE_IN_LINES = re.compile(f"[\x00-\x08\x0b-\x1f{_OTHERS}]+")
# Larger numbers are written with an exponent: nobody counts so many digits.
_LARGEST_WRITTEN_OUT = 1e15


def readable(chart: Chart) -> Chart:
    """The same chart, with a blank for each character that no document can hold."""
    target = chart.target
    return replace(
        chart,
        title=legible(chart.title),
        subtitle=legible(chart.subtitle),
        description=legible(chart.description),
        points=tuple(replace(point, label=legible(point.label)) for point in chart.points),
        recalculations=tuple(replace(each, reason=legible(each.reason)) for each in chart.recalculations),
        notes=tuple(map(legible, chart.notes)),
        target=target and _target(target),
    )


def _target(target: TargetLine) -> TargetLine:
    milestones = (replace(each, label=legible(each.label), words=legible(each.words)) for each in target.milestones)
    return replace(target, words=legible(target.words), milestones=tuple(milestones))


def legible(text: str) -> str:
    """A text with a blank for each character that no document can hold."""
    return _UNREADABLE.sub(" ", text)


def legible_lines(text: str) -> str:
    """The same for a page, which has lines and tabs: they stay."""
    return _UNREADABLE_IN_LINES.sub(" ", text.replace("\r\n", "\n"))


def on_axis(chart: Chart, tick: float, step: float) -> str:
    """A round number of the axis, with as many decimals as its step has: 0.25 is not 0."""
    decimals = next((each for each in range(10) if round(step, each) == round(step, 10)), 10)
    return _written(chart, tick, decimals)


def at_line(chart: Chart, value: float) -> str:
    """The value of a line, with one decimal more than its figures have, and two at most."""
    return _written(chart, value, min(chart.decimals + 1, 2))


def _written(chart: Chart, value: float, decimals: int) -> str:
    """With its percent sign, and without other units, which the subtitle names."""
    text = f"{value:,.{decimals}f}" if abs(value) < _LARGEST_WRITTEN_OUT else f"{value:.3g}"
    text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    text = "0" if text == "-0" else with_minus(text)
    return f"{text}%" if chart.unit is Unit.PERCENT else text
