"""Columns that a statement brings become values of `service.statistics`, and results the fields of a type."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from schema.enumerations import Comparator, Unit
from service.statistics.goals import Goal
from service.statistics.points import Point
from service.statistics.progress import Progress, assess


def progress(inputs: Mapping[str, Any], figures: Sequence[int | None]) -> list[Progress]:
    """The progress of a target for each of some figures, by id, from the columns that the statement brings.

    A figure that is None stands for the target's latest figure by a day on which there was none. The day of a
    figure in the past is the end of its period: only what was known by then counts.
    """
    goal = _goal(inputs)
    rows = [(row, Point(dt.date.fromisoformat(on), _decimal(value))) for row, on, value in inputs["points"] or ()]
    ids = [row for row, _ in rows]
    points = [point for _, point in rows]
    found = []
    for figure in figures:
        until = points[: ids.index(figure) + 1] if figure is not None else []
        day = dt.date.fromisoformat(inputs["asOf"]) if inputs["asOf"] else until[-1].on
        found.append(assess(goal, until, on=day))
    return found


def _goal(inputs: Mapping[str, Any]) -> Goal:
    target = inputs["target"]
    baseline = None
    if target["baseline"] is not None:
        baseline = Point(dt.date.fromisoformat(target["baseline_on"]), _decimal(target["baseline"]))
    return Goal(
        comparator=Comparator(target["comparator"]),
        value=_decimal(target["value"]),
        unit=Unit(inputs["metric"]["unit"]),
        upper_value=None if target["upper_value"] is None else _decimal(target["upper_value"]),
        baseline=baseline,
        due=dt.date.fromisoformat(target["due"]) if target["due"] else None,
        milestones=tuple(Point(dt.date.fromisoformat(on), _decimal(value)) for on, value in inputs["milestones"] or ()),
    )


def _decimal(value: float) -> Decimal:
    # The shortest text of a float is the text that it came from: 69.57 stays 69.57.
    return Decimal(repr(value))


# One computation for each name that the schema declares: inputs and the keys of rows → an object for each row.
COMPUTATIONS: dict[str, Callable[[Any, Sequence[Any]], list[Any]]] = {"progress": progress}
