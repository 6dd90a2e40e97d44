"""One metric of one organisation over time: its stretches, what each point says, and where it goes.

Limits, trends and forecasts come from `methods`, which shares nothing with the service. Which figures, targets and
recalculations count is worked out from the rows.
"""

import datetime as dt
from fractions import Fraction
from typing import Any

from schema.enumerations import Unit
from service.statistics.goals import Goal
from service.statistics.sentences import number
from tests.service.reads.reference import figures, frequencies, gaps, methods, targets
from tests.service.reads.reference.figure_fields import interval
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.stretches import Stretch, recalculations, stretches, values
from tests.service.reads.reference.tables import Row, Tables


def series(owner: str, other: str) -> Says:
    """The series of a row of `owner` with the row of `other` whose code an argument of that name gives."""

    def says(tables: Tables, row: Row, arguments: Arguments) -> Row | None:
        found = tables.where(other, "code", arguments[other])
        if not found:
            return None
        sides = {owner: row, other: found[0]}
        metric, organisation = sides["metric"], sides["organisation"]
        mine = figures.of_series(tables, metric, organisation, arguments)
        of_length = frequencies.chosen(tables, metric, mine, arguments.get("frequency"))
        return {"metricId": metric["id"], "organisationId": organisation["id"], "among": mine, **of_length}

    return says


def _several(tables: Tables, organisation: Row, arguments: Arguments) -> list[Any]:
    """The series of each of several metrics."""
    one = series("organisation", "metric")
    return [one(tables, organisation, {**arguments, "metric": code}) for code in dict.fromkeys(arguments["metrics"])]


def _of_figure(tables: Tables, figure: Row, arguments: Arguments) -> Row | None:
    """The series that a figure is a part of."""
    metric, organisation = (
        tables.one("metric", figure["metricId"]),
        tables.one("organisation", figure["organisationId"]),
    )
    assert metric is not None
    assert organisation is not None
    found: Row | None = series("metric", "organisation")(
        tables, metric, {**arguments, "organisation": organisation["code"]}
    )
    return found


def points(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    """What each figure says."""
    return [
        _point(tables, row, figure, causes)
        for stretch in stretches(tables, row)
        for figure, causes in zip(stretch[0], methods.special_causes(values(stretch)), strict=True)
    ]


def _point(tables: Tables, row: Row, figure: Row, causes: Any) -> Row:
    aim = judged_by(tables, row, figure)
    expected = None if aim is None else aim.expected_on(figure["periodEnds"])
    return {
        "of": row,
        "asPoint": figure,
        "figure": tables.one("figure", figure["id"]),
        "period": figure["period"],
        "origin": figure["origin"],
        "value": figure["value"],
        "specialCauses": causes,
        "target": aim and aim.value,
        "targetUpper": aim and aim.upper_value,
        "isMet": None if aim is None else aim.is_met_by(targets.point(tables, figure).value),
        "expected": None if expected is None else float(expected),
    }


def judged_by(tables: Tables, row: Row, figure: Row) -> Goal | None:
    """What a figure is judged by: of all targets that it counts towards the soonest due, else the one due last.

    A target for a whole count judges no part of it.
    """
    found = None if row["areParts"] else _judging(tables, row, figure)
    return None if found is None else found[1]


def judged_since(tables: Tables, row: Row) -> list[dt.date | None]:
    """For each figure, the day from which its goal counts; without one, when the goal of the figure before was due."""
    days: list[dt.date | None] = []
    before: Goal | None = None
    for figure in row["figures"]:
        found = None if row["areParts"] else _judging(tables, row, figure)
        if found is None:
            days.append(None if before is None else before.due)
        else:
            days.append(targets.goals_of(tables, found[0], row["among"]).since(figure["periodEnds"]))
        before = None if found is None else found[1]
    return days


def target_judging(tables: Tables, row: Row, figure: Row) -> Row | None:
    """The target that a figure of a series is judged by."""
    found = _judging(tables, row, figure)
    return None if found is None else found[0]


def _judging(tables: Tables, row: Row, figure: Row) -> tuple[Row, Goal] | None:
    mine = tables.where("target", "organisationId", row["organisationId"])
    mine = [one for one in mine if one["metricId"] == row["metricId"] and one["appliesTo"] is None]
    mine.sort(key=lambda one: (one["due"] or dt.date.max, one["due"] is None, one["id"]))
    on, point = figure["periodEnds"], targets.point(tables, figure)
    histories = [(target, targets.goals_of(tables, target, row["among"])) for target in mine]
    found: tuple[Row, Goal] | None = None
    for target, each in ((target, history.on(on)) for target, history in histories if history.judges(point)):
        is_over = each.due is not None and each.due < on and each.is_decided_when_due
        if not is_over and (found is None or _is_nearer(each, found[1], on)):
            found = target, each
    return found


def _is_nearer(one: Goal, other: Goal, on: dt.date) -> bool:
    mine, others = (each.due or dt.date.max for each in (one, other))
    if (mine >= on) != (others >= on):
        return mine >= on
    return mine < others if mine >= on else mine > others


def limits(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    """Mean and limits of each stretch that has three figures or more."""
    return [
        {
            "from": stretch[0][0]["periodEnds"],
            "to": stretch[0][-1]["periodEnds"],
            "mean": float(found.mean),
            "lower": float(found.lower),
            "upper": float(found.upper),
            "points": len(stretch[0]),
            "isTrial": len(stretch[0]) < 12,
            "reason": stretch[1],
        }
        for stretch in stretches(tables, row)
        if (found := methods.process_limits(values(stretch))) is not None
    ]


def variation(tables: Tables, row: Row, _: Arguments) -> str:
    """What the latest figure says about its stretch."""
    metric = tables.where("metric", "id", row["metricId"])[0]
    return methods.variation(values(stretches(tables, row)[-1]), metric["direction"])


def assurance(tables: Tables, row: Row, _: Arguments) -> str:
    """Whether the latest stretch can be relied on to meet the target of its last day."""
    goal = _latest_goal(tables, row)
    if goal is None:
        return "NOT_ASSESSABLE"
    most = None if goal.upper_value is None else Fraction(goal.upper_value)
    return methods.assurance(values(stretches(tables, row)[-1]), goal.comparator, Fraction(goal.value), most)


def _latest_goal(tables: Tables, row: Row) -> Goal | None:
    return judged_by(tables, row, row["figures"][-1]) if row["figures"] else None


def trend(_: Tables, row: Row, __: Arguments) -> str:
    """The direction of the latest five figures."""
    return _trend(row)[0]


def _trend(row: Row) -> tuple[str, str]:
    """The direction of the latest five figures, or NOT_ASSESSABLE and why."""
    latest = row["figures"][-5:]
    if len(latest) < 5:
        return "NOT_ASSESSABLE", f"a trend needs at least 5 points; {_there_are(len(latest))}"
    counts = [(figure["numerator"], figure["denominator"]) for figure in latest if figure["unit"] == "PERCENT"]
    if len(counts) == 5 and all(count is not None and of for count, of in counts):
        if direction := methods.trend_of_counts([(Fraction(count), Fraction(of)) for count, of in counts]):
            return direction, ""
        is_whole = any(count >= of for count, of in counts)
        why = "at one point the count equals the denominator" if is_whole else "the count is 0 at every point"
        return "NOT_ASSESSABLE", why
    limits = [interval(figure) for figure in latest]
    if None in limits:
        return "NOT_ASSESSABLE", "a point has no confidence interval"
    points = [
        (Fraction(figure["value"]), Fraction(each.lower), Fraction(each.upper))
        for figure, each in zip(latest, limits, strict=True)
        if each is not None
    ]
    direction = methods.trend_of_limits(points)
    return direction or "NOT_ASSESSABLE", "the confidence interval of a point has no width"


def reasons(tables: Tables, row: Row, arguments: Arguments) -> list[str]:
    """A sentence for each thing that cannot be assessed."""
    parts, said = stretches(tables, row), []
    count, since = len(parts[-1][0]), " since the limits were recalculated" if len(parts) > 1 else ""
    if count < 3:
        too_few = f"limits need at least 3 points; {_there_are(count)}{since}"
    else:
        too_few = f"the limits rest on {count} points{since}; 6 are needed"
    if variation(tables, row, arguments) == "NOT_ASSESSABLE":
        said.append(f"Variation: {too_few}.")
    if assurance(tables, row, arguments) == "NOT_ASSESSABLE":
        said.append(f"Assurance: {too_few if _latest_goal(tables, row) is not None else _no_target(tables, row)}.")
    if 6 <= count < 12:
        said.append(f"Provisional: the limits rest on {count} points; they are firm from 12.")
    direction, why = _trend(row)
    if direction == "NOT_ASSESSABLE":
        said.append(f"Trend: {why}.")
    return said + gaps.sentences(row["figures"], _spans(parts))


def suggested(tables: Tables, row: Row, _: Arguments) -> Row | None:
    """The step at the end of the latest stretch, as a recalculation that could be made."""
    stretch = stretches(tables, row)[-1]
    found = methods.step(values(stretch))
    if found is None:
        return None
    start, since = found
    latest = stretch[0][start:]
    unit = Unit(tables.where("metric", "id", row["metricId"])[0]["unit"])
    middle = methods.mean(values(stretch))
    mean, lower, upper = (number(unit, float(each)) for each in (middle, since.lower, since.upper))
    side = "above" if latest[-1]["value"] > middle else "below"
    labels = [one["period"]["label"] for one in latest]
    reason = (
        f"The last {len(latest)} figures, {labels[0]} to {labels[-1]}, are all {side} the mean, {mean}, "
        f"and within limits of their own, {lower} to {upper}."
    )
    return {"__typename": "Recalculation", "starts": latest[0]["period"]["starts"], "reason": reason}


def _spans(parts: list[Stretch]) -> list[gaps.Span]:
    """The runs of points of every stretch, by the places of their first and last point in the series."""
    found, start = [], 0
    for part in parts:
        found += [(cause, start + first, start + last) for cause, first, last in methods.runs(values(part))]
        start += len(part[0])
    return found


def _no_target(tables: Tables, row: Row) -> str:
    return no_target_of(tables, row, row["figures"][-1] if row["figures"] else None)


def no_target_of(tables: Tables, row: Row, figure: Row | None) -> str:
    """Why no target judges a figure of a series."""
    mine = tables.where("target", "organisationId", row["organisationId"])
    mine = [one for one in mine if one["metricId"] == row["metricId"] and one["appliesTo"] is None]
    if not mine:
        return "no target is set"
    if row["areParts"]:
        return "its targets are for the whole count, not for parts of it"
    if figure is None:
        return "no figure is published for it"
    goals = [targets.goals_of(tables, one, row["among"]) for one in mine]
    last = targets.point(tables, figure)
    if any(each.on(last.on).is_as_long(last) for each in goals):
        return "none of its targets judges a figure of this period"
    return "its targets are for periods of another length"


def _there_are(count: int) -> str:
    return "there is 1" if count == 1 else f"there are {count}"


def forecast(tables: Tables, row: Row, arguments: Arguments) -> list[Row]:
    """The quarters that follow the one in which the latest figure's period ends."""
    asked = arguments.get("quarters")
    count = min(max(4 if asked is None else asked, 0), 12)
    if not row["figures"]:
        return []
    quarters = following(row["figures"][-1]["periodEnds"], count)
    is_percent = tables.where("metric", "id", row["metricId"])[0]["unit"] == "PERCENT"
    known = [(figure["periodEnds"], Fraction(figure["value"])) for figure in row["figures"]]
    lines = methods.forecast(known, [quarter["ends"] for quarter in quarters], is_percent=is_percent)
    return [
        {"period": quarter, **dict(zip(("value", "lower", "upper"), line, strict=True))}
        for quarter, line in zip(quarters, lines, strict=False)
    ]


def following(day: dt.date, count: int) -> list[Row]:
    """So many quarters after the one that a day is in, as far as there are any."""
    at = day.year * 4 + (day.month - 1) // 3
    return [_quarter(*divmod(at + step, 4)) for step in range(1, count + 1) if at + step < 10_000 * 4]


def _quarter(year: int, nth: int) -> Row:
    """The nth quarter of a calendar year, from 0: the first is the fourth of the financial year before."""
    begins, number = (year - 1, 4) if nth == 0 else (year, nth)
    code = f"{begins:04}-{(begins + 1) % 100:02}-Q{number}"
    return {
        "__typename": "Period",
        "id": code,
        "code": code,
        "label": f"Q{number} {begins}/{(begins + 1) % 100:02}",
        "kind": "QUARTER",
        "starts": dt.date(year, 3 * nth + 1, 1),
        "ends": dt.date(year, 3 * nth + 3, 31 if nth in {0, 3} else 30),
        "quarter": code,
    }


def whole_until(tables: Tables, figure: Row, length: str | None = None) -> Row:
    """The series of a figure until the end of its period."""
    found = _of_figure(tables, figure, {"frequency": length, "to": figure["periodEnds"]})
    assert found is not None
    return found


def point_until(tables: Tables, figure: Row) -> Row | None:
    """The series whose latest point is the figure: that of the usual length, or else of its own."""
    each = (whole_until(tables, figure, length) for length in (None, *frequencies.LENGTHS))
    return next((one for one in each if one["figures"] and one["figures"][-1]["id"] == figure["id"]), None)


def verdict_of(tables: Tables, figure: Row, name: str) -> Any:
    """What a figure's series says when it ends with the figure."""
    return tables.remembered((name, figure["id"]), lambda: _verdict(tables, figure, name))


def _verdict(tables: Tables, figure: Row, name: str) -> Any:
    is_listed = figure["status"] != "WITHDRAWN"
    if name == "isMet":
        found = _judging(tables, whole_until(tables, figure), figure) if is_listed else None
        return None if found is None else found[1].is_met_by(targets.point(tables, figure).value)
    point = point_until(tables, figure) if is_listed else None
    if point is None:
        return "NOT_ASSESSABLE"
    return variation(tables, point, {}) if name == "variation" else trend(tables, point, {})


def _said_of(name: str) -> Says:
    return lambda tables, figure, _: verdict_of(tables, figure, name)


FIELDS_OF_SERIES: dict[str, Says] = {
    "Figure.isMet": _said_of("isMet"),
    "Figure.variation": _said_of("variation"),
    "Figure.trend": _said_of("trend"),
    "Metric.series": series("metric", "organisation"),
    "Organisation.series": series("organisation", "metric"),
    "Organisation.seriesOf": _several,
    "Figure.series": _of_figure,
    "Series.points": points,
    "Series.recalculations": lambda tables, row, _: recalculations(tables, row),
    "Series.processLimits": limits,
    "Series.missingPeriods": lambda tables, row, _: gaps.missing_periods(row["figures"]),
    "Series.suggestedRecalculation": suggested,
    "Series.variation": variation,
    "Series.assurance": assurance,
    "Series.trend": trend,
    "Series.reasons": reasons,
    "Series.forecast": forecast,
    "SeriesPoint.figure": lambda _, row, __: row["figure"],
    "SeriesPoint.period": lambda _, row, __: row["period"],
    "ForecastPoint.period": lambda _, row, __: row["period"],
}
