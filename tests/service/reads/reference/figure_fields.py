"""A function for each field of a figure that is no column: its interval, and its comparison with others."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from schema.computed_inputs.figures import Numbers
from schema.enumerations import Direction, Unit
from service.statistics import comparison
from service.statistics import figures as statistics
from service.statistics.intervals import Interval
from tests.service.reads.reference import organisations, rollups, sandbox, similar
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.tables import Row, Tables

Alike = Callable[[str, Row, Row], bool]
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
    """The current figure of the same series that counts alike, and whose period ended last before this one's."""
    return _latest(tables, figure, _is_earlier)


def _latest(tables: Tables, figure: Row, is_alike: Alike) -> Row | None:
    (counts,) = (metric["counts"] for metric in tables.where("metric", "id", figure["metricId"]))
    (mine,) = tables.where("period", "id", figure["periodId"])
    found = [
        (one["periodEnds"], period["kind"] == mine["kind"], one["id"], one)
        for one in tables.where("figure", "organisationId", figure["organisationId"])
        if one["metricId"] == figure["metricId"] and one["status"] != "WITHDRAWN"
        for period in tables.where("period", "id", one["periodId"])
        if one["periodEnds"] < figure["periodEnds"] and is_alike(counts, mine, period)
    ]
    return max(found, key=lambda each: each[:3])[3] if found else None


def _is_earlier(counts: str, mine: Row, other: Row) -> bool:
    """By the kind of the metric: any earlier day, the same length, the same start, or the year before."""
    match counts:
        case "AT_DATE":
            return True
        case "SINCE":
            return bool(other["starts"] == mine["starts"])
        case "OVER_PERIOD":
            is_alike = other["kind"] == mine["kind"] and length_of(other) == length_of(mine)
            return bool(is_alike and other["ends"] < mine["starts"])
    return _is_year_before(counts, mine, other)


def _is_year_before(counts: str, mine: Row, other: Row) -> bool:
    """Whether both ends are a year earlier, or the end alone where the start does not matter."""
    ends = [row["ends"].toordinal() for row in (mine, other)]
    if mine["ends"].month == 2 and (mine["ends"] + dt.timedelta(days=1)).day == 1:
        # The day after the last of February is the same day in every year.
        ends = [day + 1 for day in ends]
    if not _is_a_year_apart(*ends) or counts == "AT_DATE":
        return _is_a_year_apart(*ends)
    if counts == "SINCE" and other["starts"] == mine["starts"]:
        return True
    return _is_a_year_apart(mine["starts"].toordinal(), other["starts"].toordinal())


def _is_a_year_apart(later: int, earlier: int) -> bool:
    """Whether one day is the other of a year later: 29 February is that of 28 February."""
    if not 1 <= earlier < later <= dt.date.max.toordinal():
        return False
    one, other = dt.date.fromordinal(later), dt.date.fromordinal(earlier)
    same = (other.month, other.day) == (one.month, 28 if (one.month, one.day) == (2, 29) else one.day)
    return other.year == one.year - 1 and same


def length_of(period: Row) -> tuple[str, int]:
    """Whole months, or days."""
    starts, after = period["starts"], period["ends"].toordinal() + 1
    ends = dt.date.fromordinal(after) if after <= dt.date.max.toordinal() else None
    if starts.day == 1 and ends is not None and ends.day == 1:
        return "months", 12 * (ends.year - starts.year) + ends.month - starts.month
    return "days", after - starts.toordinal()


def _change(tables: Tables, figure: Row, arguments: Arguments) -> Any:
    previous = _previous(tables, figure, arguments)
    return previous and figure["value"] - previous["value"]


def _change_on_year(tables: Tables, figure: Row, _: Arguments) -> Any:
    before = _latest(tables, figure, _is_year_before)
    return before and figure["value"] - before["value"]


def _comparison(tables: Tables, figure: Row, arguments: Arguments) -> Row | None:
    """The figure compared with another organisation's for the same metric and period, where there is one."""
    for organisation in tables.where("organisation", "code", arguments["with"]):
        for other in _published(tables, figure, organisation):
            return _compared(tables, figure, organisation, {**_PUBLISHED, "value": other["value"]})
    return None


def _published(tables: Tables, figure: Row, organisation: Row) -> list[Row]:
    mine = tables.where("figure", "organisationId", organisation["id"])
    same = [one for one in mine if all(one[name] == figure[name] for name in ("metricId", "periodId"))]
    return [one for one in same if one["status"] != "WITHDRAWN"]


_PUBLISHED: Row = {"basis": "PUBLISHED", "restsOn": None, "of": None, "isTotal": False}


def _compared_with(tables: Tables, figure: Row, arguments: Arguments) -> Row | None:
    """The figure compared with an organisation, a group or the peers, whichever is asked for."""
    ((asked, which),) = arguments["with"].items()
    metric = tables.where("metric", "id", figure["metricId"])[0]
    itself = tables.where("organisation", "id", figure["organisationId"])[0]
    if asked == "similar":
        return _compared(tables, figure, itself, _of_similar(tables, figure, itself, which))
    if asked == "code":
        group = next(iter(tables.where("organisation", "code", which)), None)
    else:
        group = organisations.above(tables, itself, figure["periodEnds"], which)
    if group is None:
        return None
    if asked == "peers":
        return _compared(tables, figure, group, _of_peers(tables, figure, metric, itself, group))
    rule = metric["derivedBy"] or metric["rollUp"]
    is_total = rule in {"SUM", "COUNT_YES"}
    for other in _published(tables, figure, group):
        found = {**_PUBLISHED, "value": other["value"], "isTotal": is_total and asked == "kind"}
        return _compared(tables, figure, group, found)
    if metric["derivedFromId"] is None and rule not in {"SUM", "RATIO_OF_SUMS"}:
        return None
    period = tables.where("period", "id", figure["periodId"])[0]
    among = tables if sandbox.is_made_up(tables, metric) else sandbox.without(tables)
    made = rollups.rolled_up(among, metric, {"organisation": group["code"], "period": period["code"]})
    return _compared(tables, figure, group, {**made, "basis": "ROLLED_UP", "isTotal": is_total})


def _of_peers(tables: Tables, figure: Row, metric: Row, itself: Row, group: Row) -> Row:
    """The median of the others of a kind in a group, where five or more have a figure."""
    below = organisations.below(tables, group, figure["periodEnds"], itself["kind"])
    peers = [
        one
        for one in below
        if one != itself
        and organisations.is_between(one, figure["periodEnds"])
        and (metric["isSynthetic"] or not one["isSynthetic"])
    ]
    return _middle(tables, figure, peers)


def _of_similar(tables: Tables, figure: Row, itself: Row, count: int) -> Row:
    """The median of so many of the most similar practices, where five or more have a figure."""
    listed = tables if sandbox.is_made_up(tables, itself) else sandbox.without(tables)
    return _middle(tables, figure, [each["practice"] for each in similar.nearest(listed, itself)[:count]])


def _middle(tables: Tables, figure: Row, peers: list[Row]) -> Row:
    values = [Fraction(other["value"]) for one in peers for other in _published(tables, figure, one)]
    middle = float(median(values)) if len(values) >= 5 else None
    return {"value": middle, "basis": "PEERS", "restsOn": len(values), "of": len(peers), "isTotal": False}


def _compared(tables: Tables, figure: Row, organisation: Row, found: Row) -> Row | None:
    if found["value"] is None:
        return None
    direction = Direction(tables.where("metric", "id", figure["metricId"])[0]["direction"])
    within = None if found["isTotal"] else interval(figure)
    judged = comparison.against(within, float(found["value"]), direction)
    counted = "its numerator and denominator are not known"
    why = counted if figure["unit"] in _COUNTED else "figures of this unit have none"
    reason = "The group's value is the total of its members." if found["isTotal"] else f"No interval: {why}."
    return {
        "organisationId": organisation["id"],
        **{name: found[name] for name in ("value", "basis", "restsOn", "of")},
        "difference": float(Decimal(str(figure["value"])) - Decimal(str(found["value"]))),
        "significance": judged.significance,
        "judgement": judged.judgement,
        "reason": None if within else reason,
    }


def _rank(tables: Tables, figure: Row, arguments: Arguments) -> Row:
    """How many of the same kind of organisation are better, in its group if one is asked for."""
    metric = tables.where("metric", "id", figure["metricId"])[0]
    itself = tables.where("organisation", "id", figure["organisationId"])[0]
    among = [one for one in tables.all("organisation") if one["kind"] == itself["kind"] and one != itself]
    if not sandbox.is_made_up(tables, figure):
        among = [one for one in among if not one["isSynthetic"]]
    if arguments.get("within") is not None:
        group = organisations.above(tables, itself, figure["periodEnds"], arguments["within"])
        among = [one for one in among if group in organisations.groups(tables, one, figure["periodEnds"])]
    values = [other["value"] for one in among for other in _published(tables, figure, one)]
    sign = -1 if metric["direction"] == "LOWER_IS_BETTER" else 1
    better = [value for value in values if sign * value > sign * figure["value"]]
    return {"place": len(better) + 1, "of": len(values) + 1}


FIELDS_OF_FIGURES: dict[str, Says] = {
    "Figure.confidenceInterval": _confidence_interval,
    "Figure.previous": _previous,
    "Figure.change": _change,
    "Figure.changeOnYear": _change_on_year,
    "Figure.comparison": _comparison,
    "Figure.compared": _compared_with,
    "Figure.rank": _rank,
}
