"""A measure is added at /measures/new and changed at /measures/CODE/change, after a look at what that would be."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Counts, Direction, OrganisationKind, RollUp, Unit
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.frame import opened
from service.pages.previews import Preview, preview_of
from service.pages.setup.typed import check_administrator, code_of, number, refuse, themes, whole
from service.pages.showing import View, board_of, read, unknown, view
from service.sheets.written import plain

NEW = "/measures/new"
_MEASURE = """
query Measure($code: String!) {
  metric(code: $code) {
    code name description unit direction counts decimals minimum maximum collectedFrom numeratorLabel denominatorLabel
    tolerance rollUp source derivedBy isSample
    theme { code } denominatorMetric { code } partOf { code } derivedFrom { code }
  }
}
"""
_SAVE = """
mutation Save($input: SaveMetricInput!) { saveMetric(input: $input) { problems { message severity path } } }
"""
_PURPOSE = "set up measures"
UNITS: Mapping[str, str] = {
    Unit.PERCENT: "A percentage",
    Unit.COUNT: "A number of people or things",
    Unit.YES_NO: "Yes or no",
    Unit.FTE: "Full-time equivalents (FTE)",
    Unit.RATE_PER_100000: "A rate per 100,000 people",
    Unit.SCORE: "Points on a scale",
}
_DIRECTIONS: Mapping[str, str] = {
    Direction.HIGHER_IS_BETTER: "Higher is better",
    Direction.LOWER_IS_BETTER: "Lower is better",
    Direction.NEUTRAL: "Neither is better",
}
_COUNTS: Mapping[str, str] = {
    "": "As is usual for its unit",
    Counts.AT_DATE: "On the last day of the period, such as staff",
    Counts.OVER_PERIOD: "In the whole period, such as appointments in a quarter",
    Counts.YEAR_TO_DATE: "From 1 April to the last day of the period",
    Counts.SINCE: "From a launch day to the last day of the period",
}
_ROLL_UPS: Mapping[str, str] = {
    RollUp.NONE: "It cannot be worked out from its members",
    RollUp.SUM: "Members’ values are added",
    RollUp.RATIO_OF_SUMS: "Members’ two numbers are added, then divided",
    RollUp.PERCENT_YES: "The percentage of members that said yes",
    RollUp.COUNT_YES: "The number of members that said yes",
    RollUp.PERCENT_OF_MAXIMUM: "Members’ levels as a percentage of the highest possible",
}
_KINDS: Mapping[str, str] = {kind: opened(kind.many) for kind in OrganisationKind}


@dataclass(frozen=True)
class Asked:
    """A field of the form: its name in the input, its label, and how it is filled in.

    A `kind` is text, area, number, whole, choice, ticks or yes.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    is_needed: bool = False

    def said(self, typed: Mapping[str, Any]) -> str:
        """What stands in it, in words."""
        value = typed[self.name]
        if self.kind == "ticks":
            return ", ".join(self.choices.get(each, each) for each in value)
        return self.choices.get(value, value) if self.choices else str(value)


_FIRST = (
    Asked("name", "Name", is_needed=True),
    Asked("description", "What it counts, and what it leaves out", "area", is_needed=True),
    Asked("theme", "Theme", "choice", is_needed=True),
    Asked("unit", "What an answer is", "choice", "It cannot be changed later", UNITS, is_needed=True),
    Asked("decimals", "Most decimal places", "whole", "0 to 6", is_needed=True),
    Asked("direction", "Which way is better", "choice", choices=_DIRECTIONS, is_needed=True),
    Asked("collectedFrom", "Who answers", "ticks", choices=_KINDS, is_needed=True),
    Asked(
        "tolerance",
        "The largest change between two periods that needs no reason",
        "number",
        "Leave it empty if no change needs a reason",
    ),
)
_MORE = (
    Asked("minimum", "Lowest possible value", "number"),
    Asked("maximum", "Highest possible value", "number"),
    Asked("counts", "How it counts", "choice", choices=_COUNTS),
    Asked("numeratorLabel", "What the first of two numbers counts", hint="Such as: practices with call back"),
    Asked("denominatorLabel", "What the second number counts", hint="Such as: practices"),
    Asked("rollUp", "How the figure of a group is worked out", "choice", choices=_ROLL_UPS),
    Asked("source", "Where its figures come from"),
    Asked("isSample", "Its figures come from a sample, such as a survey", "yes"),
    Asked("denominatorMetric", "Code of the measure that counts the second number"),
    Asked("partOf", "Code of the measure that it is a part of"),
    Asked("derivedFrom", "Code of the measure that it is calculated from"),
    Asked("derivedBy", "How it is calculated", "choice", choices={"": "It is not", **_ROLL_UPS}),
)
_FIELDS = (*_FIRST, *_MORE)
_NAMES = tuple(each.name for each in _FIELDS)


def routes() -> list[BaseRoute]:
    """Their addresses."""
    forms = ["GET", "POST"]
    return [
        Route(NEW, acting(_show, _act), methods=forms),
        Route("/measures/{code}/change", acting(_show, _act), methods=forms),
    ]


async def _show(request: Request, sent: Sent) -> View:
    check_administrator(sent.by, _PURPOSE)
    return await _page(request, sent, await _known(request))


async def _act(request: Request, sent: Sent) -> str | View:
    """Save the measure; first of all, say what that would change."""
    check_administrator(sent.by, _PURPOSE)
    known = await _known(request)
    given = await _given(request, sent, known)
    if sent.text("do") != "now":
        board = (await board_of(request))["code"] if known else None
        preview = await preview_of(request, _SAVE, given, paper_of=board)
        refuse(preview.problems, _NAMES, "name")
        return await _page(request, sent, known, preview)
    given["idempotencyKey"] = sent.text("key") or None
    refuse((await write(request, _SAVE, input=given))["saveMetric"]["problems"], _NAMES, "name")
    # A new measure is asked of nobody yet: that comes next.
    return f"/measures/{given['code']}" if known else f"/collections/{given['code']}"


async def _known(request: Request) -> Mapping[str, Any] | None:
    """The measure of the address; None for a new one. Refusals: `page/unknown`."""
    code = request.path_params.get("code")
    if code is None:
        return None
    found: Mapping[str, Any] | None = (await read(request, _MEASURE, code=code))["metric"]
    if found is None:
        raise unknown("measure")
    return found


async def _page(request: Request, sent: Sent, known: Mapping[str, Any] | None, preview: Preview | None = None) -> View:
    listed = {each["code"]: each["name"] for each in await themes(request)}
    stored = _stored(known)
    typed = _typed(sent) if sent.fields else stored
    fields = [_with_themes(each, listed) for each in _FIELDS]
    return view(
        "measure-edit.html",
        f"Change {known['name']}" if known else "A new measure",
        known=known,
        fields_first=fields[: len(_FIRST)],
        fields_more=fields[len(_FIRST) :],
        typed=typed,
        preview=preview,
        code=known["code"] if known else code_of(str(typed["name"])),
        changes=[
            (each.label, each.said(stored), each.said(typed))
            for each in fields
            if typed[each.name] != stored[each.name]
        ],
        key=secrets.token_urlsafe(16),
        here="/measures",
    )


def _with_themes(asked: Asked, listed: Mapping[str, str]) -> Asked:
    return (
        Asked(asked.name, asked.label, asked.kind, asked.hint, listed, is_needed=True)
        if asked.name == "theme"
        else asked
    )


def _typed(sent: Sent) -> Mapping[str, Any]:
    """What stands in the form, with the key under which it counts once."""
    return {
        **{each.name: _ticked(sent, each) if each.kind == "ticks" else sent.text(each.name) for each in _FIELDS},
        "key": sent.text("key"),
    }


def _ticked(sent: Sent, asked: Asked) -> Sequence[str]:
    return [str(each) for each in sent.fields.getlist(asked.name) if each in asked.choices]


def _stored(known: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The fields of a measure as they are; of a new one, the usual choices."""
    if known is None:
        empty = {each.name: [] if each.kind == "ticks" else "" for each in _FIELDS}
        return {
            **empty,
            "unit": Unit.PERCENT,
            "direction": Direction.HIGHER_IS_BETTER,
            "decimals": "0",
            "rollUp": RollUp.NONE,
        }
    return {each.name: _text(known[each.name]) for each in _FIELDS}


def _text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value["code"]
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return plain(float(value))
    return value or ""


async def _given(request: Request, sent: Sent, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """The input of the command. Raises `NotTaken`."""
    faults = [
        Fault(each.name, f"{each.label}: fill this in.") for each in _FIELDS if each.is_needed and _is_empty(sent, each)
    ]
    unit = Unit(sent.text("unit")) if sent.text("unit") in UNITS else Unit.COUNT
    if known is not None:
        unit = Unit(known["unit"])
    given: dict[str, Any] = {each.name: _value(sent, each, unit, faults) for each in _FIELDS}
    given |= {"unit": unit, "code": known["code"] if known else code_of(sent.text("name"))}
    is_taken = known is None and (await read(request, _MEASURE, code=given["code"]))["metric"] is not None
    if is_taken:
        faults.append(Fault("name", "Another measure has this name, or one that is nearly the same."))
    if faults:
        raise NotTaken(*faults)
    return given


def _is_empty(sent: Sent, asked: Asked) -> bool:
    return not (_ticked(sent, asked) if asked.kind == "ticks" else sent.text(asked.name))


def _value(sent: Sent, asked: Asked, unit: Unit, faults: list[Fault]) -> Any:
    if asked.kind == "number":
        return number(sent, asked.name, unit, faults)
    if asked.kind == "whole":
        return whole(sent, asked.name, faults)
    if asked.kind == "ticks":
        return _ticked(sent, asked)
    if asked.kind == "yes":
        return bool(sent.text(asked.name))
    text = sent.text(asked.name)
    if asked.choices and text not in asked.choices:
        faults.append(Fault(asked.name, f"{asked.label}: select one."))
    return text or None
