"""One figure at /figures/MEASURE/ORGANISATION/PERIOD: its value and history, to correct it, and to undo a correction.

Both say first what they would change: the figure, those that are calculated from it, and the status of targets.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import FigureOrigin, FigureStatus, Qualifier, Unit
from schema.lifecycle import DECIDERS, WRITERS
from schema.periods import period_named
from service.answers.answers import Answers
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.previews import Preview, preview_of
from service.pages.showing import View, page, read, unknown, view
from service.sheets.cells import Cell
from service.sheets.written import read_value
from service.viewer import Viewer

_ADDRESS = "/figures/{metric}/{organisation}/{period:path}"
_FIGURE = """
query Figure($metric: String!, $organisation: OdsCode!, $period: String!) {
  figures(
    first: 1, includeSynthetic: true
    filter: {
      metric: {code: {eq: $metric}}, organisation: {code: {eq: $organisation}}, period: {code: {eq: $period}}
      status: {in: [PUBLISHED, PROVISIONAL, WITHDRAWN]}
    }
  ) {
    nodes {
      id revision value qualifier status origin restsOn of note metric { code name unit } organisation { code name }
      period { code label quarter } source { title reference }
      revisions {
        revision value qualifier status note reason origin restores publishedAt publishedBy source { title reference }
      }
    }
  }
}
"""
_CORRECT = """
mutation Correct($input: UpdateQuarterlyFiguresInput!) {
  updateQuarterlyFigures(input: $input) { submission { status } problems { message remedy } }
}
"""
_RESTORE = """
mutation Restore($input: RestoreFigureInput!) { restoreFigure(input: $input) { problems { message remedy } } }
"""


def routes() -> list[BaseRoute]:
    """Their address: everybody who may read can open it."""
    return [
        Route(_ADDRESS, page(_figure), methods=["GET"]),
        Route(_ADDRESS, acting(_show, _act), methods=["POST"]),
    ]


async def _figure(request: Request) -> View:
    viewer = (await Answers.of(request).caller(request)).viewer
    return await _page(request, viewer, {})


async def _show(request: Request, sent: Sent) -> View:
    return await _page(request, sent.by, _typed(sent))


async def _act(request: Request, sent: Sent) -> str | View:
    """Correct it, or go back to an earlier revision; first of all, say what that would change."""
    figure = await _found(request)
    is_undo = sent.text("do").startswith("undo")
    mutation, given = (_RESTORE, _restoring(figure, sent)) if is_undo else (_CORRECT, _correction(figure, sent))
    if not sent.text("do").endswith("now"):
        preview = await preview_of(request, mutation, given)
        _refuse_problems(preview.problems, "revision" if is_undo else "value")
        return await _page(request, sent.by, _typed(sent), preview)
    given["idempotencyKey"] = sent.text("key") or None
    [done] = (await write(request, mutation, input=given)).values()
    _refuse_problems(done["problems"], "revision" if is_undo else "value")
    waits = not is_undo and done["submission"]["status"] != "PUBLISHED"
    return f"{request.url.path}?waits=yes#history" if waits else f"{request.url.path}#history"


async def _page(request: Request, by: Viewer | None, typed: Mapping[str, str], preview: Preview | None = None) -> View:
    figure = await _found(request)
    revisions = figure["revisions"][::-1]
    return view(
        "figure.html",
        f"{figure['metric']['name']}: {figure['organisation']['name']}, {figure['period']['label']}",
        figure=figure,
        revisions=revisions,
        # What was withdrawn, or says what is in force, cannot be gone back to.
        earlier=[each for each in revisions[1:] if each["status"] != "WITHDRAWN" and not _is_same(each, revisions[0])],
        can_correct=by is not None and by.role in WRITERS,
        can_undo=by is not None and by.role in DECIDERS,
        can_withdraw=figure["origin"] != FigureOrigin.DERIVED and figure["status"] != FigureStatus.WITHDRAWN,
        waits="waits" in request.query_params,
        preview=preview,
        typed=typed,
        # Sent again, the same form has one effect.
        key=secrets.token_urlsafe(16),
    )


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two revisions say the same to readers."""
    return all(one[name] == other[name] for name in ("value", "qualifier", "status", "note", "source"))


async def _found(request: Request) -> Mapping[str, Any]:
    """The figure of the address. Refusals: `page/unknown`."""
    asked = {name: request.path_params[name] for name in ("metric", "organisation", "period")}
    nodes = (await read(request, _FIGURE, **asked))["figures"]["nodes"]
    if not nodes:
        raise unknown("figure")
    found: Mapping[str, Any] = nodes[0]
    return found


def _correction(figure: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The input of a correction, with the value as it was understood. Raises `NotTaken`."""
    faults, number, qualifier = [], None, Qualifier.EXACT
    if not sent.text("value"):
        faults.append(Fault("value", "Enter the right value."))
    else:
        understood = read_value(Cell(sent.text("value")), Unit(figure["metric"]["unit"]))
        number, qualifier = understood.number, understood.qualifier
        if number is None:
            faults.append(
                Fault("value", understood.wrong or "Enter a value. To withdraw the figure, use the undo below.")
            )
    faults += _missing(sent, reason="Say why the figure changes.", note="Say for readers what was corrected.")
    if faults:
        raise NotTaken(*faults)
    period = period_named(figure["period"]["code"])
    codes = {"metric": figure["metric"]["code"], "organisation": figure["organisation"]["code"]}
    return {
        "quarter": figure["period"]["quarter"] if period is None else period.quarter,
        "organisation": figure["organisation"]["code"],
        "figures": [
            {
                **codes,
                "period": figure["period"]["code"],
                "value": number,
                "qualifier": qualifier,
                "reason": sent.text("reason"),
            }
        ],
        "reason": sent.text("reason"),
        "publicNote": sent.text("note"),
    }


def _restoring(figure: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The input of an undo. Raises `NotTaken`."""
    faults = _missing(sent, why="Say why.")
    revision, seen = sent.text("revision"), sent.text("seen")
    if not (revision.isdecimal() and len(revision) < 9):
        faults.insert(0, Fault("revision", "Select what to go back to."))
    if faults:
        raise NotTaken(*faults)
    expected = int(seen) if seen.isdecimal() and len(seen) < 9 else figure["revision"]
    return {
        "figure": figure["id"],
        "revision": int(revision),
        "expectedRevision": expected,
        "reason": sent.text("why"),
        "publicNote": sent.text("undoNote") or None,
    }


def _missing(sent: Sent, **sentences: str) -> list[Fault]:
    return [Fault(name, sentence) for name, sentence in sentences.items() if not sent.text(name)]


def _refuse_problems(problems: Iterable[Any], field: str) -> None:
    found = [each for each in problems if each.get("severity") != "INFO"]
    if found:
        raise NotTaken(*(Fault(field, each["message"]) for each in found))


def _typed(sent: Sent) -> Mapping[str, str]:
    names = ("do", "value", "reason", "note", "revision", "why", "undoNote", "seen", "key")
    return {name: sent.text(name) for name in names}
