"""Several metrics as one score: each mean, deviation and sum worked out for each organisation by itself."""

import math
from fractions import Fraction
from typing import Any

from schema.periods import parsed
from tests.service.reads.reference import organisations, sandbox
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Row, Tables


def scores(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """The organisations of a kind by score, and those without one by name, in pages."""
    code = arguments.get("period")
    asked = None if code is None else parsed(code)
    day = tables.today if asked is None else asked.ends
    given = _given(tables, arguments, asked)
    found = [one for one in tables.all("organisation") if given and one["kind"] == arguments["kind"]]
    found = [one for one in found if organisations.is_between(one, day)]
    if not arguments.get("includeSynthetic"):
        found = [one for one in found if not sandbox.is_made_up(tables, one)]
    rows = [_row(tables, one, given) for one in organisations.by_name(tables, day, found)]
    rows.sort(key=lambda row: (row["score"] is None, -(row["score"] or 0)))
    scored = [row["score"] for row in rows if row["score"] is not None]
    for at, row in enumerate(rows, 1):
        better = sum(score > row["score"] for score in scored) if row["score"] is not None else 0
        row |= {"id": at, "of": len(scored), "rank": None if row["score"] is None else better + 1}
    if (codes := arguments.get("organisations")) is not None:
        rows = [row for row in rows if row["organisation"]["code"] in codes]
    if (within := arguments.get("within")) is not None:
        groups = tables.where("organisation", "code", within)
        rows = [
            row for row in rows if any(one in organisations.groups(tables, row["organisation"], day) for one in groups)
        ]
    by = order(tables, arguments.get("orderBy"))
    return connection(rows, by, arguments, lambda at: next(row for row in rows if row["id"] == at))


def _given(tables: Tables, arguments: Arguments, asked: Any) -> list[Row]:
    codes = arguments["metrics"]
    weights = arguments.get("weights") or [1] * len(codes)
    made = []
    for code in dict.fromkeys(codes):
        weight = sum(Fraction(repr(each)) for other, each in zip(codes, weights, strict=True) if other == code)
        metric = tables.where("metric", "code", code)[0]
        made.append(_of_metric(tables, metric, weight, arguments, asked))
    counted = sum(each["weight"] for each in made if each["reason"] is None)
    for each in made:
        each["share"] = each["weight"] / counted if each["reason"] is None else None
    return made


def _of_metric(tables: Tables, metric: Row, weight: Any, arguments: Arguments, asked: Any) -> Row:
    """Its period, the spread of the figures there, and why it does not count."""
    sign = {"HIGHER_IS_BETTER": 1, "LOWER_IS_BETTER": -1}.get(metric["direction"])
    latest = sorted(tables.all("period"), key=lambda row: (row["ends"], row["starts"], row["id"]), reverse=True)
    for period in latest:
        is_within = asked is None or asked.starts <= period["ends"]
        figures = _figures(tables, metric, period, arguments) if is_within else []
        if len(figures) >= 5 and period["ends"] <= (tables.today if asked is None else asked.ends):
            break
    else:
        period, figures = None, []
    values = [Fraction(one["value"]) for one in figures]
    mean = sum(values) / len(values) if values else None
    variance = sum((value - mean) ** 2 for value in values) / len(values) if mean is not None else None
    reason = None
    if not weight:
        reason = "NO_WEIGHT"
    elif sign is None:
        reason = "NEUTRAL"
    elif period is None:
        reason = "TOO_FEW_FIGURES"
    elif not variance:
        reason = "NO_SPREAD"
    deviation = None if variance is None else math.sqrt(variance)
    return {
        "metric": metric,
        "period": period,
        "figures": {one["organisationId"]: one for one in figures},
        "weight": weight,
        "sign": sign,
        "mean": None if mean is None else float(mean),
        "deviation": deviation,
        "reason": reason,
    }


def _figures(tables: Tables, metric: Row, period: Row, arguments: Arguments) -> list[Row]:
    found = [one for one in tables.where("figure", "periodId", period["id"]) if one["metricId"] == metric["id"]]
    found = [one for one in found if one["status"] != "WITHDRAWN"]
    of = {one["id"]: tables.one("organisation", one["organisationId"]) for one in found}
    return [
        one
        for one in found
        if (organisation := of[one["id"]]) is not None
        and organisation["kind"] == arguments["kind"]
        and (metric["isSynthetic"] or not organisation["isSynthetic"])
    ]


def _row(tables: Tables, organisation: Row, given: list[Row]) -> Row:
    parts = [_part(organisation, each) for each in given]
    there = sum(part["weight"] for part in parts if part["z"] is not None)
    for part in parts:
        part["contribution"] = None if part["z"] is None else float(part["weight"] * Fraction(part["z"]) / there)
        part["weight"] = None if part["weight"] is None else float(part["weight"])
    has_score = there >= Fraction(2, 3)
    score = round(sum(part["contribution"] for part in parts if part["z"] is not None), 9) if has_score else None
    of = {"organisation": organisation, "organisationId": organisation["id"]}
    counts = any(each["reason"] is None for each in given)
    of |= _why(None if has_score else "TOO_LITTLE_WEIGHT" if counts else "NO_METRIC_COUNTS")
    return {**of, "score": score, "weightThere": float(there), "parts": parts}


_SENTENCES = {
    "NO_WEIGHT": "Its weight is 0.",
    "NEUTRAL": "The metric is neutral.",
    "TOO_FEW_FIGURES": "Fewer than 5 organisations have a figure.",
    "NO_SPREAD": "All organisations have the same value.",
    "NO_FIGURE": "No figure is published for it.",
    "TOO_LITTLE_WEIGHT": "It has figures for less than two thirds of the weights.",
    "NO_METRIC_COUNTS": "None of the metrics counts: see the parts.",
}


def _why(code: str | None) -> Row:
    return {"reason": code and _SENTENCES[code], "reasonCode": code}


def _part(organisation: Row, each: Row) -> Row:
    figure = each["figures"].get(organisation["id"])
    z = None
    if figure is not None and each["reason"] is None:
        z = each["sign"] * (float(figure["value"]) - each["mean"]) / each["deviation"]
    return {
        "metric": each["metric"],
        "period": each["period"],
        "figure": figure,
        "value": figure and figure["value"],
        "mean": each["mean"],
        "standardDeviation": each["deviation"],
        "weight": each["share"],
        "z": z,
        **_why(each["reason"] or (None if figure else "NO_FIGURE")),
    }


FIELDS_OF_SCORES: dict[str, Says] = {
    "Query.scores": scores,
    "OrganisationScore.organisation": lambda _, row, __: row["organisation"],
    "ScorePart.metric": lambda _, row, __: row["metric"],
    "ScorePart.period": lambda _, row, __: row["period"],
    "ScorePart.figure": lambda _, row, __: row["figure"],
}
