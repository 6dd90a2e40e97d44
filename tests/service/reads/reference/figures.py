"""Figures now or at an instant; which of them a field lists; and the targets that judge them."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from schema.enumerations import Comparator, Unit
from service.statistics.goals import Goal
from service.statistics.points import Point
from service.statistics.process import Group
from service.statistics.progress import assess
from tests.service.reads.reference import methods
from tests.service.reads.reference.figure_fields import interval
from tests.service.reads.reference.lookup import until
from tests.service.reads.reference.stretches import stretches, values
from tests.service.reads.reference.tables import Row, Tables

Arguments = dict[str, Any]


def of_series(tables: Tables, metric: Row, organisation: Row, arguments: Arguments) -> list[Row]:
    """The figures of a series that stand, and end within some days; oldest first."""
    every = [one for one in tables.where("figure", "organisationId", organisation["id"]) if _is_of(one, metric)]
    found = [
        one
        for one in every
        if one["status"] != "WITHDRAWN" and _is_between(one, arguments.get("from"), until(tables, arguments))
    ]
    return sorted(found, key=lambda figure: (figure["periodEnds"], figure["id"]))


def _is_of(figure: Row, metric: Row) -> bool:
    return bool(figure["metricId"] == metric["id"])


def listed(tables: Tables, owner: str, row: Row, arguments: Arguments) -> list[Row]:
    """The figures that an organisation or a metric lists; `owner` is the figures' column that names it."""
    mine = tables.where("figure", owner, row["id"])
    found = [figure for figure in mine if _is_asked(tables, figure, arguments) and figure["status"] != "WITHDRAWN"]
    return _newest(found) if arguments["latestOnly"] else found


def revisions(tables: Tables, figure: Row) -> list[Row]:
    """Every publication of a figure, oldest first; of a figure as it was known, those until then."""
    mine = tables.where("figure_revision", "figureId", figure["id"])
    return sorted(
        (one for one in mine if one["revision"] <= figure["revision"]), key=lambda revision: revision["revision"]
    )


def targets_of(tables: Tables, owner: str, row: Row, codes: list[str] | None, *order: str) -> list[Row]:
    """The targets of an organisation or a metric, in an order in which what never ends comes last."""
    mine = [one for one in tables.where("target", owner, row["id"]) if codes is None or _metric(tables, one) in codes]
    return sorted(mine, key=lambda target: [_last_if_null(target[name]) for name in (*order, "id")])


def milestones(tables: Tables, target: Row) -> list[Row]:
    """The milestones of a target's current revision, earliest first."""
    mine = tables.where("milestone", "targetId", target["id"])
    return sorted((one for one in mine if one["revision"] == target["revision"]), key=lambda one: one["due"])


def current(tables: Tables, target: Row, as_of: dt.date) -> Row:
    """How a target, as it was set by a day, stands on it, by the figures of periods that ended by then."""
    return _progress(tables, target, [one for one in _series(tables, target) if one["periodEnds"] <= as_of], as_of)


def progress(tables: Tables, target: Row, starts: dt.date | None, ends: dt.date | None) -> list[Row]:
    """How a target stood in each period, by what the periods until then showed."""
    series = _series(tables, target)
    return [
        _progress(tables, target, series[: at + 1], figure["periodEnds"])
        for at, figure in enumerate(series)
        if _is_between(figure, starts, ends)
    ]


def _progress(tables: Tables, target: Row, series: list[Row], on: dt.date) -> Row:
    points = [Point(one["periodEnds"], one["value"], interval(one)) for one in series]
    assessed = assess(goal(tables, target, on), points, on=on, limits=_limits(tables, target, series))
    words = {"".join([first, *map(str.capitalize, rest)]): value for (first, *rest), value in _fields(assessed)}
    figure = series[-1] if series else None
    period = tables.one("period", figure["periodId"]) if figure else None
    return {**words, "__typename": "TargetProgress", "target": target, "figure": figure, "period": period}


def _limits(tables: Tables, target: Row, series: list[Row]) -> Group | None:
    """The limits of the latest stretch of a series, as it is cut today."""
    if not series:
        return None
    latest = values(stretches(tables, {**target, "figures": series})[-1])
    found = methods.process_limits(latest)
    if found is None:
        return None
    return Group(len(series) - len(latest), len(latest), found.mean, found.lower, found.upper, found.moving)


def _fields(assessed: Any) -> list[tuple[list[str], Any]]:
    return [(name.split("_"), value) for name, value in asdict(assessed).items()]


def goal(tables: Tables, target: Row, on: dt.date) -> Goal:
    """What a target asked for on a day, as it was set by then."""
    metric = tables.one("metric", target["metricId"])
    assert metric is not None
    stood = _in_force(tables, target, on)
    baseline = None if stood["baseline"] is None else Point(stood["baselineOn"], stood["baseline"])
    way = tuple(Point(one["due"], one["value"]) for one in milestones(tables, {**target, **stood}))
    comparator, unit = Comparator(stood["comparator"]), Unit(metric["unit"])
    return Goal(comparator, stood["value"], unit, stood["upperValue"], baseline, stood["due"], way)


def _in_force(tables: Tables, target: Row, on: dt.date) -> Row:
    """The latest revision of a target that was recorded by the end of a day in UTC; before the first, the first."""
    revisions = sorted(tables.where("target_revision", "targetId", target["id"]), key=lambda one: one["revision"])
    by_then = [one for one in revisions if one["recordedAt"].astimezone(dt.UTC).date() <= on]
    return by_then[-1] if by_then else revisions[0]


def _series(tables: Tables, target: Row) -> list[Row]:
    mine = tables.where("figure", "organisationId", target["organisationId"])
    judged = [one for one in mine if one["metricId"] == target["metricId"] and one["status"] != "WITHDRAWN"]
    return sorted(judged, key=lambda figure: (figure["periodEnds"], figure["id"]))


def _newest(figures: list[Row]) -> list[Row]:
    series: dict[Any, Row] = {}
    for figure in sorted(figures, key=lambda figure: (figure["periodEnds"], figure["id"])):
        series[figure["metricId"], figure["organisationId"]] = figure
    return list(series.values())


def _is_asked(tables: Tables, figure: Row, arguments: Arguments) -> bool:
    organisation = tables.one("organisation", figure["organisationId"])
    assert organisation is not None
    metrics, codes, kind = (arguments.get(name) for name in ("metrics", "organisations", "kind"))
    return (
        (metrics is None or _metric(tables, figure) in metrics)
        and (codes is None or organisation["code"] in codes)
        and (kind is None or organisation["kind"] == kind)
        and _is_between(figure, arguments.get("from"), until(tables, arguments))
    )


def _is_between(figure: Row, starts: dt.date | None, ends: dt.date | None) -> bool:
    return (starts is None or figure["periodEnds"] >= starts) and (ends is None or figure["periodEnds"] <= ends)


def _metric(tables: Tables, row: Row) -> Any:
    metric = tables.one("metric", row["metricId"])
    assert metric is not None
    return metric["code"]


def _last_if_null(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
