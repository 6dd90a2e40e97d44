"""The status of targets on a date: each by the method itself, and counted."""

import datetime as dt
from decimal import Decimal

from schema.enumerations import TargetStatus
from tests.service.reads.reference import organisations, targets
from tests.service.reads.reference.inheritance import in_force, rule_id
from tests.service.reads.reference.lookup import Arguments, day
from tests.service.reads.reference.tables import Row, Tables


def status(tables: Tables, target: Row, on: dt.date) -> str:
    """The status of a target on a day."""
    return str(targets.current(tables, target, on)["status"])


def of_organisation(tables: Tables, organisation: Row, arguments: Arguments) -> list[Row]:
    """The targets of an organisation that stand, today, in one of the ways that were asked for."""
    mine = targets.targets_of(tables, "organisationId", organisation, arguments.get("metrics"), "metricId", "due")
    return _with_status(tables, mine, arguments)


def of_metric(tables: Tables, metric: Row, arguments: Arguments) -> list[Row]:
    """The same of a metric: of some organisations, or of those of a kind."""
    codes, kind = arguments.get("organisations"), arguments.get("kind")
    mine = targets.targets_of(tables, "metricId", metric, None, "organisationId", "due")
    whose = {one["id"]: one for one in tables.all("organisation")}
    mine = [one for one in mine if codes is None or whose[one["organisationId"]]["code"] in codes]
    mine = [one for one in mine if kind is None or whose[one["organisationId"]]["kind"] == kind]
    return _with_status(tables, mine, arguments)


def of_figure(tables: Tables, figure: Row, arguments: Arguments) -> list[Row]:
    """The same of the metric and the organisation of a figure."""
    metric = {"id": figure["metricId"]}
    mine = targets.targets_of(tables, "metricId", metric, None, "due")
    mine = [one for one in mine if one["organisationId"] == figure["organisationId"]]
    return _with_status(tables, mine, arguments)


def _with_status(tables: Tables, found: list[Row], arguments: Arguments) -> list[Row]:
    asked = arguments.get("status")
    return [target for target in found if asked is None or status(tables, target, tables.today) in asked]


def inheriting(tables: Tables, target: Row, arguments: Arguments) -> list[Row]:
    """The members' targets that inherit one today, with one of the statuses that were asked for."""
    mine = [
        one for one in tables.where("target", "inheritedFromId", target["id"]) if in_force(tables, one, tables.today)
    ]
    return sorted(_with_status(tables, mine, arguments), key=lambda one: one["organisationId"])


def summary(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """The targets of everybody, or of an organisation and its members on the date, by status."""
    on = day(tables, arguments, "asOf")
    counted = [one for one in tables.all("target") if arguments["includeSynthetic"] or not _is_synthetic(tables, one)]
    codes, theme = arguments.get("metrics"), arguments.get("theme")
    metrics = {one["id"]: one for one in tables.all("metric") if codes is None or one["code"] in codes}
    themes = {one["id"] for one in tables.all("theme") if theme is None or one["code"] == theme}
    counted = [one for one in counted if one["metricId"] in metrics and metrics[one["metricId"]]["themeId"] in themes]
    among = [one for one in counted if _is_counted(tables, one, arguments, on)]
    standing: dict[str, list[Row]] = {}
    for target in sorted(among, key=lambda one: one["id"]):
        standing.setdefault(status(tables, target, on), []).append(target)
    return [
        {"__typename": "TargetSummary", "status": each, "count": len(standing[each]), "targets": standing[each]}
        for each in TargetStatus
        if each in standing
    ]


def _is_counted(tables: Tables, target: Row, asked: Arguments, on: dt.date) -> bool:
    """Whether a target is among those asked for; one that is inherited, only where the one it inherits is not."""
    if not in_force(tables, target, on) or not _is_among(tables, target, asked, on):
        return False
    rule = tables.one("target", rule_id(target))
    return rule is None or rule == target or not _is_among(tables, rule, asked, on)


def _is_synthetic(tables: Tables, target: Row) -> bool:
    sides = ((name, target[f"{name}Id"]) for name in ("metric", "organisation"))
    return any(row is not None and row["isSynthetic"] for row in (tables.one(*side) for side in sides))


def _is_among(tables: Tables, target: Row, asked: Arguments, on: dt.date) -> bool:
    organisation = tables.one("organisation", target["organisationId"])
    code, kind = asked.get("organisation"), asked.get("kind")
    if kind is not None and (organisation is None or organisation["kind"] != kind):
        return False
    if code is None or organisation is None:
        return code is None
    return code in {organisation["code"], *(one["code"] for one in organisations.groups(tables, organisation, on))}


def _number(value: float | None) -> Decimal | None:
    """A number as it is written."""
    return None if value is None else Decimal(repr(value))


FIELDS_OF_STANDINGS = {
    "Query.targetSummary": summary,
    "Organisation.targets": of_organisation,
    "Metric.targets": of_metric,
    "Figure.targets": of_figure,
    "Target.inheriting": inheriting,
    "Target.gap": lambda tables, row, _: _number(targets.current(tables, row, tables.today)["gap"]),
    "Target.gapPercent": lambda tables, row, _: _number(targets.current(tables, row, tables.today)["gapPercent"]),
    "Target.status": lambda tables, row, _: status(tables, row, tables.today),
    "TargetSummary.targets": lambda _, row, __: row["targets"],
}
