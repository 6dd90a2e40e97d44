"""How far a quarter has come: who is asked, who has answered, who is late, and the files to answer with."""

import datetime as dt
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.enumerations import OrganisationKind, Role
from schema.lifecycle import DECIDERS
from schema.periods import Period, parsed, quarter_named, quarter_of
from service.answers.answers import Answers
from service.messages.recipients import open_returns
from service.pages.asked import copied, rows_of
from service.pages.contacts import contacts
from service.pages.progress import COUNTS, Progress
from service.pages.scope import own_organisation, writer
from service.pages.showing import View, count_in, page, read, unknown, view
from service.reads.reader import today

_BY_ORGANISATION = f"byOrganisation {{ organisation {{ code name kind }} {COUNTS} }}"
_QUARTER = f"""
query Quarter($quarter: String!) {{
  completeness(quarter: $quarter) {{
    expected reported percent opensOn softDeadline hardDeadline counts {{ {COUNTS} }}
    {_BY_ORGANISATION}
  }}
  figures(
    first: 50, orderBy: [{{publishedAt: DESC}}]
    filter: {{
      period: {{quarter: {{eq: $quarter}}}}, revision: {{gt: 1}}, origin: {{eq: SENT}}
      status: {{in: [PUBLISHED, PROVISIONAL, WITHDRAWN]}}
    }}
  ) {{
    nodes {{
      value qualifier status note publishedAt metric {{ code name unit }} organisation {{ code name }} period {{ code }}
    }}
  }}
}}
"""
_MINE = """
query Mine($quarter: String!, $organisation: OdsCode!) {
  completeness(quarter: $quarter, organisation: $organisation) { byOrganisation { organisation { code } } }
}
"""
# What an empty choice of a filter means.
_ALL = ""
# How far back the list of quarters goes: three years.
QUARTERS_LISTED = 12


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [Route("/quarters", _latest), Route("/quarters/{quarter}", page(_quarter))]


def quarter_in(request: Request) -> Period:
    """The quarter that an address names. Refusals: `page/unknown`."""
    quarter = quarter_named(request.path_params["quarter"])
    if quarter is None:
        raise unknown("quarter")
    return quarter


def latest() -> Period:
    """The quarter that has ended most recently: that is the one to answer for."""
    return quarter_before(parsed(quarter_of(today())))


def last_quarters(count: int) -> list[Period]:
    """The quarters that have ended most recently, the latest first."""
    quarters = [latest()]
    while len(quarters) < count:
        quarters.append(quarter_before(quarters[-1]))
    return quarters


async def _latest(request: Request) -> Response:
    """The quarter that is chosen from the list; without one, the latest."""
    chosen = quarter_named(request.query_params.get("quarter", ""))
    return RedirectResponse(f"/quarters/{(chosen or latest()).code}")


async def _quarter(request: Request) -> View:
    quarter = quarter_in(request)
    data = await read(request, _QUARTER, quarter=quarter.code)
    found = data["completeness"]
    mine = await _mine(request, quarter, [each["organisation"]["code"] for each in found["byOrganisation"]])
    unanswered = await open_returns(partial(Answers.of(request).read, request), quarter.code)
    rows = rows_of(found["byOrganisation"], unanswered, mine)
    state, kind = request.query_params.get("state", _ALL), request.query_params.get("kind", _ALL)
    shown = [each for each in rows if _is_chosen(each, state, kind)]
    viewer, people = await writer(request), await contacts(request)
    return view(
        "quarter.html",
        quarter.label,
        quarter=quarter,
        quarters=sorted({quarter, *last_quarters(QUARTERS_LISTED)}, key=lambda each: each.starts, reverse=True),
        before=quarter_before(quarter),
        after=quarter_after(quarter),
        found=found,
        corrected=data["figures"]["nodes"],
        is_asked=bool(rows),
        organisations=shown,
        contacts=people,
        copied=copied(shown, people if viewer is not None else None),
        has_days=any(each["due"] for each in rows),
        states=[(each, sum(row["progress"] is each for row in rows)) for each in Progress],
        kinds=sorted({OrganisationKind(each["organisation"]["kind"]) for each in rows}),
        state=state,
        kind=kind,
        late=sum(bool(each["late"]) for each in rows),
        reminded=count_in(request, "reminded") if viewer is not None else 0,
        can_upload=viewer is not None,
        can_remind=viewer is not None and viewer.role in DECIDERS,
        can_set=viewer is not None and viewer.role is Role.ADMINISTRATOR,
        here="/quarters",
    )


async def _mine(request: Request, quarter: Period, every: list[str]) -> set[str]:
    """The codes of the organisations whose return the viewer can send."""
    by = await writer(request)
    if by is None:
        return set()
    own = await own_organisation(request, by)
    if own is None:
        return set(every)
    found = (await read(request, _MINE, quarter=quarter.code, organisation=own))["completeness"]
    return {each["organisation"]["code"] for each in found["byOrganisation"]}


def _is_chosen(row: Any, state: str, kind: str) -> bool:
    is_state = state in (_ALL, row["progress"]) or (state == "late" and row["late"])
    return is_state and kind in (_ALL, row["organisation"]["kind"])


def quarter_before(quarter: Period) -> Period:
    """The quarter that ends on the day before."""
    return parsed(quarter_of(quarter.starts - dt.timedelta(days=1)))


def quarter_after(quarter: Period) -> Period:
    """The quarter that starts on the day after."""
    return parsed(quarter_of(quarter.ends + dt.timedelta(days=1)))
