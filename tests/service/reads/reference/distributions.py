"""How figures spread over organisations of one kind: sorted, counted, and cut at tenths by hand."""

from fractions import Fraction
from typing import Any

from schema.periods import parsed
from tests.service.reads.reference.figures import is_open
from tests.service.reads.reference.lookup import Arguments, Says, until
from tests.service.reads.reference.tables import Row, Tables

FEWEST = 5


def distribution(tables: Tables, metric: Row, arguments: Arguments) -> Row | None:
    """The spread in the period that is asked for, or in the latest with five figures or more."""
    code = arguments.get("period")
    by = until(tables, {})
    latest = [row for row in tables.all("period") if by is None or row["ends"] <= by]
    periods = latest if code is None else tables.where("period", "code", parsed(code).code)
    for period in sorted(periods, key=lambda row: (row["ends"], row["starts"], row["id"]), reverse=True):
        figures = figures_of(tables, metric, period["id"], arguments)
        values = sorted(Fraction(one["value"]) for one in figures)
        if len(values) >= FEWEST:
            return _spread(period, values)
    return None


def figures_of(tables: Tables, metric: Row, period: int, arguments: Arguments) -> list[Row]:
    """The figures of a period of organisations of a kind; in the latest, of those that are open."""
    has_everybody = arguments.get("period") is not None or arguments["includeClosed"]
    return [
        one
        for one in tables.where("figure", "periodId", period)
        if one["metricId"] == metric["id"]
        and one["status"] != "WITHDRAWN"
        and tables.where("organisation", "id", one["organisationId"])[0]["kind"] == arguments["kind"]
        and (has_everybody or is_open(tables, one, tables.today))
    ]


def _spread(period: Row, values: list[Fraction]) -> Row:
    return {
        "periodId": period["id"],
        "count": len(values),
        "minimum": float(values[0]),
        "maximum": float(values[-1]),
        "mean": float(sum(values) / len(values)),
        "median": _at(values, Fraction(1, 2)),
        "deciles": [_at(values, Fraction(tenth, 10)) for tenth in range(1, 10)],
    }


def _at(values: list[Fraction], share: Fraction) -> float:
    """The value that a share of the way from the first to the last leads to, on a straight line between neighbours."""
    place = share * (len(values) - 1)
    below = int(place)
    above: Any = values[min(below + 1, len(values) - 1)]
    return float(values[below] + (place - below) * (above - values[below]))


FIELDS_OF_DISTRIBUTIONS: dict[str, Says] = {"Metric.distribution": distribution}
