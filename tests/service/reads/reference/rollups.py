"""Members' figures become their group's: for each rule what is added and divided, and on how many members it rests."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from schema.periods import Period, parsed
from tests.service.reads.reference import organisations, sandbox
from tests.service.reads.reference.lookup import Arguments, Says, until
from tests.service.reads.reference.tables import Row, Tables

# The lowest kind that a metric is collected from is whose figures count.
_LOWEST_FIRST = (
    "PRACTICE",
    "TRUST",
    "PRIMARY_CARE_NETWORK",
    "HEALTH_AND_CARE_PARTNERSHIP",
    "INTEGRATED_CARE_BOARD",
)


def rolled_up(tables: Tables, metric: Row, arguments: Arguments) -> Row:
    """What the members' figures of a period make of their group's, or why they make nothing."""
    period = parsed(arguments["period"])
    metric = _ruled(tables, metric)
    group = next(iter(tables.where("organisation", "code", arguments["organisation"])), None)
    members = _members(tables, metric, group, period.ends) if group else []
    parts = _parts(tables, metric, group, period) if group else []
    figures = [found for member in members for found in _figures(tables, metric, member, period.code)] + parts
    members = members + parts
    if metric["rollUp"] == "RATIO_OF_SUMS":
        figures = [one for one in figures if None not in (one["numerator"], one["denominator"])]
    numerator, denominator = _divided(metric, figures)
    value = _value(metric, figures, numerator, denominator)
    first = organisations.first_on_record(tables)
    unknown = first if first and period.ends < first and not members else None
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "restsOn": None if unknown else len(figures),
        "of": None if unknown else len(members),
        "method": metric["rollUp"],
        "reason": _reason(metric, members, figures, value, unknown),
    }


def _ruled(tables: Tables, metric: Row) -> Row:
    """A metric with the rule of its roll-up: a derived one takes its members' figures from another metric."""
    if metric["derivedFromId"] is None:
        places = metric["decimals"] if metric["rollUp"] == "RATIO_OF_SUMS" else 2
        return metric | {"of": metric["id"], "places": places}
    source = tables.where("metric", "id", metric["derivedFromId"])[0]
    rule = {"of": source["id"], "rollUp": metric["derivedBy"], "places": metric["decimals"]}
    return metric | rule | {name: source[name] for name in ("collectedFrom", "maximum", "counts")}


def _members(tables: Tables, metric: Row, group: Row, ends: dt.date) -> list[Row]:
    """The organisations of the metric's kind below a group that were open when the period ended."""
    kind = next((kind for kind in _LOWEST_FIRST if kind in metric["collectedFrom"]), None)
    below = organisations.below(tables, group, ends, kind) if kind else []
    return [
        one
        for one in below
        if (one["openedOn"] is None or one["openedOn"] <= ends) and (one["closedOn"] is None or one["closedOn"] >= ends)
    ]


def _parts(tables: Tables, metric: Row, group: Row, period: Period) -> list[Row]:
    """The figure of each member that closed or left before the last day, for the longest part that it was one for."""
    found = []
    for member in tables.all("organisation"):
        last = _last_day(tables, metric, group, period, member)
        if last is not None:
            figures = [
                (part["ends"] - part["starts"], part["ends"], one)
                for one in tables.where("figure", "organisationId", member["id"])
                if one["metricId"] == metric["of"] and one["status"] != "WITHDRAWN"
                for part in tables.where("period", "id", one["periodId"])
                if _is_part(tables, metric, period, part, member, last)
            ]
            found += [max(figures, key=lambda each: each[:2])[2]] if figures else []
    return found


def _last_day(tables: Tables, metric: Row, group: Row, period: Period, member: Row) -> dt.date | None:
    """The last day before the end of a period on which an organisation was an open member of a group's kind."""
    kind = next((kind for kind in _LOWEST_FIRST if kind in metric["collectedFrom"]), None)
    is_there_still = group in organisations.groups(tables, member, period.ends)
    if member["kind"] != kind or (is_there_still and organisations.is_between(member, period.ends)):
        return None
    day = min(period.ends - dt.timedelta(days=1), member["closedOn"] or dt.date.max)
    while day >= period.starts:
        if group in organisations.groups(tables, member, day):
            return day
        ends = [stay["ends"] for stay in tables.all("membership") if stay["ends"] and stay["ends"] < day]
        day = max(ends, default=dt.date.min)
    return None


def _is_part(tables: Tables, metric: Row, period: Period, part: Row, member: Row, last: dt.date) -> bool:
    """Whether a period is the part of another one that a member was in a group for, or closed in."""
    is_within = period.starts <= part["starts"] <= last and part["ends"] <= period.ends
    has_closed = member["closedOn"] is not None and member["closedOn"] <= last
    is_its = part["ends"] <= last or has_closed or not organisations.groups(tables, member, part["ends"])
    return is_within and is_its and (metric["counts"] != "AT_DATE" or part["code"] == period.code)


def _figures(tables: Tables, metric: Row, member: Row, code: str) -> list[Row]:
    of_period = [period["id"] for period in tables.where("period", "code", code)]
    return [
        figure
        for figure in tables.where("figure", "organisationId", member["id"])
        if figure["metricId"] == metric["of"] and figure["periodId"] in of_period and figure["status"] != "WITHDRAWN"
    ]


def _divided(metric: Row, figures: list[Row]) -> tuple[Any, Any]:
    """Numerator and denominator; neither for a total, for a rule that adds nothing and where nothing is known."""
    if not figures or metric["rollUp"] in {"SUM", "COUNT_YES", "NONE"}:
        return None, None
    if metric["rollUp"] == "RATIO_OF_SUMS":
        return sum(one["numerator"] for one in figures), sum(one["denominator"] for one in figures)
    total = sum(one["value"] for one in figures)
    if metric["rollUp"] == "PERCENT_YES":
        return total, Decimal(len(figures))
    return total, None if metric["maximum"] is None else metric["maximum"] * len(figures)


def _value(metric: Row, figures: list[Row], numerator: Any, denominator: Any) -> Any:
    if metric["rollUp"] in {"SUM", "COUNT_YES"} and figures:
        total = sum(one["value"] for one in figures)
        return total if metric["of"] == metric["id"] else _rounded(total, metric["places"])
    if not denominator:
        return None
    factor = 100_000 if metric["unit"] == "RATE_PER_100000" else 100
    with localcontext(prec=60):
        return _rounded(factor * numerator / denominator, metric["places"])


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _reason(metric: Row, members: list[Row], figures: list[Row], value: Any, unknown: dt.date | None) -> str | None:
    if metric["rollUp"] == "NONE":
        return "Members' figures of this metric say nothing of their group's."
    if unknown:
        return f"Its members are not on record before {unknown:%-d %B %Y}."
    if not members:
        return "It has no members that this metric is collected from."
    if not figures:
        return "None of its members has a figure for this period."
    return "The members have nobody to count." if value is None else None


def over_time(tables: Tables, group: Row, arguments: Arguments) -> list[Row]:
    """The same for every period that has a figure, where it rests on one or the members are not on record.

    A part of a leaver alone makes no period.
    """
    (metric,) = tables.where("metric", "code", arguments["metric"])
    source = _ruled(tables, metric)["of"]
    standing = [one for one in tables.where("figure", "metricId", source) if one["status"] != "WITHDRAWN"]
    periods = {one["periodId"] for one in standing}
    among = tables if sandbox.is_made_up(tables, metric) else sandbox.without(tables)
    starts, ends = arguments.get("from"), until(tables, arguments)
    found = []
    for period in sorted(tables.all("period"), key=lambda row: (row["ends"], row["starts"], row["id"])):
        if period["id"] not in periods:
            continue
        if (starts is None or period["ends"] >= starts) and (ends is None or period["ends"] <= ends):
            asked = {"organisation": group["code"], "period": period["code"]}
            found.append({"periodId": period["id"], **rolled_up(among, metric, asked)})
    kind = next((kind for kind in _LOWEST_FIRST if kind in _ruled(tables, metric)["collectedFrom"]), None)
    has_members = any(one["kind"] == kind and _was_ever_in(tables, one, group) for one in tables.all("organisation"))
    return [one for one in found if (has_members if one["restsOn"] is None else one["restsOn"] > 0)]


def _was_ever_in(tables: Tables, member: Row, group: Row) -> bool:
    """Whether an organisation was ever below a group, at any distance and by stays that overlap."""
    days = {stay["starts"] for stay in tables.all("membership") if stay["starts"] is not None} | {dt.date.min}
    return any(group in organisations.groups(tables, member, day) for day in days)


FIELDS_OF_ROLLUPS: dict[str, Says] = {"Metric.rolledUp": rolled_up, "Organisation.rolledUp": over_time}
