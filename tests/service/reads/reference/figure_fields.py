"""A function for each field of a figure that is no column: its interval, and its comparison with others."""

from typing import Any

from schema.computed_inputs.figures import Numbers
from schema.enumerations import Direction, Unit
from service.statistics import comparison
from service.statistics import figures as statistics
from service.statistics.intervals import Interval
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.tables import Row, Tables

_COUNTED = {"PERCENT", "RATE_PER_100000"}


def interval(figure: Row, confidence: float = 0.95) -> Interval | None:
    """A figure's interval, by the function of the statistics."""
    names = ("value", "numerator", "denominator", "lowerConfidenceLimit", "upperConfidenceLimit")
    numbers = [None if figure[name] is None else float(figure[name]) for name in names]
    return statistics.interval(Unit(figure["unit"]), Numbers(*numbers), confidence=confidence)  # type: ignore[arg-type]


def _confidence_interval(_: Tables, figure: Row, arguments: Arguments) -> Row | None:
    asked = arguments.get("confidence")
    confidence = 0.95 if asked is None else asked
    found = interval(figure, confidence)
    if found is None:
        return None
    return {"lower": found.lower, "upper": found.upper, "confidence": confidence, "method": found.method}


def _previous(tables: Tables, figure: Row, _: Arguments) -> Row | None:
    """The current figure of the same series whose period ended last before this one's."""
    mine = tables.where("figure", "organisationId", figure["organisationId"])
    before = [
        one
        for one in mine
        if one["metricId"] == figure["metricId"]
        and one["status"] != "WITHDRAWN"
        and one["periodEnds"] < figure["periodEnds"]
    ]
    return max(before, key=lambda one: (one["periodEnds"], one["id"]), default=None)


def _change(tables: Tables, figure: Row, arguments: Arguments) -> Any:
    previous = _previous(tables, figure, arguments)
    return previous and figure["value"] - previous["value"]


def _comparison(tables: Tables, figure: Row, arguments: Arguments) -> Row | None:
    """The figure compared with another organisation's for the same metric and period, where there is one."""
    metric = tables.where("metric", "id", figure["metricId"])[0]
    for organisation in tables.where("organisation", "code", arguments["with"]):
        for other in tables.where("figure", "organisationId", organisation["id"]):
            same = other["metricId"] == figure["metricId"] and other["periodId"] == figure["periodId"]
            if same and other["status"] != "WITHDRAWN":
                return _compared(figure, other, Direction(metric["direction"]))
    return None


def _compared(figure: Row, other: Row, direction: Direction) -> Row:
    within = interval(figure)
    found = comparison.against(within, float(other["value"]), direction)
    counted = "its numerator and denominator are not known"
    why = counted if figure["unit"] in _COUNTED else "figures of this unit have none"
    return {
        "organisationId": other["organisationId"],
        "value": other["value"],
        "difference": figure["value"] - other["value"],
        "significance": found.significance,
        "judgement": found.judgement,
        "reason": None if within else f"No interval: {why}.",
    }


FIELDS_OF_FIGURES: dict[str, Says] = {
    "Figure.confidenceInterval": _confidence_interval,
    "Figure.previous": _previous,
    "Figure.change": _change,
    "Figure.comparison": _comparison,
}
