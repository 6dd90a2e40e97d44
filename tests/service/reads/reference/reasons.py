"""Why statistics are null, empty or NOT_ASSESSABLE: for each that the reference leaves out, from the rows."""

from fractions import Fraction
from typing import Any

from schema.enumerations import NotCalculatedCode
from schema.reasons import why
from tests.service.reads.reference import (
    distributions,
    figure_fields,
    methods,
    organisations,
    series,
    series_charts,
)
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import stretches
from tests.service.reads.reference.tables import Row, Tables

_COUNTED = {"PERCENT", "RATE_PER_100000"}
_EIGHT = " in the last 8 quarters"
_OF_TRENDS = {
    "a point has no confidence interval": "NO_INTERVAL",
    "the confidence interval of a point has no width": "NO_WIDTH",
    "at one point the count equals the denominator": "ALL_COUNTED",
    "the count is 0 at every point": "NONE_COUNTED",
}
_OF_TARGETS = {
    "no target is set": "NO_TARGET",
    "its targets are for the whole count, not for parts of it": "WHOLE_COUNT",
    "its targets are for periods of another length": "OTHER_LENGTH",
    "none of its targets judges a figure of this period": "NOT_JUDGED",
    "no figure is published for it": "NO_FIGURE",
}
Reason = tuple[str, dict[str, Any]]


def _listed(reasons: dict[str, Reason | str | None]) -> list[Row]:
    found = []
    for field, reason in reasons.items():
        if reason is not None:
            code, details = (reason, {}) if isinstance(reason, str) else reason
            found.append({"field": field, "code": code, "sentence": why(NotCalculatedCode(code), **details).sentence})
    return found


def _too_few(what: str, least: int, count: int, since: str = "") -> Reason:
    there_are = "there is 1" if count == 1 else f"there are {count}"
    return "TOO_FEW_POINTS", {"what": what, "least": least, "there_are": there_are, "since": since}


def _verdict(tables: Tables, row: Row) -> Reason:
    parts = stretches(tables, row)
    count, since = len(parts[-1][0]), " since the limits were recalculated" if len(parts) > 1 else ""
    if count < 3:
        return _too_few("limits need", 3, count, since)
    return "LIMITS_TOO_FEW_POINTS", {"points": count, "since": since, "least": 6}


def _trend(row: Row) -> Reason | str | None:
    direction, reason = series._trend(row)
    if direction != "NOT_ASSESSABLE":
        return None
    return _OF_TRENDS.get(reason) or _too_few("a trend needs", 5, len(row["figures"][-5:]))


def _of_series(tables: Tables, row: Row, arguments: Arguments) -> list[Row]:
    latest = stretches(tables, row)[-1][0]
    verdict, count = _verdict(tables, row), len(latest)
    assurance = None
    if series.assurance(tables, row, {}) == "NOT_ASSESSABLE":
        aim = series._latest_goal(tables, row)
        assurance = verdict if aim is not None else _OF_TARGETS[series._no_target(tables, row)]
    no_step = _too_few("a step needs", 14, count) if count < 14 else "NONE_FOUND"
    return _listed(
        {
            "frequency": "NO_FIGURE" if row["frequency"] is None else None,
            "processLimits": None if series.limits(tables, row, {}) else verdict,
            "suggestedRecalculation": None if series.suggested(tables, row, {}) else no_step,
            "variation": verdict if series.variation(tables, row, {}) == "NOT_ASSESSABLE" else None,
            "assurance": assurance,
            "trend": _trend(row),
            "countChart": None if series_charts.count_chart(tables, row, {}) else _no_counts(tables, row, latest),
            "drift": None if series_charts.drift(tables, row, {}) else _no_drift(latest),
            **_no_growth(tables, row),
            "forecast": _no_forecast(row),
        }
    )


def _no_counts(tables: Tables, row: Row, latest: list[Row]) -> Reason | str:
    if tables.where("metric", "id", row["metricId"])[0]["unit"] not in _COUNTED:
        return "NOT_FOR_THIS_UNIT"
    if any(one["numerator"] is None or not one["denominator"] for one in latest):
        return "NO_COUNTS", {"whose": "a point's"}
    return _too_few("a chart of counts needs", 3, len(latest)) if len(latest) < 3 else "ALL_ALIKE"


def _no_drift(latest: list[Row]) -> Reason | str:
    if len(latest) < 13:
        return _too_few("a drift needs", 13, len(latest))
    # A jump that is left out of the limits does not make the rest vary.
    limits = methods.process_limits([Fraction(one["value"]) for one in latest[:12]])
    return ("FLAT", {"points": 12}) if limits is None or not limits.moving else "NONE_FOUND"


def _no_growth(tables: Tables, row: Row) -> dict[str, Reason | str | None]:
    found = series_charts.growth(tables, row, {})
    if found is not None:
        return {"growth.progress": None if found["progress"] else "NEUTRAL"}
    if not row["figures"]:
        return {"growth": "NO_FIGURE"}
    ends = [row["figures"][at]["periodEnds"] for at in (0, -1)]
    return {"growth": "LESS_THAN_A_YEAR" if methods._quarters(*ends) < 4 else "NO_RATIO"}


def _no_forecast(row: Row) -> Reason | None:
    ends = [one["periodEnds"] for one in row["figures"]]
    count = sum(methods._quarters(day, ends[-1]) <= 8 for day in ends)
    return _too_few("a forecast needs", 4, count, _EIGHT) if count < 4 else None


def why_not_judged(tables: Tables, row: Row, figure: Row | None) -> str:
    """Why no target judges a figure of a series."""
    return _OF_TARGETS[series.no_target_of(tables, row, figure)]


def _of_figure(tables: Tables, figure: Row, arguments: Arguments) -> list[Row]:
    said = {name: series.verdict_of(tables, figure, name) for name in ("isMet", "variation", "trend")}
    is_withdrawn = figure["status"] == "WITHDRAWN"
    whole = series.whole_until(tables, figure)
    point = None if is_withdrawn else series.point_until(tables, figure)
    left_out = "WITHDRAWN" if is_withdrawn else "NOT_IN_SERIES" if point is None else None
    unit = "NOT_FOR_THIS_UNIT" if figure["unit"] not in _COUNTED else ("NO_COUNTS", {"whose": "its"})
    asked = arguments.get("with")
    return _listed(
        {
            "confidenceInterval": None if figure_fields.interval(figure) else unit,
            "change": None if figure_fields._previous(tables, figure, {}) else "NO_EARLIER_FIGURE",
            "changeOnYear": "NO_YEAR_BEFORE" if figure_fields._change_on_year(tables, figure, {}) is None else None,
            "isMet": None
            if said["isMet"] is not None
            else "WITHDRAWN"
            if is_withdrawn
            else why_not_judged(tables, {**whole, "areParts": False}, figure),
            "variation": left_out or _verdict(tables, point or {}) if said["variation"] == "NOT_ASSESSABLE" else None,
            "trend": left_out or _trend(point or {}) if said["trend"] == "NOT_ASSESSABLE" else None,
            "compared": None if asked is None else _not_compared(tables, figure, asked),
        }
    )


def _not_compared(tables: Tables, figure: Row, asked: Row) -> str | None:
    if figure_fields._compared_with(tables, figure, {"with": asked}) is not None:
        return None
    ((how, which),) = asked.items()
    itself = tables.where("organisation", "id", figure["organisationId"])[0]
    if how in {"kind", "peers"} and organisations.above(tables, itself, figure["periodEnds"], which) is None:
        return "NO_GROUP"
    return "TOO_FEW_PEERS" if how in {"peers", "similar"} else "NOTHING_TO_COMPARE"


def _of_point(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    if row["target"] is None:
        reason = why_not_judged(tables, row["of"], row["asPoint"])
        return _listed(dict.fromkeys(("target", "isMet", "expected"), reason))
    return _listed({"expected": "NOTHING_EXPECTED" if row["expected"] is None else None})


_NUMBERS = (
    "isMet",
    "gap",
    "gapPercent",
    "percentOfTarget",
    "gapClosedPercent",
    "expected",
    "requiredPerQuarter",
    "observedPerQuarter",
    "projectedValue",
    "projectedMetOn",
)


def _of_progress(_: Tables, row: Row, __: Arguments) -> list[Row]:
    missing = [name for name in _NUMBERS if row.get(name) is None]
    if row.get("members") is not None:
        return _listed({name: "NO_MEMBERS_FIGURES" if name == "isMet" else "FOR_MEMBERS" for name in missing})
    evidence = row["evidence"]
    if evidence is None:
        return _listed(dict.fromkeys(missing, "NO_FIGURE"))
    goal, last = evidence.goal, evidence.series[-1].on
    days = {each.on for each in evidence.series if methods._quarters(each.on, last) <= 8}
    slope = _too_few("a slope needs", 3, len(days), _EIGHT) if len(days) < 3 else None
    is_over = goal.due is not None and goal.due < evidence.on
    undated = "NO_DUE_DATE" if goal.due is None else "DUE_DATE_PASSED" if is_over else None
    decided = "DUE_DATE_PASSED" if is_over and goal.is_decided_when_due else None
    met = "ALREADY_MET" if row["isMet"] else None
    reasons: dict[str, Reason | str | None] = {
        "gapPercent": "ZERO_TARGET",
        "percentOfTarget": "ZERO_TARGET",
        "gapClosedPercent": "NO_BASELINE" if goal.baseline is None else "BASELINE_IS_TARGET",
        "expected": "NO_DUE_DATE" if goal.due is None else "NOTHING_EXPECTED",
        "requiredPerQuarter": met or undated or "DUE_DATE_PASSED",
        "observedPerQuarter": slope,
        "projectedValue": undated or slope,
        "projectedMetOn": met or decided or slope or "OTHER_DIRECTION",
    }
    return _listed({name: reasons[name] for name in missing})


def _of_spread(tables: Tables, metric: Row, arguments: Arguments) -> list[Row]:
    found = distributions.distribution(tables, metric, arguments)
    return _listed(dict.fromkeys(("distribution", "funnel"), None if found else "TOO_FEW_FIGURES"))


def _of_funnel(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    names = ("denominator", "lower95", "upper95", "lower998", "upper998")
    unit = row["points"][0]["figure"]["unit"]
    reason: Reason | str | None = ("NO_COUNTS", {"whose": "a figure's"}) if unit in _COUNTED else "NOT_FOR_THIS_UNIT"
    if row["dispersion"] is not None:
        reason = None
    return _listed(dict.fromkeys(("dispersion", *(f"points.{name}" for name in names)), reason))


def _of_cell(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    if row["figure"] is None:
        return _listed(dict.fromkeys(("value", "status", "variation"), "NO_FIGURE"))
    whole = row["whole"]
    is_last = bool(whole["figures"]) and whole["figures"][-1]["id"] == row["figure"]["id"]
    verdict: Reason | str = _verdict(tables, whole) if is_last else "NOT_IN_SERIES"
    not_judged = why_not_judged(tables, {**whole, "areParts": False}, row["figure"])
    return _listed(
        {
            "status": not_judged if row["status"] is None else None,
            "variation": verdict if row["variation"] == "NOT_ASSESSABLE" else None,
        }
    )


_OF_ROLL_UPS = {
    "Members' figures of": "NO_ROLL_UP",
    "Its members are not": "NOT_ON_RECORD",
    "It has no members t": "NO_MEMBERS",
    "None of its members": "NO_MEMBERS_FIGURES",
    "The members have no": "NOBODY_TO_COUNT",
}
_OF_COMPARISONS = {
    "The group's value is": "TOTAL",
    "No interval: its num": "NO_COUNTS",
    "No interval: figures": "NOT_FOR_THIS_UNIT",
}


def _code(codes: dict[str, str], length: int) -> Says:
    return lambda _, row, __: None if row["reason"] is None else codes[row["reason"][:length]]


FIELDS_OF_REASONS: dict[str, Says] = {
    "Figure.notCalculated": _of_figure,
    "Series.notCalculated": _of_series,
    "SeriesPoint.notCalculated": _of_point,
    "TargetProgress.notCalculated": _of_progress,
    "Metric.notCalculated": _of_spread,
    "Funnel.notCalculated": _of_funnel,
    "MatrixCell.notCalculated": _of_cell,
    "RolledUp.reasonCode": _code(_OF_ROLL_UPS, 19),
    "RolledUpPoint.reasonCode": _code(_OF_ROLL_UPS, 19),
    "Comparison.reasonCode": _code(_OF_COMPARISONS, 20),
}
