"""What a series shows next to its XmR chart, from the formulas as they are published."""

import math
from fractions import Fraction
from statistics import fmean
from typing import Any

from tests.service.reads.reference import methods
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import stretches
from tests.service.reads.reference.tables import Row, Tables


def _metric(tables: Tables, row: Row) -> Row:
    return tables.where("metric", "id", row["metricId"])[0]


def count_chart(tables: Tables, row: Row, _: Arguments) -> Row | None:
    """The p-chart or the u-chart of the latest stretch."""
    unit, figures = _metric(tables, row)["unit"], stretches(tables, row)[-1][0]
    if unit not in {"PERCENT", "RATE_PER_100000"} or len(figures) < 3:
        return None
    if any(one["numerator"] is None or not one["denominator"] for one in figures):
        return None
    sizes = [Fraction(one["denominator"]) for one in figures]
    values = [Fraction(one["numerator"]) / size for one, size in zip(figures, sizes, strict=True)]
    middle = sum((value * size for value, size in zip(values, sizes, strict=True)), Fraction(0)) / sum(sizes)
    variance = middle * (1 - middle) if unit == "PERCENT" else middle
    if not variance:
        return None
    errors = [math.sqrt(variance / size) for size in sizes]
    scores = [float(value - middle) / error for value, error in zip(values, errors, strict=True)]
    sigma_z = fmean(abs(scores[at] - scores[at - 1]) for at in range(1, len(scores))) / 1.128
    factor = 100 if unit == "PERCENT" else 100_000
    points = [
        {
            "figure": tables.one("figure", figure["id"]),
            "value": float(factor * value),
            "lower": factor * (float(middle) - 3 * error),
            "upper": factor * (float(middle) + 3 * error),
            "lowerPrime": factor * (float(middle) - 3 * error * sigma_z),
            "upperPrime": factor * (float(middle) + 3 * error * sigma_z),
            "isOutside": abs(score) > 3,
            "isOutsidePrime": abs(score) > 3 * sigma_z,
        }
        for figure, value, error, score in zip(figures, values, errors, scores, strict=True)
    ]
    method = "P" if unit == "PERCENT" else "U"
    return {"method": method, "mean": float(factor * middle), "sigmaZ": sigma_z, "points": points}


def drift(tables: Tables, row: Row, _: Arguments) -> Row | None:
    """The cumulative sums above and below the first twelve figures of the latest stretch."""
    figures = stretches(tables, row)[-1][0]
    values = [Fraction(one["value"]) for one in figures]
    limits = methods.process_limits(values[:12]) if len(values) > 12 else None
    if limits is None or not limits.moving:
        return None
    sigma = limits.moving / Fraction("1.128")
    for is_up in (True, False):
        total, since, shown = Fraction(0), 12, None
        for at in range(12, len(values)):
            away = values[at] - limits.mean if is_up else limits.mean - values[at]
            total = max(Fraction(0), total + away - sigma / 2)
            if not total:
                since, shown = at + 1, None
            elif total > 5 * sigma and shown is None:
                shown = at
        if total > 5 * sigma and shown is not None:
            return {
                "isUp": is_up,
                "since": figures[since]["periodEnds"],
                "shownOn": figures[shown]["periodEnds"],
                "variation": _meaning(_metric(tables, row)["direction"], is_up),
            }
    return None


def _meaning(direction: str, is_up: Any) -> str:
    if direction == "NEUTRAL":
        return "NEUTRAL_HIGH" if is_up else "NEUTRAL_LOW"
    return {True: "IMPROVEMENT", False: "CONCERN"}[is_up is (direction == "HIGHER_IS_BETTER")]


def growth(tables: Tables, row: Row, _: Arguments) -> Row | None:
    """The rate by which the first figure would have become the last one in so many years."""
    if not row["figures"]:
        return None
    first, last = row["figures"][0], row["figures"][-1]
    years = methods._quarters(first["periodEnds"], last["periodEnds"]) / 4
    start, end = float(first["value"]), float(last["value"])
    if years < 1 or not start or start * end < 0:
        return None
    rate = math.exp(math.log(end / start) / float(years)) - 1 if end else -1.0
    direction = _metric(tables, row)["direction"]
    better = rate * (1 if direction == "HIGHER_IS_BETTER" else -1) * (1 if start > 0 else -1)
    words = [("SUBSTANTIAL", 0.015), ("MODERATE", 0.005), ("LIMITED", 0.0), ("DETERIORATION", -math.inf)]
    progress = None if direction == "NEUTRAL" else next(word for word, least in words if better >= least)
    return {"percent": 100 * rate, "progress": progress, "from": first["periodEnds"], "to": last["periodEnds"]}


FIELDS_OF_SERIES_CHARTS: dict[str, Says] = {
    "Series.countChart": count_chart,
    "Series.drift": drift,
    "Series.growth": growth,
    "CountChartPoint.figure": lambda _, row, __: row["figure"],
}
