"""The target of a measure is set or changed at /measures/CODE/target, after a page has said what that would change."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Comparator, Unit
from schema.lifecycle import DECIDERS
from schema.periods import period_named
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.previews import COMPARATORS, Drawn, Preview, preview_of
from service.pages.scope import check_role
from service.pages.showing import View, board_of, read, unknown, view
from service.sheets.cells import Cell
from service.sheets.written import plain, read_exact

_MILESTONES = 4
_TARGETS = """
query Targets($code: String!) {
  metric(code: $code) {
    code name unit
    targets {
      id comparator value upperValue baseline baselineOn due organisation { code name } milestones { due value }
      current { status reason }
    }
  }
}
"""
_SET = """
mutation SetTarget($input: SetTargetInput!) {
  setTarget(input: $input) { problems { message severity path } }
}
"""
_DAYS = ("due", "baselineOn", "countsFrom")
_NUMBERS = ("value", "upperValue", "baseline")


def routes() -> list[BaseRoute]:
    """Their address."""
    return [Route("/measures/{code}/target", acting(_show, _act), methods=["GET", "POST"])]


async def _show(request: Request, sent: Sent) -> View:
    return await _page(request, sent)


async def _act(request: Request, sent: Sent) -> str | View:
    """Set the target; first of all, say what that would change."""
    metric = await _metric(request, sent)
    given = _given(metric, sent)
    if sent.text("do") != "now":
        drawn = Drawn(given["organisation"], [metric["code"]])
        preview = await preview_of(request, _SET, given, drawn=drawn)
        _refuse(preview.problems)
        return await _page(request, sent, preview)
    given["idempotencyKey"] = sent.text("key") or None
    _refuse((await write(request, _SET, input=given))["setTarget"]["problems"])
    return f"/measures/{metric['code']}"


async def _page(request: Request, sent: Sent, preview: Preview | None = None) -> View:
    metric = await _metric(request, sent)
    chosen = sent.text("id") or request.query_params.get("target", "")
    known = next((each for each in metric["targets"] if each["id"] == chosen), None)
    typed = {name: sent.text(name) for name in _names()} if sent.fields else await _as_it_is(request, known)
    return view(
        "target.html",
        f"Target: {metric['name']}",
        metric=metric,
        known=known,
        comparators=COMPARATORS,
        milestones=range(_MILESTONES),
        preview=preview,
        # What does not keep the command from being carried out.
        warnings=[each["message"] for each in preview.problems] if preview else [],
        typed=typed,
        key=secrets.token_urlsafe(16),
    )


async def _metric(request: Request, sent: Sent) -> Mapping[str, Any]:
    """The measure of the address, with its targets. Refusals: `FORBIDDEN`, `page/unknown`."""
    check_role(sent.by, DECIDERS, "set targets")
    found: Mapping[str, Any] | None = (await read(request, _TARGETS, code=request.path_params["code"]))["metric"]
    if found is None:
        raise unknown("measure")
    return found


def _names() -> Sequence[str]:
    milestones = [f"{part}{at}" for at in range(_MILESTONES) for part in ("due-", "value-")]
    return ("id", "organisation", "comparator", *_NUMBERS, *_DAYS, *milestones, "reason", "key")


async def _as_it_is(request: Request, known: Mapping[str, Any] | None) -> Mapping[str, str]:
    """The fields of a target that is changed; of a new one, only that it is the ICB's."""
    if known is None:
        return {"organisation": (await board_of(request))["code"]}
    numbers = {name: plain(float(known[name])) for name in _NUMBERS if known[name] is not None}
    days = {name: known[name] for name in ("due", "baselineOn") if known[name]}
    milestones = {
        name: text
        for at, each in enumerate(known["milestones"][:_MILESTONES])
        for name, text in ((f"due-{at}", each["due"]), (f"value-{at}", plain(float(each["value"]))))
    }
    organisation = known["organisation"]["code"]
    return {
        "id": known["id"],
        "organisation": organisation,
        "comparator": known["comparator"],
        **numbers,
        **days,
        **milestones,
    }


def _given(metric: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The input of the command, with numbers and days as people write them. Raises `NotTaken`."""
    unit, faults = Unit(metric["unit"]), list[Fault]()
    needed = {
        "value": "Enter the value to reach.",
        "reason": "Say why the target is set.",
        "organisation": "Whose is it?",
    }
    faults += [Fault(name, sentence) for name, sentence in needed.items() if not sent.text(name)]
    given: dict[str, Any] = {"metric": metric["code"], "organisation": sent.text("organisation")}
    given |= {"comparator": sent.text("comparator") or Comparator.AT_LEAST, "reason": sent.text("reason")}
    given |= {"id": sent.text("id")} if sent.text("id") else {}
    given |= {name: _number(sent, name, unit, faults) for name in _NUMBERS if sent.text(name)}
    given |= {name: _day(sent, name, faults) for name in _DAYS if sent.text(name)}
    given["milestones"] = [
        {"due": _day(sent, f"due-{at}", faults), "value": _number(sent, f"value-{at}", unit, faults)}
        for at in range(_MILESTONES)
        if sent.text(f"due-{at}") or sent.text(f"value-{at}")
    ]
    if given["comparator"] not in set(Comparator):
        faults.append(Fault("comparator", "Select how figures are compared with the value."))
    if faults:
        raise NotTaken(*faults)
    return given


def _number(sent: Sent, name: str, unit: Unit, faults: list[Fault]) -> float | None:
    text = sent.text(name)
    understood = read_exact(Cell(text), unit) if text else None
    if understood is None or understood.number is None:
        faults.append(Fault(name, (understood and understood.wrong) or "Enter a value."))
        return None
    return understood.number


def _day(sent: Sent, name: str, faults: list[Fault]) -> str | None:
    day = period_named(sent.text(name))
    if day is None or day.starts != day.ends:
        faults.append(Fault(name, "Write a day, such as 31/03/2026."))
        return None
    return day.ends.isoformat()


def _refuse(problems: Sequence[Mapping[str, Any]]) -> None:
    """Show what blocks at its field. Raises `NotTaken`."""
    blocking = [each for each in problems if each["severity"] != "INFO"]
    if blocking:
        raise NotTaken(*(Fault(_field(each["path"]), each["message"]) for each in blocking))


def _field(path: Sequence[str]) -> str:
    """The field of the form that a problem is about: a milestone's has its number."""
    parts = list(path)
    if "milestones" in parts:
        at = next((part for part in parts if part.isdecimal()), "0")
        return f"{'value' if parts[-1] == 'value' else 'due'}-{at}"
    return next((part for part in parts if part in _names()), "value")
