"""Which figures of a series are of the length that is asked for, or of the one with most; parts of running counts."""

import datetime as dt
from typing import Any

from tests.service.reads.reference.figure_fields import length_of
from tests.service.reads.reference.tables import Row, Tables

NAMES = {"SNAPSHOT": "DAY", "FINANCIAL_YEAR": "YEAR"}
# Of lengths with as many figures, the first here wins on days.
LENGTHS = ("DAY", "MONTH", "QUARTER", "YEAR", "ROLLING_YEAR", "SPAN")
_DAY = dt.timedelta(days=1)
_UNCOUNTED = ("numerator", "denominator", "lowerConfidenceLimit", "upperConfidenceLimit")


def chosen(tables: Tables, metric: Row, figures: list[Row], asked: str | None) -> Row:
    """The figures of one length, oldest first, with that length, and whether they are parts of a count."""
    # The id of a computed object carries no date.
    periods = {row["id"]: {**row, "id": str(row["id"])} for row in tables.all("period")}
    points = [{**one, "period": periods[one["periodId"]], "origin": "SENT"} for one in figures]
    if metric["counts"] == "AT_DATE":
        return _on_days(points, asked)
    found = _over_periods(points) if metric["counts"] == "OVER_PERIOD" else _running(points, metric["counts"])
    if asked is not None:
        return next((each for each in found if each["frequency"] == asked), _found([], asked))
    most = max((len(each["figures"]) for each in found), default=0)
    return next((each for each in found if len(each["figures"]) == most), _found([], None))


def _found(points: list[Row], frequency: str | None, are_parts: bool = False) -> Row:
    return {"figures": points, "frequency": frequency, "areParts": are_parts}


def _name(point: Row) -> str:
    kind = str(point["period"]["kind"])
    return NAMES.get(kind, kind)


def _on_days(points: list[Row], asked: str | None) -> Row:
    if not points:
        return _found([], asked)
    names = [_name(point) for point in points]
    wanted = asked or max(LENGTHS, key=lambda name: (names.count(name), -LENGTHS.index(name)))
    days = []
    for day in sorted({point["periodEnds"] for point in points}):
        of_day = [point for point in points if point["periodEnds"] == day]
        best = [point for point in of_day if _name(point) == wanted] or of_day
        days.append(max(best, key=lambda point: point["id"]))
    return _found([point for point in days if asked is None or _ends(point, asked)], wanted)


def _ends(point: Row, asked: str) -> bool:
    after = point["periodEnds"].toordinal() + 1
    starts_month = after > dt.date.max.toordinal() or dt.date.fromordinal(after).day == 1
    month = point["periodEnds"].month
    is_month = starts_month and point["periodEnds"].day > 1
    ends = {"DAY": True, "MONTH": is_month, "QUARTER": is_month and month % 3 == 0, "YEAR": is_month and month == 3}
    return ends.get(asked, _name(point) == asked)


def _over_periods(points: list[Row]) -> list[Row]:
    found = []
    for name in LENGTHS:
        named = [point for point in points if _name(point) == name]
        if named:
            length = length_of(named[-1]["period"])
            found.append(_found([each for each in named if length_of(each["period"]) == length], name))
    return sorted(found, key=lambda each: each["figures"][-1]["periodEnds"], reverse=True)


def _running(points: list[Row], counts: str) -> list[Row]:
    if not points:
        return []
    last = points[-1]["period"]
    alike = [point for point in points if _is_alike(point["period"], last, counts)]
    found = [_found(alike, "YEAR" if counts == "YEAR_TO_DATE" else "SPAN")]
    for name, months in (("QUARTER", 3), ("MONTH", 1)):
        if parts := [part for point in points for part in _parts(points, point, months)]:
            found.append(_found(parts, name, are_parts=True))
    return found


def _is_alike(one: Row, other: Row, counts: str) -> bool:
    if counts == "SINCE":
        return bool(one["starts"] == other["starts"])
    years = one["ends"].year - one["starts"].year == other["ends"].year - other["starts"].year
    starts = (one["starts"].month, one["starts"].day) == (other["starts"].month, other["starts"].day)
    return years and starts and _point(one["ends"]) == _point(other["ends"])


def _point(day: dt.date) -> Any:
    return "last of February" if day.month == 2 and (day + _DAY).day == 1 else (day.month, day.day)


def _parts(points: list[Row], point: Row, months: int) -> list[Row]:
    """The quarter or month that a count ends with: the count itself, or what it counts more than the one before."""
    starts, ends = point["period"]["starts"], point["period"]["ends"]
    if not _ends(point, "QUARTER" if months == 3 else "MONTH"):
        return []
    first = dt.date(ends.year, ends.month - months + 1, 1)
    if starts == first:
        return [point]
    before = [each for each in points if each["period"]["starts"] == starts and each["periodEnds"] + _DAY == first]
    if starts > first or not before:
        return []
    period = _quarter(first, ends) if months == 3 else _month(first, ends)
    value = point["value"] - before[0]["value"]
    return [{**point, **dict.fromkeys(_UNCOUNTED), "value": value, "period": period, "origin": "DERIVED"}]


def _quarter(starts: dt.date, ends: dt.date) -> Row:
    year, number = (starts.year - 1, 4) if starts.month == 1 else (starts.year, starts.month // 3)
    code = f"{year:04}-{(year + 1) % 100:02}-Q{number}"
    return _period(code, f"Q{number} {year}/{(year + 1) % 100:02}", "QUARTER", starts, ends, code)


def _month(starts: dt.date, ends: dt.date) -> Row:
    year, number = (starts.year - 1, 4) if starts.month < 4 else (starts.year, (starts.month - 1) // 3)
    quarter = f"{year:04}-{(year + 1) % 100:02}-Q{number}"
    return _period(f"{starts:%Y-%m}", f"{starts:%B %Y}", "MONTH", starts, ends, quarter)


def _period(code: str, label: str, kind: str, starts: dt.date, ends: dt.date, quarter: str) -> Row:
    row = {"__typename": "Period", "id": code, "code": code, "label": label, "kind": kind}
    return {**row, "starts": starts, "ends": ends, "quarter": quarter}
