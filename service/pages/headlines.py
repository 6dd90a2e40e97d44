"""The measures that come first: those of targets of the ICB, each with its last figure, its status and its line."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from schema.enumerations import Qualifier, TargetStatus, Unit
from service.pages.frame import of_some, value_words
from service.pages.lines import SERIES, line_of
from service.pages.showing import read

_MOST = 6
_DOCUMENT = f"""
query Headlines($board: OdsCode!, $metrics: [String!]!) {{
  organisation(code: $board) {{ seriesOf(metrics: $metrics) {{ metric {{ code name unit }} {SERIES} }} }}
}}
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
    metric, last = series["metric"], series["points"][-1]
    qualifier = last["figure"]["qualifier"] if last["figure"] else Qualifier.EXACT
    return {
        "code": metric["code"],
        "name": metric["name"],
        "value": value_words({"value": last["value"], "qualifier": qualifier}, Unit(metric["unit"])),
        "of_some": of_some(last["figure"]),
        "period": last["period"]["label"],
        "progress": progress,
        "series": series,
        "line": line_of(series),
    }
