"""A series becomes a picture, a table and a CSV file, at one address: /charts/{metric}/{organisation}.

    .svg   the XmR chart          .csv   its numbers          .html   both on a page

`?chart=p`, `p-prime`, `u` or `u-prime` draws a chart of its counts, where `Series.countChart` is of that kind.
Without an ending the client's `Accept` decides. All three are one document, answered like every other.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.request import GraphQLRequest
from service.pages import html
from service.pages.showing import View, refused, response
from service.sheets.forms import harmless, without_idle_decimals
from service.statistics.sentences import with_minus

_DOCUMENT = """
query Chart(
  $metric: String!, $organisation: OdsCode!, $width: Int, $height: Int, $isPage: Boolean!, $counts: Boolean!,
  $laney: Boolean!
) {
  organisation(code: $organisation) {
    name
    code
    series(metric: $metric) {
      metric { name code unit }
      variation assurance trend reasons
      missingPeriods { label end }
      processLimits { from to isTrial }
      svg(width: $width, height: $height)
      countChart @include(if: $counts) {
        method svg(width: $width, height: $height, laney: $laney) narrow: svg(width: 288, height: 300, laney: $laney)
      }
      narrow: svg(width: 288, height: 300) @include(if: $isPage)
      points {
        value target targetUpper specialCauses period { label code end }
        figure { numerator denominator revision note source { title reference } }
      }
    }
  }
}
"""
_NOTHING = "There is no such metric or organisation."
# What an address calls each chart of counts: its method, and whether its limits are Laney's.
_OF_COUNTS = {"p": ("P", False), "p-prime": ("P", True), "u": ("U", False), "u-prime": ("U", True)}
_TYPES = {"svg": "image/svg+xml", "csv": "text/csv", "html": "text/html"}
_COLUMNS = (
    "period",
    "ends",
    "value",
    "numerator",
    "denominator",
    "target",
    "target to",
    "special causes",
    "revision",
    "note",
    "source",
)


async def charts(request: Request) -> Response:
    """The chart in the form that was asked for. A refusal is its sentence and its remedy, as plain text."""
    try:
        return await _chart(request)
    except Exception as reason:
        return await refused(request, reason)


async def _chart(request: Request) -> Response:
    code, form = _form(request)
    sizes = {name: _whole(text) for name in ("width", "height") if (text := request.query_params.get(name))}
    method, laney = _of_counts(request.query_params.get("chart", "xmr"))
    asked = {"isPage": form == "html", "counts": method is not None or form == "html", "laney": laney}
    variables = {"metric": request.path_params["metric"], "organisation": code, **sizes, **asked}
    organisation = orjson.loads(await _data(request, variables))["organisation"]
    if organisation is None:
        raise Refusal("page/unknown", _NOTHING)
    series = organisation["series"]
    if form == "html":
        return response(request, _html(organisation, series))
    picture = series["svg"] if method is None else _drawn_of_counts(series["countChart"], method)
    if form == "csv":
        return _file(_csv(series), f"{request.path_params['metric']}-{code}.csv")
    return Response(picture, media_type=f"{_TYPES[form]}; charset=utf-8")


def _file(csv: str, name: str) -> Response:
    """A CSV file with the mark by which Excel knows UTF-8."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv.encode("utf-8-sig"), media_type=f"{_TYPES['csv']}; charset=utf-8", headers=headers)


def _of_counts(name: str) -> tuple[str | None, bool]:
    """The method of a chart of counts, and whether its limits are Laney's; no method for the XmR chart."""
    if name != "xmr" and name not in _OF_COUNTS:
        raise Refusal("plan/unusable-value", f"{name[:20]!r} is not a chart. There are xmr, {', '.join(_OF_COUNTS)}.")
    return _OF_COUNTS.get(name, (None, True))


def _drawn_of_counts(chart: Mapping[str, Any] | None, method: str) -> str:
    if chart is None or chart["method"] != method:
        raise Refusal("page/unknown", f"These figures have no counts for a {method.lower()}-chart.")
    return str(chart["svg"])


async def _data(request: Request, variables: Mapping[str, Any]) -> bytes:
    """What the document gives. Refusals: `page/unknown`, since the codes are a part of the address."""
    try:
        return await Answers.of(request).read(request, GraphQLRequest(_DOCUMENT, dict(variables)))
    except Refusal as refusal:
        if refusal.code == "plan/unknown-code":
            raise Refusal("page/unknown", _NOTHING) from refusal
        raise


def _form(request: Request) -> tuple[str, str]:
    """The organisation's code, and the form: by the ending, or else by what the client takes."""
    code, dot, ending = request.path_params["organisation"].rpartition(".")
    if dot and ending in _TYPES:
        return code, ending
    accept = request.headers.get("accept", "*/*")
    form = next((form for form in ("html", "csv", "svg") if _TYPES[form] in accept), "svg")
    return request.path_params["organisation"], form


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as reason:
        raise Refusal("plan/unusable-value", f"{text[:20]!r} is not a number of pixels.") from reason


def _rows(series: Mapping[str, Any]) -> list[list[Any]]:
    """A row for each figure, and for each period that is missing between them; by time."""
    rows = [*(_of_point(point, series) for point in series["points"]), *map(_of_missing, series["missingPeriods"])]
    return sorted(rows, key=lambda row: str(row[1]))


def _of_point(point: Mapping[str, Any], series: Mapping[str, Any]) -> list[Any]:
    return [
        point["period"]["label"],
        point["period"]["end"],
        point["value"],
        point["figure"]["numerator"],
        point["figure"]["denominator"],
        point["target"],
        point["targetUpper"],
        _causes(point, series),
        point["figure"]["revision"],
        point["figure"]["note"],
        ", ".join(part for part in point["figure"]["source"].values() if part),
    ]


def _of_missing(period: Mapping[str, Any]) -> list[Any]:
    empty = [None] * (len(_COLUMNS) - 4)
    return [period["label"], period["end"], *empty, "No figure is published.", None]


def _causes(point: Mapping[str, Any], series: Mapping[str, Any]) -> str:
    """The special causes of a point, and whether they rest on trial limits."""
    causes = ", ".join(cause.replace("_", " ").lower() for cause in point["specialCauses"])
    ends = point["period"]["end"]
    is_trial = any(each["isTrial"] and each["from"] <= ends <= each["to"] for each in series["processLimits"])
    return f"{causes} (trial limits)" if causes and is_trial else causes


def _csv(series: Mapping[str, Any]) -> str:
    """One line for each figure and each missing period, oldest first, under one heading line."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([harmless(without_idle_decimals(cell)) for cell in row] for row in _rows(series))
    return written.getvalue()


def _pictures(about: str, drawn: Mapping[str, Any]) -> str:
    """A chart in two widths, of which the style sheet shows the one that fits."""
    return f'<div class="wide">{html.box(about, drawn["svg"])}</div><div class="narrow">{drawn["narrow"]}</div>'


def _html(organisation: Mapping[str, Any], series: Mapping[str, Any]) -> View:
    title = f"{series['metric']['name']}: {organisation['name']}"
    address = f"/charts/{series['metric']['code']}/{organisation['code']}"
    rows = ("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in _rows(series))
    reasons = "".join(f"<li>{html.text(reason)}</li>" for reason in series["reasons"])
    said = {name: series[name].replace("_", " ").lower() for name in ("variation", "assurance", "trend")}
    if any(reason.startswith("Provisional") for reason in series["reasons"]):
        judged = [name for name in ("variation", "assurance") if series[name] != "NOT_ASSESSABLE"]
        said |= {name: f"{said[name]} (provisional)" for name in judged}
    counts = series["countChart"]
    kinds = [kind for kind, (method, _) in _OF_COUNTS.items() if counts and counts["method"] == method]
    others = (
        html.link(f"{address}.csv", "The figures as CSV"),
        html.link(f"{address}.svg", "the picture as SVG"),
        *(
            html.link(f"{address}.svg?chart={name}", f"the {name.replace('-prime', '′')}-chart as SVG")
            for name in kinds
        ),
    )
    return html.page(
        title,
        f"{_pictures('Chart', series)}"
        + (_pictures("Chart of its counts", counts) if counts else "")
        + f"<p>Variation: {said['variation']}. Assurance: {said['assurance']}. Trend: {said['trend']}.</p>"
        + (f"<ul>{reasons}</ul>" if reasons else "")
        + html.table("The figures", map(str.capitalize, _COLUMNS), rows)
        + f"<p>{', '.join(others)}</p>",
    )


def _cell(cell: Any) -> str:
    if cell is None:
        return "<td></td>"
    if isinstance(cell, int | float):
        return f'<td class="number">{html.text(with_minus(f"{without_idle_decimals(cell):,}"))}</td>'
    return f"<td>{html.text(str(cell))}</td>"
