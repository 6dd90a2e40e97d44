"""The dates of a quarter are set, and exceptions are granted, by the commands for these."""

from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import Role
from service.pages.acting import Fault, NotTaken, Sent, acting, write
from service.pages.days import day_in, in_field
from service.pages.quarters import quarter_in
from service.pages.scope import check_role
from service.pages.showing import View, read, view

_DATES = """
query Dates($quarter: String!) {
  completeness(quarter: $quarter) {
    opensOn softDeadline hardDeadline
    byOrganisation { organisation { code name } }
    byMetric { metric { code name } }
  }
}
"""
_SET = """
mutation Set($input: SetQuarterInput!) { setQuarter(input: $input) { problems { message path } } }
"""
_GRANT = """
mutation Grant($input: GrantExceptionInput!) { grantException(input: $input) { problems { message path } } }
"""
DAYS = ("opensOn", "softDeadline", "hardDeadline")


def routes() -> list[BaseRoute]:
    """The address of the page."""
    return [Route("/quarters/{quarter}/dates", acting(_show, _act), methods=["GET", "POST"])]


async def _show(request: Request, sent: Sent) -> View:
    quarter = quarter_in(request)
    check_role(sent.by, [Role.ADMINISTRATOR], "set the dates of a quarter")
    found = (await read(request, _DATES, quarter=quarter.code))["completeness"]
    stored = {name: in_field(found[name]) for name in DAYS}
    fields = {name: value for name, value in sent.fields.items() if isinstance(value, str)}
    organisations = sorted((each["organisation"] for each in found["byOrganisation"]), key=lambda each: each["name"])
    return view(
        "quarter-dates.html",
        f"Dates and exceptions of {quarter.label}",
        quarter=quarter,
        fields={**stored, **fields},
        organisations=organisations,
        measures=sorted((each["metric"] for each in found["byMetric"]), key=lambda each: each["name"]),
    )


async def _act(request: Request, sent: Sent) -> str:
    quarter = quarter_in(request)
    if sent.text("do") == "exception":
        answer = await write(request, _GRANT, input={"quarter": quarter.code, **_exception(sent)})
    else:
        days = {name: day_in(sent, name) for name in DAYS}
        answer = await write(request, _SET, input={"quarter": quarter.code, "reason": sent.text("reason"), **days})
    [done] = answer.values()
    if done["problems"]:
        suffix = "-exception" if sent.text("do") == "exception" else ""
        raise NotTaken(*(Fault(_field(each, suffix), each["message"]) for each in done["problems"]))
    return f"/quarters/{quarter.code}"


def _exception(sent: Sent) -> dict[str, Any]:
    if not sent.text("organisation"):
        raise NotTaken(Fault("organisation", "Select an organisation."))
    return {
        "organisation": sent.text("organisation"),
        "metric": sent.text("metric") or None,
        "until": day_in(sent, "until"),
        "reason": sent.text("reason"),
    }


def _field(problem: Any, suffix: str) -> str:
    """The id of the field that a problem is about. Both forms ask for a reason."""
    name = str(problem["path"][-1])
    return f"reason{suffix}" if name == "reason" else name if name != "quarter" else "main"
