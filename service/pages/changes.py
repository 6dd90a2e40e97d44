"""A change of the register at /organisations/CODE/change: what happened, from which day, why, and what it would affect.

What can be recorded is a list; each line names the command, and the fields of its form.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import CqcRating, OrganisationKind, Role
from schema.periods import period_named
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.previews import Preview, preview_of
from service.pages.scope import check_role
from service.pages.showing import View, read, unknown, view

_ORGANISATION = "query Changed($code: OdsCode!) { organisation(code: $code) { code name kind } }"
_REASON = ("reason", "Why it is recorded, such as where you read it", "text")
Field = tuple[str, str, str]


@dataclass(frozen=True)
class Change:
    """Something that happens to an organisation: its words, its mutation, and the fields of its form.

    A field is the name in the input, its label, and what is typed: a `text`, a `day` or a `rating`. `given` makes the
    rest of the input from the code of the organisation.
    """

    words: str
    mutation: str
    fields: Sequence[Field]
    given: Callable[[str], dict[str, Any]]

    @property
    def document(self) -> str:
        """The mutation with one `$input`."""
        kind = f"{self.mutation[0].upper()}{self.mutation[1:]}Input"
        problems = "problems { message severity path }"
        return f"mutation Change($input: {kind}!) {{ {self.mutation}(input: $input) {{ {problems} }} }}"


CHANGES: Mapping[str, Change] = {
    "rename": Change(
        "It has a new name",
        "saveOrganisation",
        (("name", "The new name", "text"), ("on", "From which day", "day"), _REASON),
        lambda code: {"code": code},
    ),
    "close": Change(
        "It closed",
        "closeOrganisation",
        (
            ("closedOn", "Its last day", "day"),
            ("membersTo", "Code of the group that its members move to, if it has members", "optional"),
            _REASON,
        ),
        lambda code: {"organisation": code},
    ),
    "merge": Change(
        "It merged into another",
        "mergeOrganisations",
        (("into", "Code of the one that is left", "text"), ("on", "First day as one organisation", "day"), _REASON),
        lambda code: {"organisations": [code]},
    ),
    "move": Change(
        "It moved to another network or group",
        "moveMember",
        (("to", "Code of the group that it moved to", "text"), ("on", "First day there", "day"), _REASON),
        lambda code: {"member": code},
    ),
    "rate": Change(
        "The CQC rated it",
        "rateOrganisation",
        (("rating", "The rating", "rating"), ("ratedOn", "Date of the rating", "day"), _REASON),
        lambda code: {"organisation": code},
    ),
    "open": Change(
        "A new practice or network opened in it",
        "saveOrganisation",
        (
            ("code", "Code of the new organisation", "text"),
            ("name", "Its name", "text"),
            ("kind", "What it is", "kind"),
            ("on", "Its first day", "day"),
            _REASON,
        ),
        lambda code: {"group": code},
    ),
}


def routes() -> list[BaseRoute]:
    """Their address."""
    return [Route("/organisations/{code}/change", acting(_show, _act), methods=["GET", "POST"])]


async def _show(request: Request, sent: Sent) -> View:
    what = sent.text("what") or request.query_params.get("what", "")
    return await _page(request, sent, what)


async def _act(request: Request, sent: Sent) -> str | View:
    """Record the change; first of all, say what it would affect."""
    change = CHANGES.get(sent.text("what"))
    organisation = await _found(request, sent)
    if change is None:
        raise NotTaken(Fault("what", "Select what happened."))
    given = {**_given(change, sent), **change.given(organisation["code"])}
    if sent.text("do") != "now":
        preview = await preview_of(request, change.document, given)
        _refuse(preview.problems, change)
        return await _page(request, sent, sent.text("what"), preview)
    given["idempotencyKey"] = sent.text("key") or None
    [done] = (await write(request, change.document, input=given)).values()
    _refuse(done["problems"], change)
    return f"/organisations/{given.get('code', organisation['code'])}"


async def _page(request: Request, sent: Sent, what: str, preview: Preview | None = None) -> View:
    organisation, change = await _found(request, sent), CHANGES.get(what)
    names = [name for name, _, __ in change.fields] if change else []
    return view(
        "change.html",
        f"Record a change: {organisation['name']}",
        organisation=organisation,
        changes=CHANGES,
        what=what,
        change=change,
        ratings=list(CqcRating),
        kinds=[OrganisationKind.PRACTICE, OrganisationKind.PRIMARY_CARE_NETWORK],
        preview=preview,
        counts=preview.outcome["counts"] if preview else {},
        typed={**{name: sent.text(name) for name in names}, "what": what, "key": sent.text("key")},
        key=secrets.token_urlsafe(16),
    )


async def _found(request: Request, sent: Sent) -> Mapping[str, Any]:
    """The organisation of the address. Refusals: `FORBIDDEN`, `page/unknown`."""
    check_role(sent.by, [Role.ADMINISTRATOR], "keep the register")
    found: Mapping[str, Any] | None = (await read(request, _ORGANISATION, code=request.path_params["code"]))[
        "organisation"
    ]
    if found is None:
        raise unknown("organisation")
    return found


def _given(change: Change, sent: Sent) -> dict[str, Any]:
    """What was typed, as the input of the command; days in any form that people write. Raises `NotTaken`."""
    given, faults = dict[str, Any](), []
    for name, label, kind in change.fields:
        text = sent.text(name)
        if not text:
            if kind != "optional":
                faults.append(Fault(name, f"{label}: fill this in."))
            continue
        day = period_named(text) if kind == "day" else None
        if kind == "day" and (day is None or day.starts != day.ends):
            faults.append(Fault(name, f"{label}: write a day, such as 31/03/2025."))
        given[name] = day.ends.isoformat() if day else text
    if faults:
        raise NotTaken(*faults)
    return given


def _refuse(problems: Sequence[Mapping[str, Any]], change: Change) -> None:
    """Show problems at their fields. Raises `NotTaken` where one blocks."""
    names = [name for name, _, __ in change.fields]
    blocking = [each for each in problems if each.get("severity") != "INFO"]
    if blocking:
        raise NotTaken(*(Fault(_field(each, names), each["message"]) for each in blocking))


def _field(problem: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((part for part in problem.get("path", ()) if part in names), names[0])
