"""The targets that judge figures: as they were set and changed, the figures that count, and their status on a day.

The status follows from the method itself, which has a slow second version of its own.
"""

import datetime as dt
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from schema.computed_inputs.targets import Stay
from schema.enumerations import Comparator, Counts, TargetKind, TargetStatus, Unit
from schema.london import HERE
from schema.periods import spanning
from service.statistics import sentences
from service.statistics.evidence import evidence_on
from service.statistics.goals import Goal, Goals
from service.statistics.points import Point
from service.statistics.process import Group
from service.statistics.progress import Progress, assess, without_figures
from tests.service.reads.reference import methods
from tests.service.reads.reference.figure_fields import interval
from tests.service.reads.reference.frequencies import chosen
from tests.service.reads.reference.inheritance import due_before, in_force, rule_id
from tests.service.reads.reference.stretches import stretches, values
from tests.service.reads.reference.tables import Row, Tables

_LENGTHS = {
    "DAY": spanning(dt.date(2020, 5, 5), dt.date(2020, 5, 5)),
    "MONTH": spanning(dt.date(2020, 5, 1), dt.date(2020, 5, 31)),
    "QUARTER": spanning(dt.date(2020, 4, 1), dt.date(2020, 6, 30)),
    "YEAR": spanning(dt.date(2020, 4, 1), dt.date(2021, 3, 31)),
    "ROLLING_YEAR": spanning(dt.date(2020, 5, 1), dt.date(2021, 4, 30)),
}
# The lengths of two months or years differ by this many days at most.
_SAME_LENGTH = 3
# Where a status is the worst of so many members, the best ones first; what is not known is worse than all.
_FROM_BEST = ("MET", "MET_AT_RISK", "ON_TRACK", "ACCELERATE", "LIMITED", "DETERIORATING", "LOST", "MISSED")
_FACTORS = {"PERCENT": 100, "RATE_PER_100000": 100_000}


def targets_of(tables: Tables, owner: str, row: Row, codes: list[str] | None, *order: str) -> list[Row]:
    """The targets of an organisation or a metric, in an order in which what never ends comes last."""
    mine = [one for one in tables.where("target", owner, row["id"]) if codes is None or _code(tables, one) in codes]
    mine = [one for one in mine if in_force(tables, one, tables.today)]
    return sorted(mine, key=lambda target: [_last_if_null(target[name]) for name in (*order, "id")])


def milestones(tables: Tables, target: Row) -> list[Row]:
    """The milestones of a target's current revision, earliest first."""
    mine = tables.where("milestone", "targetId", rule_id(target))
    return sorted((one for one in mine if one["revision"] == target["revision"]), key=lambda one: one["due"])


def current(tables: Tables, target: Row, as_of: dt.date) -> Row:
    """The status of a target on a day, by the figures of periods that ended by then."""
    if target["appliesTo"] is not None:
        return _of_members(tables, target, as_of, as_of)
    series = [one for one in _series(tables, target) if one["periodEnds"] <= as_of]
    return _progress(tables, target, series, as_of, series)


def progress(tables: Tables, target: Row, starts: dt.date | None, ends: dt.date | None) -> list[Row]:
    """The status of a target in each period whose figure it judges, by what the periods until then showed."""
    if target["appliesTo"] is not None:
        return _of_members_over_time(tables, target, starts, ends)
    series = _series(tables, target)
    usual = [one for one in series if ends is None or one["periodEnds"] <= ends]
    goals = goals_of(tables, target, usual)
    return [
        _progress(tables, target, series[: at + 1], figure["periodEnds"], usual)
        for at, figure in enumerate(series)
        if (starts is None or figure["periodEnds"] >= starts)
        and (ends is None or figure["periodEnds"] <= ends)
        and goals.judges(point(tables, figure))
    ]


def _of_members_over_time(tables: Tables, target: Row, starts: dt.date | None, ends: dt.date | None) -> list[Row]:
    periods: dict[dt.date, Row] = {}
    for member in sorted(
        tables.where("target", "inheritedFromId", target["id"]), key=lambda one: one["organisationId"]
    ):
        series = [one for one in _series(tables, member) if ends is None or one["periodEnds"] <= ends]
        goals = goals_of(tables, member, series)
        for figure in series:
            if (starts is None or figure["periodEnds"] >= starts) and goals.judges(point(tables, figure)):
                periods[figure["periodEnds"]] = _one(tables, "period", figure["periodId"])
    return [_of_members(tables, target, on, ends, periods[on]) for on in sorted(periods)]


def _of_members(tables: Tables, target: Row, on: dt.date, until: dt.date | None, period: Row | None = None) -> Row:
    """How many of those who inherit a target on a day meet it, and the status of the last of as many as have to."""
    members = [one for one in tables.where("target", "inheritedFromId", target["id"]) if in_force(tables, one, on)]
    statuses = []
    for member in members:
        series = _series(tables, member)
        usual = [one for one in series if until is None or one["periodEnds"] <= until]
        by_then = [one for one in series if one["periodEnds"] <= on]
        statuses.append(str(_progress(tables, member, by_then, on, usual)["status"]))
    goal = goals_of(tables, target, []).on(on)
    return {**_counted(tables, target, goal, statuses, on), "period": period}


def _counted(tables: Tables, target: Row, goal: Goal, statuses: list[str], on: dt.date) -> Row:
    count, met = len(statuses), statuses.count("MET") + statuses.count("MET_AT_RISK")
    needed, no_data = count if goal.members_needed is None else goal.members_needed, statuses.count("NO_DATA")
    if goal.members_needed_percent is not None:
        needed = -int(-goal.members_needed_percent * count // 100)
    is_over = goal.due is not None and on > goal.due
    status = "MISSED" if is_over else "NOT_ASSESSABLE"
    for at, each in enumerate(_FROM_BEST):
        if needed <= sum(statuses.count(better) for better in _FROM_BEST[: at + 1]):
            status = each
            break
    if no_data == count:
        status = "NO_DATA"
    many = str(target["appliesTo"]).replace("_", " ").lower()
    said = f"{met} of {count} {many}s {'meets' if met == 1 else 'meet'} {sentences.target(goal)}"
    if goal.members_needed is not None or goal.members_needed_percent is not None:
        said += f", and {needed} must"
    rest = ["met" if met >= needed else f"{needed - met} to go"]
    rest += [f"{no_data} {'has' if no_data == 1 else 'have'} no figure"] if no_data else []
    rest += ["the date has passed"] if met < needed and is_over else []
    reason = f"{said}: {'; '.join(rest)}." if count else f"No {many} inherits {sentences.target(goal)}."
    progress = _said(Progress(TargetStatus(status), reason, goal.start, None if no_data == count else met >= needed))
    counts = {"count": count, "met": met, "noData": no_data, "needed": needed, "__typename": "TargetMembers"}
    return {**progress, "target": target, "figure": None, "members": counts}


def _progress(tables: Tables, target: Row, series: list[Row], on: dt.date, usual: list[Row]) -> Row:
    goals, points = goals_of(tables, target, usual), [point(tables, one) for one in series]
    evidence = evidence_on(goals, points, on)
    if evidence is None:
        return {
            **_said(without_figures(goals.on(on))),
            "target": target,
            "figure": None,
            "period": None,
            "evidence": None,
        }
    at = next(at for at, each in enumerate(points) if each is evidence.point)
    figure, closed_on = series[at], _one(tables, "organisation", target["organisationId"])["closedOn"]
    assessed = assess(
        evidence,
        interval=interval(figure) if _metric(tables, target)["isSample"] else None,
        limits=_limits(tables, target, [one for one in series[: at + 1] if _is_as_long(tables, evidence.goal, one)]),
        closed_on=closed_on,
    )
    period = _one(tables, "period", figure["periodId"])
    return {**_said(assessed), "target": target, "figure": figure, "period": period, "evidence": evidence}


def point(tables: Tables, figure: Row) -> Point:
    """A figure as a target judges it: by its counts, where they are known."""
    value, factor = figure["value"], _FACTORS.get(figure["unit"])
    if factor and figure["numerator"] is not None and figure["denominator"]:
        value = Decimal(figure["numerator"]) * factor / Decimal(figure["denominator"])
    return Point(figure["periodEnds"], value, figure["value"], _one(tables, "period", figure["periodId"])["starts"])


def _limits(tables: Tables, target: Row, series: list[Row]) -> Group | None:
    """The limits of the latest stretch of a series, as it is cut today."""
    latest = values(stretches(tables, {**target, "figures": series})[-1])
    found = methods.process_limits(latest)
    if found is None:
        return None
    size = len(latest)
    return Group(len(series) - size, size, size, found.mean, found.lower, found.upper, found.moving)


def _said(assessed: Any) -> Row:
    words = ((name.split("_"), value) for name, value in asdict(assessed).items())
    named = {"".join([first, *map(str.capitalize, rest)]): value for (first, *rest), value in words}
    return {**named, "__typename": "TargetProgress"}


def _is_as_long(tables: Tables, goal: Goal, figure: Row) -> bool:
    length = None if goal.length is None else (goal.length.ends - goal.length.starts).days
    period = _one(tables, "period", figure["periodId"])
    return length is None or abs((period["ends"] - period["starts"]).days - length) <= _SAME_LENGTH


def goals_of(tables: Tables, target: Row, figures: list[Row]) -> Goals:
    """What a target asked for, in the order in which it was set, with the day from which each counts.

    Where it does not say, it judges the length that most of the figures have.
    """
    usual = chosen(tables, _metric(tables, target), figures, None)["figures"][-1:]
    length = [spanning(one["period"]["starts"], one["period"]["ends"]) for one in usual]
    target = {**target, "length": length[0] if length and _metric(tables, target)["counts"] == "OVER_PERIOD" else None}
    revisions = sorted(tables.where("target_revision", "targetId", rule_id(target)), key=lambda one: one["revision"])
    dated = tuple((counts_from(one), _goal(tables, {**target, **one})) for one in revisions)
    if target["inheritedFromId"] is None:
        return Goals(dated)
    days = sorted({one["periodEnds"] for one in _series(tables, target)})
    return Goals(dated, tuple(Stay(day, day) for day in days if in_force(tables, target, day)))


def counts_from(revision: Row) -> dt.date:
    """The day from which a revision counts; where it does not say, the day in London on which it was recorded."""
    day: dt.date = revision["countsFrom"] or revision["recordedAt"].astimezone(HERE).date()
    return day


def _goal(tables: Tables, stood: Row) -> Goal:
    metric = _metric(tables, stood)
    baseline = None if stood["baseline"] is None else Point(stood["baselineOn"], stood["baseline"])
    way = tuple(Point(one["due"], one["value"]) for one in milestones(tables, {**stood, "id": stood["targetId"]}))
    return Goal(
        Comparator(stood["comparator"]),
        stood["value"],
        Unit(metric["unit"]),
        stood["upperValue"],
        baseline,
        stood["due"],
        way,
        _start(tables, stood, metric["counts"]),
        TargetKind(stood["kind"]),
        Counts(metric["counts"]),
        stood["length"] if stood["frequency"] is None else _LENGTHS[stood["frequency"]],
        stood["membersNeeded"],
        stood["membersNeededPercent"],
    )


def _start(tables: Tables, stood: Row, counts: str) -> dt.date | None:
    due, before = stood["due"], due_before(tables, stood)
    for said in (stood["start"], stood["baselineOn"]):
        if said is not None:
            day: dt.date = said
            return day
    if due is None:
        return None
    if before is not None and before < due:
        return before
    return dt.date(due.year - (due.month < 4), 4, 1) if counts == "YEAR_TO_DATE" else None


def _series(tables: Tables, target: Row) -> list[Row]:
    mine = tables.where("figure", "organisationId", target["organisationId"])
    judged = [one for one in mine if one["metricId"] == target["metricId"] and one["status"] != "WITHDRAWN"]
    return sorted(judged, key=lambda figure: (figure["periodEnds"], figure["id"]))


def _metric(tables: Tables, row: Row) -> Row:
    return _one(tables, "metric", row["metricId"])


def _code(tables: Tables, row: Row) -> Any:
    return _metric(tables, row)["code"]


def _one(tables: Tables, table: str, key: Any) -> Row:
    found = tables.one(table, key)
    assert found is not None
    return found


def _last_if_null(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
