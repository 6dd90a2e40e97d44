"""The pages that anybody looks around in: home, measures, organisations, and the search.

Each is one document, answered like every other, in a template of the same name.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from schema.enumerations import TargetStatus
from schema.errors import Refusal
from service.answers.answers import Answers
from service.answers.errors import failure, headers_of
from service.answers.request import GraphQLRequest
from service.noted import note
from service.pages.frame import rendered

# Enough for every practice of an ICB.
_MOST = 500
_FIGURE = "value period { label }"
_PROGRESS = "current { status reason }"
_BOARD = "{ integratedCareBoards { code name members(first: 1) { totalCount } } }"
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
    figures(latestOnly: true, first: {_MOST}) {{ nodes {{ {_FIGURE} metric {{ code }} }} }}
    targets {{ metric {{ code }} {_PROGRESS} }}
  }}
}}
"""
_MEASURE = f"""
query Measure($code: String!, $board: OdsCode!) {{
  metric(code: $code) {{
    code name description unit
    targets(organisations: [$board]) {{ {_PROGRESS} }}
    figures(latestOnly: true, first: {_MOST}, orderBy: [{{value: DESC}}]) {{
      totalCount nodes {{ {_FIGURE} organisation {{ code name }} }}
    }}
  }}
  organisation(code: $board) {{ series(metric: $code) {{ svg reasons points {{ value }} }} }}
}}
"""
_ORGANISATIONS = f"""
{{
  primaryCareNetworks(first: {_MOST}) {{
    nodes {{ code name healthAndCarePartnership {{ code name }} practices(first: 1) {{ totalCount }} }}
  }}
}}
"""
_ORGANISATION = f"""
query Organisation($code: OdsCode!) {{
  organisation(code: $code) {{
    code name kind closedOn
    ancestors {{ code name }}
    targets {{ metric {{ code name }} {_PROGRESS} }}
    figures(latestOnly: true, first: {_MOST}, orderBy: [{{metricCode: ASC}}]) {{
      nodes {{ {_FIGURE} metric {{ code name unit }} }}
    }}
    members(first: {_MOST}) {{ nodes {{ code name kind }} }}
  }}
}}
"""
_SEARCH = """
query Search($text: String!) {
  search(text: $text, first: 50) { nodes { organisation { code name kind } metric { code name } } }
}
"""
_NEEDS_ATTENTION = (TargetStatus.MISSED, TargetStatus.LOST, TargetStatus.DETERIORATING, TargetStatus.LIMITED)


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/", _page(_home)),
        Route("/measures", _page(_measures)),
        Route("/measures/{code}", _page(_measure)),
        Route("/organisations", _page(_organisations)),
        Route("/organisations/{code}", _page(_organisation)),
        Route("/search", _page(_search)),
    ]


def _page(show: Callable[[Request], Awaitable[str]]) -> Callable[[Request], Awaitable[Response]]:
    """A page, or in its place the sentence and the remedy of a refusal."""

    async def page(request: Request) -> Response:
        try:
            return HTMLResponse(await show(request))
        except Refusal as refusal:
            # The codes are a part of the address.
            return _problem(_unknown() if refusal.code == "plan/unknown-code" else refusal)
        except Exception as reason:
            return _problem(reason)

    return page


def _unknown() -> Refusal:
    return Refusal("page/unknown", "There is no such measure or organisation.")


def _problem(reason: Exception) -> Response:
    failed = failure(reason)
    note(code=failed.code)
    error = failed.errors[0]
    words = {"message": error["message"], "hint": error["extensions"].get("hint")}
    return HTMLResponse(
        rendered("problem.html", "This page cannot be shown", **words), failed.status, headers_of(failed.status)
    )


async def _read(request: Request, document: str, **variables: Any) -> Any:
    return orjson.loads(await Answers.of(request).read(request, GraphQLRequest(document, variables)))


async def _board(request: Request) -> Any:
    """The ICB whose figures come first: the one whose members are on record. Refusals: `page/unknown`, without one."""
    every = (await _read(request, _BOARD))["integratedCareBoards"]
    boards = sorted(every, key=lambda each: each["members"]["totalCount"], reverse=True)
    if not boards:
        raise Refusal("page/unknown", "There are no organisations yet.")
    return boards[0]


async def _home(request: Request) -> str:
    board = await _board(request)
    data = await _read(request, _HOME, board=board["code"])
    summary = [each for each in data["targetSummary"] if each["count"]]
    by_status = {each["status"]: each["targets"] for each in summary}
    attention = [target for status in _NEEDS_ATTENTION for target in by_status.get(status, ())]
    latest = data["figures"]["nodes"]
    values = {"board": board, "summary": summary, "attention": attention, "latest": latest, "here": "/"}
    return rendered("home.html", f"Primary care in {board['name']}", **values)


async def _measures(request: Request) -> str:
    board = await _board(request)
    data = await _read(request, _MEASURES, board=board["code"])
    of_board = data["organisation"]
    latest = {each["metric"]["code"]: each for each in of_board["figures"]["nodes"]}
    progress = {each["metric"]["code"]: each["current"] for each in of_board["targets"]}
    themes = [theme for theme in data["themes"] if theme["metrics"]]
    values = {"board": board, "themes": themes, "latest": latest, "progress": progress, "here": "/measures"}
    return rendered("measures.html", "Measures", **values)


async def _measure(request: Request) -> str:
    board = await _board(request)
    data = await _read(request, _MEASURE, code=request.path_params["code"], board=board["code"])
    metric = data["metric"]
    if metric is None:
        raise _unknown()
    figures = metric["figures"]
    return rendered(
        "measure.html",
        metric["name"],
        metric=metric,
        board=board,
        targets=metric["targets"],
        series=data["organisation"]["series"],
        figures=figures["nodes"],
        is_cut=figures["totalCount"] > len(figures["nodes"]),
    )


async def _organisations(request: Request) -> str:
    networks = (await _read(request, _ORGANISATIONS))["primaryCareNetworks"]["nodes"]
    return rendered("organisations.html", "Organisations", networks=networks, here="/organisations")


async def _organisation(request: Request) -> str:
    organisation = (await _read(request, _ORGANISATION, code=request.path_params["code"]))["organisation"]
    if organisation is None:
        raise _unknown()
    figures = organisation["figures"]["nodes"]
    return rendered("organisation.html", organisation["name"], organisation=organisation, figures=figures)


async def _search(request: Request) -> str:
    # Without a word nothing is read, and still it is a page for readers.
    await Answers.of(request).access.of_connection(request)
    asked = " ".join(request.query_params.get("q", "").split())[:100]
    found = (await _read(request, _SEARCH, text=asked))["search"]["nodes"] if asked else []
    return rendered("search.html", "Search", asked=asked, hits=found)
