"""The returns of earlier quarters that are late become tasks, for whoever acts for one organisation and its members."""

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.requests import Request

from schema.periods import Period
from service.pages.progress import COUNTS, progress_of
from service.pages.quarters import last_quarters
from service.pages.returns.unanswered import Key
from service.pages.showing import read

# The home page stays quick: it looks back a year from the quarter that ended last.
_QUARTERS = 4
_OF_QUARTER = f"""
q{{at}}: completeness(quarter: "{{code}}", organisation: $organisation) {{{{
  byOrganisation {{{{ organisation {{{{ code name }}}} {COUNTS} }}}}
}}}}
"""


async def late_returns(request: Request, own: str, most: int) -> tuple[list[dict[str, Any]], set[Key]]:
    """The tasks, the oldest quarter first, and the returns that have one; more than `most` of a quarter share one."""
    quarters = list(reversed(last_quarters(_QUARTERS + 1)[1:]))
    parts = "".join(_OF_QUARTER.format(at=at, code=each.code) for at, each in enumerate(quarters))
    found = await read(request, f"query Late($organisation: OdsCode!) {{ {parts} }}", organisation=own)
    tasks, keys = list[dict[str, Any]](), set[Key]()
    for at, quarter in enumerate(quarters):
        late = [each for each in found[f"q{at}"]["byOrganisation"] if each["late"] and progress_of(each).is_owed]
        tasks += _tasks(quarter, late, most)
        keys |= {(quarter.code, each["organisation"]["code"]) for each in late}
    return tasks, keys


def _tasks(quarter: Period, late: Sequence[Any], most: int) -> Iterable[dict[str, Any]]:
    address = f"/quarters/{quarter.code}"
    if len(late) > most:
        yield _task(f"{quarter.label}: {len(late)} returns", f"{address}?state=late", "")
        return
    for each in late:
        organisation = each["organisation"]
        name = f"{quarter.label} return of {organisation['name']}"
        yield _task(name, f"{address}/{organisation['code']}", progress_of(each).words)


def _task(name: str, address: str, hint: str) -> dict[str, Any]:
    status = {"tag": {"text": "Late", "classes": "nhsuk-tag--red"}}
    return {"heading": {"text": name}, "href": address, "hint": {"text": hint}, "status": status}
