"""The pages of organisations: the list of networks, and one organisation with its measures, its groups and its members.

Each measure stands next to its value in the organisation's own network, partnership and ICB, with its line over time.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from schema.enumerations import ComparisonBasis, OrganisationKind, Unit
from schema.sql.rollups import members_kind
from service.pages.contacts import contacts
from service.pages.frame import VALUE
from service.pages.lines import SERIES, line_of
from service.pages.showing import View, page, read, unknown, view
from service.statistics.sentences import number

_MOST = 500
# The most that `seriesOf` takes.
_A_PAGE = 50
_ORGANISATIONS = f"""
{{
  primaryCareNetworks(first: {_MOST}) {{
    nodes {{ code name healthAndCarePartnership {{ code name }} practices(first: 1) {{ totalCount }} }}
  }}
}}
"""
_STAYS = "memberships {{ group {{ code {0} }} since until }}"
_ORGANISATION = f"""
query Organisation($code: OdsCode!) {{
  organisation(code: $code) {{
    code name kind openedOn closedOn
    ancestors {{ code name }}
    {_STAYS.format("name kind")}
    targets {{ metric {{ code name }} current {{ status reason figure {{ restsOn of }} }} }}
    figures(latestOnly: true, first: {_MOST}, orderBy: [{{metricCode: ASC}}]) {{
      nodes {{
        {VALUE} period {{ code label }}
        metric {{ code name unit theme {{ code name }} collectedFrom derivedFrom {{ collectedFrom }} }}
      }}
    }}
    members(first: {_MOST}) {{ nodes {{ code name {_STAYS.format("")} }} }}
    formerMembers {{ member {{ code name }} since until }}
  }}
  themes {{ code }}
}}
"""
# The groups whose values stand next to those of an organisation, the closest first, and the head of each column.
_GROUPS = {
    OrganisationKind.PRIMARY_CARE_NETWORK: "Network",
    OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP: "Partnership",
    OrganisationKind.INTEGRATED_CARE_BOARD: "ICB",
}


def routes() -> list[BaseRoute]:
    """Their addresses."""
    return [Route("/organisations", page(_organisations)), Route("/organisations/{code}", page(_organisation))]


async def _organisations(request: Request) -> View:
    networks = (await read(request, _ORGANISATIONS))["primaryCareNetworks"]["nodes"]
    return view("organisations.html", "Organisations", networks=networks, here="/organisations")


async def _organisation(request: Request) -> View:
    found = await read(request, _ORGANISATION, code=request.path_params["code"])
    organisation = found["organisation"]
    if organisation is None:
        raise unknown("organisation")
    order = {each["code"]: at for at, each in enumerate(found["themes"])}
    figures = organisation["figures"]["nodes"]
    figures.sort(key=lambda each: order.get(each["metric"]["theme"]["code"], len(order)))
    at, pages = _chosen(request, len(figures))
    groups = _groups_of(organisation)
    shown = await _measures(request, organisation, figures[(at - 1) * _A_PAGE : at * _A_PAGE], groups)
    return view(
        "organisation.html",
        organisation["name"],
        organisation=organisation,
        stays=[each for each in organisation["memberships"] if each["group"]["kind"] in _GROUPS],
        heads=[_GROUPS[kind] for kind in groups],
        measures=[(theme, list(rows)) for theme, rows in groupby(shown, _theme_of)],
        page_at=at,
        pages=pages,
        members=[{**each, "stay": _last_stay(each, organisation) or {}} for each in organisation["members"]["nodes"]],
        former=[{**each["member"], "stay": each} for each in organisation["formerMembers"]],
        contacts=(await contacts(request)).get(organisation["code"], ()),
        here="/organisations",
    )


def _theme_of(row: Mapping[str, Any]) -> str:
    theme: str = row["figure"]["metric"]["theme"]["name"]
    return theme


def _chosen(request: Request, count: int) -> tuple[int, int]:
    """Which page of measures the address asks for, from 1, and how many there are."""
    pages = max(-(-count // _A_PAGE), 1)
    asked = request.query_params.get("page", "1")
    return (min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1), pages


def _groups_of(organisation: Mapping[str, Any]) -> tuple[OrganisationKind, ...]:
    """The kinds of group that it has ever been in: a figure is compared with the group of its own time."""
    kinds = {each["group"]["kind"] for each in organisation["memberships"]}
    return tuple(kind for kind in _GROUPS if kind in kinds)


async def _measures(
    request: Request,
    organisation: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    groups: tuple[OrganisationKind, ...],
) -> list[dict[str, Any]]:
    """A row for each figure: with the values of its groups, and its series."""
    if not figures:
        return []
    codes = [each["metric"]["code"] for each in figures]
    found = (await read(request, _next_to(groups), code=organisation["code"], metrics=codes))["organisation"]
    compared = {each["metric"]["code"]: each for each in found["figures"]["nodes"]}
    series = {each["metric"]["code"]: each for each in found["seriesOf"]}
    rows = []
    for figure in figures:
        metric = figure["metric"]
        own = compared.get(metric["code"], {})
        values = [_value(own.get(kind), metric) for kind in groups]
        drawn = series.get(metric["code"])
        rows.append({"figure": figure, "values": values, "series": drawn, "line": drawn and line_of(drawn)})
    return rows


@cache
def _next_to(groups: tuple[OrganisationKind, ...]) -> str:
    """The document that reads the values of groups next to the figures of some measures, and their series."""
    values = " ".join(f"{kind}: compared(with: {{kind: {kind}}}) {{ value basis restsOn of }}" for kind in groups)
    return f"""
query NextTo($code: OdsCode!, $metrics: [String!]!) {{
  organisation(code: $code) {{
    figures(latestOnly: true, metrics: $metrics, first: {_A_PAGE}) {{ nodes {{ metric {{ code }} {values} }} }}
    seriesOf(metrics: $metrics) {{ metric {{ code name unit }} {SERIES} }}
  }}
}}
"""


def _value(compared: Mapping[str, Any] | None, metric: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The value of a group in words, and from how many of its members' figures it is calculated."""
    if compared is None:
        return None
    value = {"value": number(Unit(metric["unit"]), compared["value"]), "rests_on": ""}
    if compared["basis"] == ComparisonBasis.ROLLED_UP and compared["of"] is not None:
        members = members_kind((metric["derivedFrom"] or metric)["collectedFrom"])
        words = members.many if members else "members"
        value["rests_on"] = f"from {compared['restsOn']} of {compared['of']} {words}"
    return value


def _last_stay(member: Mapping[str, Any], group: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last days of a member in a group."""
    return next((each for each in member["memberships"] if each["group"]["code"] == group["code"]), None)
