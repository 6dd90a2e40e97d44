"""What does not add up or is old at /data-quality, and what became of each issue at an address of its own.

Everybody reads why a figure stays as it is. Who acts for the organisation sees the owner, and says what became of it.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import DataQualityState, Role
from schema.errors import DOUBTS, Refusal
from schema.lifecycle import WRITERS
from service.briefing.consistency import UNREPORTED
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.scope import writer
from service.pages.showing import View, page, read, unknown, view
from service.viewer import Viewer
from service.writes.register.people import Entry, list_people

_ADDRESS = "/data-quality"
_MOST = 500
_ISSUE = """
code message state owner comment foundAt changedAt correctedAt version writtenAt
metric { code name theme { code name } } organisation { code name } period { code label }
"""
_ISSUES = f"query Issues($first: Int!) {{ dataQualityIssues(first: $first) {{ totalCount nodes {{ {_ISSUE} }} }} }}"
_ONE = f"""
query Issue($code: String!, $metric: String!, $organisation: OdsCode!) {{
  dataQualityIssues(first: 1, filter: {{
    code: {{eq: $code}}, metric: {{code: {{eq: $metric}}}}, organisation: {{code: {{eq: $organisation}}}}
  }}) {{ nodes {{ {_ISSUE} }} }}
}}
"""
_SAVE = """
mutation Save($input: SaveDataQualityOutcomeInput!) {
  saveDataQualityOutcome(input: $input) { issue { version } problems { code message path } }
}
"""
# Each state in words, and the colour of its tag. What needs somebody comes first.
STATES: Mapping[str, tuple[str, str]] = {
    DataQualityState.OPEN: ("Open", "nhsuk-tag--red"),
    DataQualityState.INVESTIGATING: ("Being looked into", "nhsuk-tag--yellow"),
    DataQualityState.EXPLAINED: ("Explained", "nhsuk-tag--blue"),
    DataQualityState.WILL_NOT_BE_FIXED: ("Will not be fixed", "nhsuk-tag--grey"),
    DataQualityState.CORRECTED: ("Corrected", "nhsuk-tag--green"),
}
# The filters of the list, with what each compares.
_FILTERS = ("kind", "owner", "state", "theme", "organisation")
_KINDS = {"found": "Does not add up", "old": "Old figure"}
_NOBODY = "-"
_FIELDS = ("state", "owner", "comment")


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [
        Route(_ADDRESS, page(_list)),
        Route(f"{_ADDRESS}/{{kind}}/{{metric}}/{{organisation}}", acting(_show, _act), methods=["GET", "POST"]),
    ]


def address_of(issue: Mapping[str, Any]) -> str:
    """The address of an issue."""
    kind = issue["code"].partition("/")[2]
    return f"{_ADDRESS}/{kind}/{issue['metric']['code']}/{issue['organisation']['code']}"


async def _list(request: Request) -> View:
    found = (await read(request, _ISSUES, first=_MOST))["dataQualityIssues"]
    chosen = {name: request.query_params.get(name, "") for name in _FILTERS}
    order = list(STATES)
    issues = sorted(found["nodes"], key=lambda each: (order.index(each["state"]), each["code"] == UNREPORTED))
    by = await writer(request)
    return view(
        "data-quality.html",
        "Data quality",
        issues=[_shown(each) for each in issues if _is_chosen(each, chosen)],
        count=len(issues),
        is_cut=found["totalCount"] > len(issues),
        chosen=chosen,
        choices=_choices(issues, is_writer=by is not None),
        here=_ADDRESS,
    )


def _shown(issue: Mapping[str, Any]) -> Mapping[str, Any]:
    words, colour = STATES[issue["state"]]
    return {**issue, "words": words, "colour": colour, "address": address_of(issue), "remedy": DOUBTS[issue["code"]]}


def _values(issue: Mapping[str, Any]) -> Mapping[str, str]:
    """What the filters compare of an issue."""
    theme, organisation = issue["metric"]["theme"]["code"], issue["organisation"]["code"]
    kind = "old" if issue["code"] == UNREPORTED else "found"
    mine = {"kind": kind, "owner": issue["owner"] or _NOBODY, "state": issue["state"]}
    return {**mine, "theme": theme, "organisation": organisation}


def _is_chosen(issue: Mapping[str, Any], chosen: Mapping[str, str]) -> bool:
    return all(not wanted or _values(issue)[name] == wanted for name, wanted in chosen.items())


def _choices(issues: Sequence[Any], *, is_writer: bool) -> Mapping[str, Sequence[tuple[str, str]]]:
    """For each filter its values with their words. Readers do not see owners."""
    owners = sorted({each["owner"] for each in issues if each["owner"]})
    themes = sorted({(each["metric"]["theme"]["name"], each["metric"]["theme"]["code"]) for each in issues})
    organisations = sorted({(each["organisation"]["name"], each["organisation"]["code"]) for each in issues})
    own = {"owner": [*((each, each) for each in owners), (_NOBODY, "Nobody")]} if is_writer else {}
    return {
        "kind": list(_KINDS.items()),
        **own,
        "state": [(state, words) for state, (words, _) in STATES.items()],
        "theme": [(code, name) for name, code in themes],
        "organisation": [(code, name) for name, code in organisations],
    }


async def _show(request: Request, sent: Sent) -> View:
    issue = await _issue(request, sent)
    stored = {"state": issue["state"], "owner": issue["owner"] or "", "comment": issue["comment"] or ""}
    return view(
        "data-quality-issue.html",
        f"{issue['metric']['name']}: {issue['organisation']['name']}",
        issue=_shown(issue),
        typed={name: sent.text(name) for name in _FIELDS} if sent.fields else stored,
        states=[(state, words) for state, (words, _) in STATES.items() if state != DataQualityState.CORRECTED],
        people=await _people(request, sent.by),
        key=secrets.token_urlsafe(16),
    )


async def _act(request: Request, sent: Sent) -> str:
    """Keep who looks into it, and what became of it."""
    issue = await _issue(request, sent)
    version = sent.text("version")
    given: dict[str, Any] = {name: sent.text(name) for name in _FIELDS}
    given |= {"code": issue["code"], "metric": issue["metric"]["code"], "organisation": issue["organisation"]["code"]}
    given |= {"idempotencyKey": sent.text("key") or None}
    given |= {"expectedVersion": int(version)} if version.isdecimal() and len(version) < 10 else {}
    if given["state"] not in STATES:
        raise NotTaken(Fault("state", "Select what has become of it."))
    done = (await write(request, _SAVE, input=given))["saveDataQualityOutcome"]
    if done["problems"]:
        raise NotTaken(*(_fault(each) for each in done["problems"]))
    return _ADDRESS


def _fault(found: Mapping[str, Any]) -> Fault:
    if found["code"] == "data-quality/stale":
        return Fault("main", "Somebody else changed this while you were writing. Open the page again.")
    field = found["path"][-1]
    return Fault(field if field in _FIELDS else "main", found["message"])


async def _issue(request: Request, sent: Sent) -> Mapping[str, Any]:
    """The issue of the address. Refusals: `FORBIDDEN` for a role that writes nothing, `page/unknown`."""
    if sent.by.role not in WRITERS:
        raise Refusal("FORBIDDEN", "Your role cannot say what became of data quality issues.")
    named = {name: request.path_params[name] for name in ("metric", "organisation")}
    if not (named["organisation"].replace("-", "").isalnum() and named["organisation"].isascii()):
        raise unknown("issue")
    found = await read(request, _ONE, code=f"doubt/{request.path_params['kind']}", **named)
    issues: list[Mapping[str, Any]] = found["dataQualityIssues"]["nodes"]
    if not issues:
        raise unknown("issue")
    return issues[0]


async def _people(request: Request, by: Viewer) -> Sequence[Entry]:
    """Who can look into it: everybody on record that the viewer sees, but for those who only read."""
    async with request.app.state.database.rehearsal(scope=by.scope) as session:
        everybody = await list_people(session)
    return [each for each in everybody if each.ended_at is None and each.role is not Role.READER]
