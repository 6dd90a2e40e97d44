"""Members' figures become their group's: for each rule what is added and divided, and on how many members it rests."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from schema.periods import parsed
from tests.service.reads.reference import organisations
from tests.service.reads.reference.lookup import Arguments, Says
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
    figures = [found for member in members for found in _figures(tables, metric, member, period.code)]
    if metric["rollUp"] == "RATIO_OF_SUMS":
        figures = [one for one in figures if None not in (one["numerator"], one["denominator"])]
    numerator, denominator = _divided(metric, figures)
    value = _value(metric, figures, numerator, denominator)
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "restsOn": len(figures),
        "of": len(members),
        "method": metric["rollUp"],
        "reason": _reason(metric, members, figures, value),
    }


def _ruled(tables: Tables, metric: Row) -> Row:
    """A metric with the rule of its roll-up: a derived one takes its members' figures from another metric."""
    if metric["derivedFromId"] is None:
        places = metric["decimals"] if metric["rollUp"] == "RATIO_OF_SUMS" else 2
        return metric | {"of": metric["id"], "places": places}
    source = tables.where("metric", "id", metric["derivedFromId"])[0]
    rule = {"of": source["id"], "rollUp": metric["derivedBy"], "places": metric["decimals"]}
    return metric | rule | {name: source[name] for name in ("collectedFrom", "maximum")}


def _members(tables: Tables, metric: Row, group: Row, ends: dt.date) -> list[Row]:
    """The organisations of the metric's kind below a group that were open when the period ended."""
    kind = next((kind for kind in _LOWEST_FIRST if kind in metric["collectedFrom"]), None)
    below = organisations.below(tables, group, ends, kind) if kind else []
    return [
        one
        for one in below
        if (one["openedOn"] is None or one["openedOn"] <= ends) and (one["closedOn"] is None or one["closedOn"] >= ends)
    ]


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


def _reason(metric: Row, members: list[Row], figures: list[Row], value: Any) -> str | None:
    if metric["rollUp"] == "NONE":
        return "Members' figures of this metric say nothing of their group's."
    if not members:
        return "It has no members that this metric is collected from."
    if not figures:
        return "None of its members has a figure for this period."
    return "The members have nobody to count." if value is None else None


FIELDS_OF_ROLLUPS: dict[str, Says] = {"Metric.rolledUp": rolled_up}
