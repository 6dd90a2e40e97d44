"""The measures that come first: those of targets of the ICB, each with its last figure, its status and its line."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from schema.enumerations import Qualifier, TargetStatus, Unit
from service.charts.sparkline import sparkline
from service.pages.frame import value_words
from service.pages.showing import read
from service.statistics.sentences import number

_MOST = 6
_DOCUMENT = """
query Headlines($board: OdsCode!, $metrics: [String!]!) {
  organisation(code: $board) {
    seriesOf(metrics: $metrics) {
      metric { code name unit } points { value period { end label } figure { qualifier } }
    }
  }
}
"""


async def headlines_of(request: Request, board: str, summary: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """At most six tiles, of the targets of `summary` in its order: what has no figure has no tile."""
    targets = [target for each in summary if each["status"] != TargetStatus.NO_DATA for target in each["targets"]]
    own = {each["metric"]["code"]: each for each in reversed(targets) if each["organisation"]["code"] == board}
    codes = [code for code in dict.fromkeys(each["metric"]["code"] for each in targets) if code in own][:_MOST]
    if not codes:
        return []
    found = (await read(request, _DOCUMENT, board=board, metrics=codes))["organisation"]["seriesOf"]
    series = {each["metric"]["code"]: each for each in found if each["points"]}
    return [_tile(series[code], own[code]["current"]) for code in codes if code in series]


def _tile(series: Mapping[str, Any], progress: Mapping[str, Any]) -> Mapping[str, Any]:
    metric, points = series["metric"], series["points"]
    last, unit = points[-1], Unit(metric["unit"])
    values = ", ".join(number(unit, each["value"]) for each in points)
    line = sparkline(
        [(dt.date.fromisoformat(each["period"]["end"]), each["value"]) for each in points],
        f"{metric['name']} since {points[0]['period']['label']}: {values}",
    )
    qualifier = last["figure"]["qualifier"] if last["figure"] else Qualifier.EXACT
    return {
        "code": metric["code"],
        "name": metric["name"],
        "value": value_words({"value": last["value"], "qualifier": qualifier}, unit),
        "period": last["period"]["label"],
        "progress": progress,
        "line": line,
    }
