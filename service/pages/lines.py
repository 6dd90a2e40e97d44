"""A series becomes what lists show of it: a line as small as a word, with its target."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from schema.enumerations import Unit
from service.charts.sparkline import sparkline
from service.statistics.sentences import number

# What the signs of a series are made from, and what its line is as well.
SIGNS = "variation assurance processLimits { isTrial } points { value target }"
SERIES = f"{SIGNS} points {{ period {{ end label }} figure {{ qualifier restsOn of }} }}"


def line_of(series: Mapping[str, Any]) -> str:
    """The line of a series with a `metric`, as SVG; empty for fewer than two points."""
    metric, points = series["metric"], series["points"]
    if not points:
        return ""
    unit = Unit(metric["unit"])
    values = ", ".join(number(unit, each["value"]) for each in points)
    return sparkline(
        [(dt.date.fromisoformat(each["period"]["end"]), each["value"]) for each in points],
        f"{metric['name']} since {points[0]['period']['label']}: {values}",
        points[-1]["target"],
    )
