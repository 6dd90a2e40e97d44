"""What is asked for, at /collections; and for a measure who is asked, when, and by which day: /collections/CODE."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import OrganisationKind
from schema.periods import Period, parsed, period_named, quarter_named, quarter_of
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.previews import Preview, preview_of
from service.pages.setup.typed import check_administrator, refuse, whole
from service.pages.showing import View, board_of, page, read, unknown, view
from service.reads.reader import today

_COLLECTIONS = """
{
  collections {
    metric { code } kind within { code name } firstQuarter lastQuarter quarters dueDays
  }
  themes { name metrics { code name derivedFrom { code } } }
}
"""
_COLLECTION = """
query Collection($code: String!, $codes: [String!]!) {
  metric(code: $code) { code name unit collectedFrom derivedFrom { name } }
  collections(metrics: $codes) { kind within { code name } firstQuarter lastQuarter quarters dueDays }
}
"""
_SAVE = """
mutation Save($input: SaveCollectionInput!) { saveCollection(input: $input) { problems { message severity path } } }
"""
QUARTERS: Mapping[str, str] = {
    "1": "Q1 (April to June)",
    "2": "Q2 (July to September)",
    "3": "Q3 (October to December)",
    "4": "Q4 (January to March)",
}
_NAMES = ("kind", "within", "firstQuarter", "lastQuarter", "quarters", "dueDays", "reason")


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route("/collections", page(_show_all), methods=["GET"]),
        Route("/collections/{code}", acting(_show, _act), methods=["GET", "POST"]),
    ]


async def _show_all(request: Request) -> View:
    """Everything that is asked for now or later, by theme; and what nobody is asked for."""
    data = await read(request, _COLLECTIONS)
    now = _this_quarter()
    asked: dict[str, list[Any]] = {}
    for each in data["collections"]:
        if each["lastQuarter"] is None or parsed(each["lastQuarter"]).ends >= now.starts:
            asked.setdefault(each["metric"]["code"], []).append(_in_words(each))
    themes = [
        {**each, "rows": [(metric, asked.get(metric["code"], [])) for metric in each["metrics"]]}
        for each in data["themes"]
    ]
    return view(
        "collections.html", "What is asked for", themes=[each for each in themes if each["rows"]], here="/collections"
    )


async def _show(request: Request, sent: Sent) -> View:
    check_administrator(sent.by, "say what is asked for")
    return await _page(request, sent)


async def _act(request: Request, sent: Sent) -> str | View:
    """Save who is asked; first of all, say how many questions that adds or takes away."""
    check_administrator(sent.by, "say what is asked for")
    metric = (await _found(request))["metric"]
    given = _given(metric, sent)
    if sent.text("do") != "now":
        preview = await preview_of(request, _SAVE, given)
        refuse(preview.problems, _NAMES, "kind")
        return await _page(
            request, sent, preview, _in_words({**given, "within": {"code": given["within"], "name": given["within"]}})
        )
    given["idempotencyKey"] = sent.text("key") or None
    refuse((await write(request, _SAVE, input=given))["saveCollection"]["problems"], _NAMES, "kind")
    return f"/collections/{metric['code']}"


async def _found(request: Request) -> Any:
    """The measure of the address, and who is asked for it. Refusals: `page/unknown`."""
    code = request.path_params["code"]
    found = await read(request, _COLLECTION, code=code, codes=[code])
    if found["metric"] is None:
        raise unknown("measure")
    return found


async def _page(request: Request, sent: Sent, preview: Preview | None = None, said: Any = None) -> View:
    found = await _found(request)
    typed = _typed(sent) if sent.fields else await _usual(request, found)
    return view(
        "collection.html",
        f"Who is asked: {found['metric']['name']}",
        metric=found["metric"],
        rows=list(map(_in_words, found["collections"])),
        kinds={kind: OrganisationKind(kind).many for kind in found["metric"]["collectedFrom"]},
        quarters=QUARTERS,
        typed=typed,
        preview=preview,
        said=said,
        affected=preview.outcome["requests_affected"] if preview else 0,
        key=secrets.token_urlsafe(16),
        here="/collections",
    )


def _this_quarter() -> Period:
    return parsed(quarter_of(today()))


async def _usual(request: Request, found: Any) -> Mapping[str, Any]:
    """The fields of a new collection: of the ICB, in each quarter, from this one on."""
    board = (await board_of(request))["code"]
    kinds: Sequence[str] = found["metric"]["collectedFrom"]
    return {"kind": kinds[0], "within": board, "firstQuarter": _this_quarter().label, "quarters": list(QUARTERS)}


def _typed(sent: Sent) -> Mapping[str, Any]:
    texts = {name: sent.text(name) for name in (*_NAMES, "stop", "key") if name != "quarters"}
    return {**texts, "quarters": [str(each) for each in sent.fields.getlist("quarters") if each in QUARTERS]}


def _given(metric: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The input of the command. Raises `NotTaken`."""
    typed, faults = _typed(sent), list[Fault]()
    if typed["kind"] not in metric["collectedFrom"]:
        faults.append(Fault("kind", "Select who is asked."))
    if not typed["within"]:
        faults.append(Fault("within", "Write the code of the group whose members are asked, such as QKS."))
    first = _quarter(typed, "firstQuarter", faults)
    last = _quarter(typed, "lastQuarter", faults) if typed["lastQuarter"] else None
    quarters = [] if typed["stop"] else sorted(map(int, typed["quarters"]))
    if not quarters and not typed["stop"]:
        faults.append(Fault("quarters", "Select at least one quarter, or stop asking for it."))
    days = whole(sent, "dueDays", faults)
    if not typed["reason"]:
        faults.append(Fault("reason", "Say why it is asked for, or no longer."))
    if faults:
        raise NotTaken(*faults)
    return {
        "metric": metric["code"],
        "kind": typed["kind"],
        "within": typed["within"],
        "firstQuarter": first,
        "lastQuarter": last,
        "quarters": quarters,
        "dueDays": days,
        "reason": typed["reason"],
    }


def _quarter(typed: Mapping[str, Any], name: str, faults: list[Fault]) -> str | None:
    period = period_named(typed[name])
    if period is None or quarter_named(period.code) is None:
        faults.append(Fault(name, "Write a quarter, such as Q1 2026/27."))
        return None
    return period.code


def _in_words(each: Mapping[str, Any]) -> Mapping[str, str]:
    """Who is asked, when, and by which day."""
    kind, quarters = OrganisationKind(each["kind"]), list(each["quarters"])
    first, last = parsed(each["firstQuarter"]).label, each["lastQuarter"]
    listed = ", ".join(f"Q{number}" for number in quarters)
    return {
        "who": f"{kind.many} of {each['within']['name']}",
        "when": "no longer"
        if not quarters
        else "every quarter"
        if len(quarters) == len(QUARTERS)
        else f"only {listed}",
        "span": f"from {first}" + (f" to {parsed(last).label}" if last else ""),
        "due": _due(each["dueDays"]),
    }


def _due(days: int | None) -> str:
    if days is None:
        return "by the deadline of the quarter"
    if days == 0:
        return "by the last day of the quarter"
    words = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{words} {'after' if days > 0 else 'before'} the quarter ends"
