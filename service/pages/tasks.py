"""What waits for whoever has signed in: the returns that they owe, what has come back, and what they can approve."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from starlette.requests import Request

from schema.enumerations import UNSETTLED, SubmissionStatus
from schema.lifecycle import DECIDERS
from schema.periods import Period, long_date, parsed
from service.pages.data_quality import STATES, address_of
from service.pages.late import late_returns
from service.pages.progress import COUNTS, Progress, asked_of, progress_of
from service.pages.quarters import latest
from service.pages.returns.unanswered import Key
from service.pages.scope import own_organisation, writer
from service.pages.showing import read
from service.reads.reader import today
from service.viewer import Viewer

_TASKS = f"""
query Tasks($quarter: String!, $organisation: OdsCode, $name: String!, $most: Int!) {{
  completeness(quarter: $quarter, organisation: $organisation) {{
    softDeadline hardDeadline byOrganisation {{ organisation {{ code name }} {COUNTS} }}
  }}
  submissions(filter: {{status: {{in: [DRAFT, RETURNED]}}}}, first: 20) {{
    nodes {{ quarter status organisation {{ code name }} }}
  }}
  issues: dataQualityIssues(
    first: $most, filter: {{owner: {{eq: $name}}, state: {{in: [{" ".join(UNSETTLED)}]}}}}
  ) {{ nodes {{ code state message metric {{ code name }} organisation {{ code name }} }} }}
  waiting: submissions(filter: {{status: {{in: [SUBMITTED, APPROVED]}}}}, first: 1) {{ totalCount }}
}}
"""
# Somebody who acts for more organisations than this gets one line for all of them.
_MOST_RETURNS = 10
# Where returns that have been sent are listed.
_SENT = "/approvals"


async def tasks_of(request: Request) -> list[dict[str, Any]]:
    """The tasks of whoever opens the page, as items of a task list; none for readers."""
    by = await writer(request)
    if by is None:
        return []
    quarter, own = latest(), await own_organisation(request, by)
    given = {"quarter": quarter.code, "name": by.name, "most": _MOST_RETURNS}
    found = await read(request, _TASKS, **given, **({"organisation": own} if own else {}))
    late, listed = await late_returns(request, own, _MOST_RETURNS) if own else ([], set())
    return [
        *late,
        *_returns(quarter, own, found["completeness"]),
        *_under_way(found["submissions"]["nodes"], quarter, listed),
        *_waiting(by, found["waiting"]["totalCount"]),
        *_owned(found["issues"]["nodes"]),
    ]


def _returns(quarter: Period, own: str | None, found: Any) -> Iterable[dict[str, Any]]:
    """The returns of the quarter that ended last: one for each organisation, or one line for many."""
    rows = [(each["organisation"], progress_of(each)) for each in found["byOrganisation"] if asked_of(each)]
    hint = _closes(found)
    listed = [each for each in rows if len(rows) <= _MOST_RETURNS or each[0]["code"] == own]
    for organisation, progress in listed:
        address = f"/quarters/{quarter.code}/{organisation['code']}"
        yield _task(f"{quarter.label} return of {organisation['name']}", address, progress, hint)
    if len(rows) > len(listed):
        owed = sum(progress.is_owed for _, progress in rows)
        yield {
            "heading": {"text": f"{quarter.label}: all returns"},
            "href": f"/quarters/{quarter.code}",
            "hint": {"text": hint},
            "status": {"text": f"{owed} of {len(rows)} still to come" if owed else "All have come"},
        }


def _under_way(submissions: Iterable[Any], quarter: Period, listed: Collection[Key]) -> Iterable[dict[str, Any]]:
    """What is in draft or has come back, of other quarters, and is not listed already."""
    for key in dict.fromkeys((each["quarter"], each["organisation"]["code"]) for each in submissions):
        of = [each for each in submissions if (each["quarter"], each["organisation"]["code"]) == key]
        if key[0] != quarter.code and key not in listed:
            is_returned = any(each["status"] == SubmissionStatus.RETURNED for each in of)
            progress = Progress.RETURNED if is_returned else Progress.DRAFT
            name = f"{parsed(key[0]).label} return of {of[0]['organisation']['name']}"
            yield _task(name, f"/quarters/{key[0]}/{key[1]}", progress, "")


def _waiting(by: Viewer, count: int) -> Iterable[dict[str, Any]]:
    if by.role in DECIDERS and count:
        words = f"{count} return{'' if count == 1 else 's'}"
        yield {"heading": {"text": "Approve and publish"}, "href": _SENT, "status": {"text": words}}


def _owned(issues: Iterable[Any]) -> Iterable[dict[str, Any]]:
    """The data quality issues that somebody looks into, and that are not settled."""
    for each in issues:
        words, colour = STATES[each["state"]]
        yield {
            "heading": {"text": f"Data quality: {each['metric']['name']}, {each['organisation']['name']}"},
            "href": address_of(each),
            "hint": {"text": each["message"]},
            "status": {"tag": {"text": words, "classes": colour}},
        }


def _task(name: str, address: str, progress: Progress, hint: str) -> dict[str, Any]:
    status: dict[str, Any] = {"tag": {"text": progress.words, "classes": progress.colour}}
    return {"heading": {"text": name}, "href": address, "hint": {"text": hint}, "status": status}


def _closes(found: Any) -> str:
    """By when to answer, and in how many days that is."""
    due = found["softDeadline"] or found["hardDeadline"]
    if due is None:
        return ""
    on = dt.date.fromisoformat(due)
    days = (on - today()).days
    when = "today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}" if days > 0 else "the day has passed"
    return f"Answer by {long_date(on)}: {when}"
