"""The figures of note of a quarter or a publication: each test written out, and the rates of false discoveries."""

import math
from fractions import Fraction
from statistics import NormalDist, fmean, stdev
from typing import Any

from schema.enumerations import Unit
from schema.periods import parsed
from service.statistics.sentences import number
from tests.service.reads.reference import figures, frequencies, funnels, methods, sandbox, series_charts
from tests.service.reads.reference.chance import beyond_student
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import stretches
from tests.service.reads.reference.tables import Row, Tables

NORMAL = NormalDist()


def figures_of_note(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """All figures are tested; those that are asked for are shown."""
    family = [one for one in tables.all("figure") if _is_of(tables, one, arguments)]
    tests = [test for one in family for test in [*_of_series(tables, one), *_of_peers(tables, one)]]
    rates = funnels.rates([test["p"] for test in tests])
    for test, rate in zip(tests, rates, strict=True):
        test["adjustedP"] = rate
    noted = [test for test in tests if test["isUp"] is not None and test["adjustedP"] <= 0.05]
    noted = [_note(tables, test) for test in noted if figures._is_asked(tables, test["figure"], arguments)]
    noted.sort(key=lambda note: (note["p"], note["figure"]["id"], note["kind"]))
    return {
        "figures": len(family),
        "tests": len(tests),
        "leftOut": 0,
        "falseDiscoveryRate": 0.05,
        "count": len(noted),
        "notes": noted[:500],
    }


def _is_of(tables: Tables, figure: Row, arguments: Arguments) -> bool:
    if figure["status"] == "WITHDRAWN":
        return False
    if not arguments.get("includeSynthetic") and sandbox.is_made_up(tables, figure):
        return False
    if arguments.get("quarter") is None:
        return bool(figure["publishedAt"] == arguments["publishedAt"])
    quarter = parsed(arguments["quarter"])
    return bool(quarter.starts <= figure["periodEnds"] <= quarter.ends)


def _note(tables: Tables, test: Row) -> Row:
    direction = _metric(tables, test["figure"])["direction"]
    judgement = "BETTER" if test["isUp"] == (direction == "HIGHER_IS_BETTER") else "WORSE"
    return {
        **test,
        "metricId": test["figure"]["metricId"],
        "organisationId": test["figure"]["organisationId"],
        "judgement": "NOT_JUDGED" if direction == "NEUTRAL" else judgement,
    }


def _metric(tables: Tables, figure: Row) -> Row:
    return tables.where("metric", "id", figure["metricId"])[0]


# ── By those before it ────────────────────────────────────────────────────────────────────────────────────────────


def _of_series(tables: Tables, figure: Row) -> list[Row]:
    metric, organisation = _metric(tables, figure), tables.one("organisation", figure["organisationId"])
    assert organisation is not None
    mine = figures.of_series(tables, metric, organisation, {"to": figure["periodEnds"]})
    chosen = frequencies.chosen(tables, metric, mine, None)
    whole = {"metricId": metric["id"], "organisationId": organisation["id"], "among": mine, **chosen}
    if metric["unit"] == "YES_NO" or not whole["figures"] or whole["figures"][-1]["id"] != figure["id"]:
        return []
    latest = stretches(tables, whole)[-1][0]
    values = [Fraction(one["value"]) for one in latest]
    if len(values) < 6:
        return []
    return [*_of_cause(metric, figure, values), *_of_drift(tables, whole, figure, latest)]


def _of_cause(metric: Row, figure: Row, values: list[Fraction]) -> list[Row]:
    before = [float(value) for value in values[:-1]]
    ranges = [abs(before[at] - before[at - 1]) for at in range(1, len(before))]
    if not any(ranges):
        return []
    spread = fmean(ranges) / 1.128 * math.sqrt(1 + 1 / len(before))
    causes = methods.special_causes(values)[-1]
    shares = [beyond_student((float(values[-1]) - fmean(before)) / spread, 0.62 * len(ranges))]
    shares += [_of_rule(cause, values) for cause in causes]
    earlier = methods.special_causes(values[:-1])[-1]
    new = [cause for cause in causes if cause not in earlier]
    limits = methods.process_limits(values)
    assert limits is not None
    return [
        {
            "figure": figure,
            "kind": "SPECIAL_CAUSE",
            "p": min(1.0, 4 * min(shares)),
            "isUp": new[0] in methods.HIGH if new else None,
            "reason": _said(metric, values[-1], limits, new[0]) if new else "",
            "specialCauses": new,
        }
    ]


def _of_rule(cause: str, values: list[Fraction]) -> float:
    middle = methods.mean(values)
    if cause.startswith("TREND"):
        length = 1
        sign = values[-1] > values[-2]
        while (
            length < len(values)
            and values[-length] != values[-length - 1]
            and ((values[-length] > values[-length - 1]) == sign)
        ):
            length += 1
        return 2 / math.factorial(length)
    if cause.startswith("SHIFT"):
        length = 0
        while length < len(values) and (values[-1] - middle) * (values[-1 - length] - middle) > 0:
            length += 1
        return 2.0 ** (1 - length)
    far = NORMAL.cdf(-2)
    return 6 * far**2 * (0.5 - far) + 2 * far**3 if cause.startswith("TWO") else 1.0


def _said(metric: Row, value: Fraction, limits: Any, cause: str) -> str:
    unit = Unit(metric["unit"])
    latest, lower, mean, upper = (
        number(unit, float(each)) for each in (value, limits.lower, limits.mean, limits.upper)
    )
    return {
        "ABOVE_UPPER_LIMIT": f"{latest} is above the upper process limit, {upper}.",
        "BELOW_LOWER_LIMIT": f"{latest} is below the lower process limit, {lower}.",
        "TREND_UP": f"At least seven figures in a row rise, to {latest}.",
        "TREND_DOWN": f"At least seven figures in a row fall, to {latest}.",
        "SHIFT_ABOVE": f"At least seven figures in a row are above the mean, {mean}; the latest is {latest}.",
        "SHIFT_BELOW": f"At least seven figures in a row are below the mean, {mean}; the latest is {latest}.",
        "TWO_OF_THREE_HIGH": f"Two of the last three figures are near the upper process limit, {upper}.",
        "TWO_OF_THREE_LOW": f"Two of the last three figures are near the lower process limit, {lower}.",
    }[cause]


def _of_drift(tables: Tables, whole: Row, figure: Row, latest: list[Row]) -> list[Row]:
    values = [float(one["value"]) for one in latest]
    if len(values) <= 12:
        return []
    above = below = 0.0
    has_scores = False
    for at in range(2, len(values)):
        before = values[:at]
        if len(set(before)) == 1:
            continue
        has_scores = True
        t = (values[at] - fmean(before)) / (stdev(before) * math.sqrt(1 + 1 / at))
        share = max(beyond_student(t, at - 1) / 2, 1e-300)
        score = -NORMAL.inv_cdf(share) if t > 0 else NORMAL.inv_cdf(share)
        above, below = max(0.0, above + score - 0.5), max(0.0, below - score - 0.5)
    if not has_scores:
        return []
    most = max(above, below)
    drift = series_charts.drift(tables, {**whole, "figures": whole["figures"]}, {})
    side = "higher" if drift and drift["isUp"] else "lower"
    return [
        {
            "figure": figure,
            "kind": "DRIFT",
            "p": min(1.0, 2 * math.exp(-(most + 0.583))) if most else 1.0,
            "isUp": drift and drift["isUp"],
            "reason": f"The figures have been {side} than the first 12 since {_day(drift['since'])}." if drift else "",
            "specialCauses": [],
        }
    ]


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


# ── By its peers ──────────────────────────────────────────────────────────────────────────────────────────────────


def _of_peers(tables: Tables, figure: Row) -> list[Row]:
    metric, organisation = _metric(tables, figure), tables.one("organisation", figure["organisationId"])
    period = tables.one("period", figure["periodId"])
    assert organisation is not None
    assert period is not None
    if metric["unit"] == "YES_NO":
        return []
    real = tables if metric["isSynthetic"] else sandbox.without(tables)
    asked = {"kind": organisation["kind"], "period": period["code"], "includeClosed": False}
    found = funnels.funnel(real, metric, asked)
    mine = [point for point in found["points"] if point["figure"]["id"] == figure["id"]] if found else []
    if not mine:
        return []
    assert found is not None
    unit = Unit(metric["unit"])
    together = "the median is" if found["method"] == "MODIFIED_Z" else "the value of all together is"
    reason = (
        f"{number(unit, float(figure['value']))} stands out from the other {len(found['points']) - 1} of its kind: "
        f"{together} {number(unit, found['centre'])}."
    )
    return [
        {
            "figure": figure,
            "kind": "OUTLIER",
            "p": mine[0]["share"],
            "isUp": mine[0]["score"] > 0,
            "reason": reason,
            "specialCauses": [],
        }
    ]


FIELDS_OF_NOTES: dict[str, Says] = {
    "Query.figuresOfNote": figures_of_note,
    "FigureOfNote.figure": lambda _, row, __: row["figure"],
}
