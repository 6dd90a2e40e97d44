"""How far a quarter has come: who is asked, who has answered, who is late, and the files to answer with."""

import datetime as dt

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from schema.periods import Period, parsed, quarter_named, quarter_of
from service.pages.showing import View, page, read, unknown, view
from service.reads.reader import today

_STATES = "notStarted draft submitted returned published nilReturns exempt late"
_QUARTER = f"""
query Quarter($quarter: String!) {{
  completeness(quarter: $quarter) {{
    expected reported percent opensOn softDeadline hardDeadline counts {{ {_STATES} }}
    byOrganisation {{ organisation {{ code name kind }} {_STATES} }}
  }}
}}
"""


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [Route("/quarters", _latest), Route("/quarters/{quarter}", page(_quarter))]


async def _latest(_: Request) -> Response:
    """The quarter that has ended most recently: that is the one to answer for."""
    return RedirectResponse(f"/quarters/{_before(parsed(quarter_of(today()))).code}")


async def _quarter(request: Request) -> View:
    quarter = quarter_named(request.path_params["quarter"])
    if quarter is None:
        raise unknown()
    found = (await read(request, _QUARTER, quarter=quarter.code))["completeness"]
    # Whoever still has to do something comes first.
    organisations = sorted(
        found["byOrganisation"], key=lambda each: (-each["notStarted"] - each["returned"], each["organisation"]["name"])
    )
    return view(
        "quarter.html",
        quarter.label,
        quarter=quarter,
        before=_before(quarter),
        found=found,
        organisations=organisations,
        here="/quarters",
    )


def _before(quarter: Period) -> Period:
    return parsed(quarter_of(quarter.starts - dt.timedelta(days=1)))
