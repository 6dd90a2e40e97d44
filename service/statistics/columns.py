"""Columns that a statement brings become values of these statistics: a target's progress from its JSON."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from schema.enumerations import Comparator, Unit
from service.statistics import figures
from service.statistics.figures import Numbers
from service.statistics.goals import Goal
from service.statistics.points import Point
from service.statistics.progress import Progress, assess


def progress(inputs: Mapping[str, Any], figures: Sequence[int | None]) -> list[Progress]:
    """The progress of a target for each of some figures, by id, from the columns that the statement brings.

    A figure that is None stands for the target's latest figure by a day on which there was none. The day of a
    figure in the past is the end of its period: only what was known by then counts, and the target as it stood then.
    """
    unit, rows = Unit(inputs["metric"]["unit"]), inputs["points"] or ()
    ids = [row[0] for row in rows]
    points = [point(unit, dt.date.fromisoformat(on), *numbers) for _, on, *numbers in rows]
    found = []
    for figure in figures:
        until = points[: ids.index(figure) + 1] if figure is not None else []
        day = dt.date.fromisoformat(inputs["asOf"]) if inputs["asOf"] else until[-1].on
        found.append(assess(goal(inputs["target"], unit, day), until, on=day))
    return found


def point(unit: Unit, on: dt.date, value: float, *others: float | None) -> Point:
    """A figure as a point of its series; `others` are numerator, denominator and the limits that its source printed."""
    return Point(on, _decimal(value), figures.interval(Numbers(unit, value, *others)))


def goal(set_as: Mapping[str, Any], unit: Unit, on: dt.date) -> Goal:
    """The target as it stood on a day, of its revisions; before it was first set, as it was set first."""
    revisions = set_as["revisions"]
    by_then = [each for each in revisions if dt.date.fromisoformat(each["recorded_at"][:10]) <= on]
    target = (by_then or revisions[:1])[-1]
    baseline = None
    if target["baseline"] is not None:
        baseline = Point(dt.date.fromisoformat(target["baseline_on"]), _decimal(target["baseline"]))
    return Goal(
        comparator=Comparator(target["comparator"]),
        value=_decimal(target["value"]),
        unit=unit,
        upper_value=None if target["upper_value"] is None else _decimal(target["upper_value"]),
        baseline=baseline,
        due=dt.date.fromisoformat(target["due"]) if target["due"] else None,
        milestones=tuple(
            Point(dt.date.fromisoformat(due), _decimal(value))
            for revision, due, value in set_as["milestones"] or ()
            if revision == target["revision"]
        ),
    )


def _decimal(value: float) -> Decimal:
    # The shortest text of a float is the text that it came from: 69.57 stays 69.57.
    return Decimal(repr(value))
