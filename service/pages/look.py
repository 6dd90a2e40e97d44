"""The pages that anybody looks around in: home, measures, targets, and the search.

Each is one document, answered like every other, in a template of the same name.
"""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import TargetStatus
from service.answers.answers import Answers
from service.pages import quality_marks
from service.pages.frame import VALUE
from service.pages.headlines import headlines_of
from service.pages.lines import SIGNS
from service.pages.quarters import latest
from service.pages.showing import View, board_of, page, page_for_everybody, read, unknown, view
from service.pages.tasks import tasks_of
from service.reads.reader import today
from service.viewer import EVERYWHERE

# Enough for every practice of an ICB.
_MOST = 500
_FIGURE = f"{VALUE} period {{ code label }}"
_PROGRESS = "current { status reason figure { restsOn of } }"
_HOME = f"""
query Home($board: OdsCode!) {{
  targetSummary(organisation: $board) {{
    status count targets {{ metric {{ code name }} organisation {{ code name }} {_PROGRESS} }}
  }}
  figures(first: 10, orderBy: [{{publishedAt: DESC}}]) {{
    nodes {{ {_FIGURE} metric {{ code name unit }} organisation {{ code name }} }}
  }}
}}
"""
_MEASURES = f"""
query Measures($board: OdsCode!) {{
  themes {{ name metrics {{ code name unit }} }}
  organisation(code: $board) {{
    figures(latestOnly: true, first: {_MOST}) {{ nodes {{ {_FIGURE} metric {{ code }} series {{ {SIGNS} }} }} }}
    targets {{ metric {{ code }} {_PROGRESS} }}
  }}
}}
"""
_MEASURE = f"""
query Measure($code: String!, $board: OdsCode!, $quarter: String!) {{
  {quality_marks.ASKED}
  metric(code: $code) {{
    code name description unit collectedFrom derivedFrom {{ collectedFrom }}
    targets(organisations: [$board]) {{ {_PROGRESS} }}
    funnel(kind: PRACTICE) {{ svg }}
    figures(latestOnly: true, first: {_MOST}, orderBy: [{{value: DESC}}]) {{
      totalCount nodes {{ {_FIGURE} organisation {{ code name }} }}
    }}
  }}
  organisation(code: $board) {{
    series(metric: $code) {{
      svg narrow: svg(width: 288, height: 300) reasons countChart {{ svg narrow: svg(width: 288, height: 300) }} {SIGNS}
    }}
  }}
}}
"""
_SEARCH = """
query Search($text: String!) {
  search(text: $text, first: 50) { nodes { organisation { code name kind } metric { code name } } }
}
"""
_TARGETS = f"""
query Targets($first: Int!) {{
  targets(first: $first, orderBy: [{{due: ASC}}]) {{
    totalCount
    nodes {{
      metric {{ code name }} organisation {{ code name }}
      current {{ status reason figure {{ restsOn of series {{ {SIGNS} }} }} }}
    }}
  }}
}}
"""
_NEEDS_ATTENTION = (TargetStatus.MISSED, TargetStatus.LOST, TargetStatus.DETERIORATING, TargetStatus.LIMITED)


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/", page(_home)),
        Route("/measures", page(_measures)),
        Route("/measures/{code}", page(_measure)),
        Route("/search", page(_search)),
        Route("/targets", page(_targets)),
        Route("/accessibility", page_for_everybody(_accessibility)),
    ]


async def _home(request: Request) -> View:
    board = await board_of(request)
    data = await read(request, _HOME, board=board["code"])
    summary = [each for each in data["targetSummary"] if each["count"]]
    by_status = {each["status"]: each["targets"] for each in summary}
    attention = [target for status in _NEEDS_ATTENTION for target in by_status.get(status, ())]
    published = data["figures"]["nodes"]
    values = {"board": board, "summary": summary, "attention": attention, "latest": published, "here": "/"}
    headlines = await headlines_of(request, board["code"], summary)
    title = f"Primary care in {board['name']}"
    return view("home.html", title, **values, headlines=headlines, tasks=await tasks_of(request))


async def _measures(request: Request) -> View:
    board = await board_of(request)
    data = await read(request, _MEASURES, board=board["code"])
    of_board = data["organisation"]
    figures = {each["metric"]["code"]: each for each in of_board["figures"]["nodes"]}
    progress = {each["metric"]["code"]: each["current"] for each in of_board["targets"]}
    themes = [theme for theme in data["themes"] if theme["metrics"]]
    values = {"board": board, "themes": themes, "latest": figures, "progress": progress, "here": "/measures"}
    return view("measures.html", "Measures", **values)


async def _measure(request: Request) -> View:
    board = await board_of(request)
    quarter, by = latest(), (await Answers.of(request).caller(request)).viewer
    data = await read(request, _MEASURE, code=request.path_params["code"], board=board["code"], quarter=quarter.code)
    metric = data["metric"]
    if metric is None:
        raise unknown("measure")
    figures = metric["figures"]
    return view(
        "measure.html",
        metric["name"],
        metric=metric,
        board=board,
        targets=metric["targets"],
        series=data["organisation"]["series"],
        funnel=metric["funnel"] and metric["funnel"]["svg"],
        figures=figures["nodes"],
        is_cut=figures["totalCount"] > len(figures["nodes"]),
        quarter=quarter,
        marks=quality_marks.marks(
            metric, quarter, data, f"{today()}", sees_all=by is not None and by.scope == EVERYWHERE
        ),
    )


async def _search(request: Request) -> View:
    asked = " ".join(request.query_params.get("q", "").split())[:100]
    found = (await read(request, _SEARCH, text=asked))["search"]["nodes"] if asked else []
    return view("search.html", "Search", asked=asked, hits=found)


async def _targets(request: Request) -> View:
    found = (await read(request, _TARGETS, first=_MOST))["targets"]
    order = [*_NEEDS_ATTENTION, *(status for status in TargetStatus if status not in _NEEDS_ATTENTION)]
    targets = sorted(found["nodes"], key=lambda each: order.index(TargetStatus(each["current"]["status"])))
    is_cut = found["totalCount"] > len(targets)
    return view("targets.html", "Targets", targets=targets, is_cut=is_cut, here="/targets")


async def _accessibility(_: Request) -> View:
    return view("accessibility.html", "Accessibility statement")
