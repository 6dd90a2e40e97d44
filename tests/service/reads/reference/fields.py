"""A function for each field that is not simply a column of its row: `(tables, row, arguments)` gives what it says."""

import base64
import re
from collections.abc import Callable
from typing import Any

from tests.service.reads.reference import figures, filters, organisations
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import OF_KIND, Row, Tables

Arguments = dict[str, Any]
Says = Callable[[Tables, Row, Arguments], Any]
TABLE_OF_ID = {name.capitalize(): name for name in ("organisation", "theme", "metric", "period", "figure", "target")}


def said(tables: Tables, kind: str, name: str, row: Row, arguments: Arguments) -> Any:
    """What a field of a row of a type says."""
    of_any_organisation = f"Organisation.{name}" if kind in OF_KIND.values() else ""
    says = FIELDS.get(f"{kind}.{name}") or FIELDS.get(of_any_organisation) or FIELDS.get(f"*.{name}")
    return says(tables, row, arguments) if says else row[name]


def identity(row: Row) -> str:
    """The id under which a row can be read again."""
    kind = "Organisation" if row["__typename"] in OF_KIND.values() else row["__typename"]
    return base64.urlsafe_b64encode(f"{kind}:{row['id']}".encode()).decode().rstrip("=")


def _node(tables: Tables, text: str) -> Row | None:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
    match = re.fullmatch("([A-Za-z]+):([0-9]+)", plain)
    return tables.one(TABLE_OF_ID[match[1]], int(match[2])) if match and match[1] in TABLE_OF_ID else None


def _of_kind(tables: Tables, kind: str) -> list[Row]:
    return [row for row in tables.all("organisation") if row["kind"] == kind]


def _coded(rows: list[Row], arguments: Arguments) -> Row | None:
    return next((row for row in rows if row["code"] == arguments["code"]), None)


def _on(tables: Tables, arguments: Arguments, name: str = "on") -> Any:
    return tables.today if arguments.get(name) is None else arguments[name]


def _filtered(tables: Tables, rows: list[Row], arguments: Arguments) -> list[Row]:
    wanted = arguments.get("filter")
    if wanted is None:
        return rows

    def says(row: Row, name: str) -> Any:
        return said(tables, row["__typename"], name, row, {"on": arguments.get("on")})

    return [row for row in rows if filters.holds(row, wanted, says)]


def _organisations(tables: Tables, rows: list[Row], arguments: Arguments) -> Row:
    """A page of organisations, by name unless another order is asked for."""
    found = _filtered(tables, rows, arguments)
    asked = order(tables, arguments.get("orderBy"), "name")
    return connection(found, asked, arguments, lambda at: tables.where("organisation", "id", at)[0])


def _listed(kind: str | None) -> Says:
    def says(tables: Tables, _: Row, arguments: Arguments) -> Any:
        rows = tables.all("organisation") if kind is None else _of_kind(tables, kind)
        if arguments.get("on") is not None:
            rows = [row for row in rows if organisations.is_open(tables, row, arguments["on"])]
        return _organisations(tables, rows, arguments)

    return says


def _below(kind: str) -> Says:
    return lambda tables, row, arguments: _organisations(
        tables, organisations.below(tables, row, _on(tables, arguments), kind), arguments
    )


def _members(tables: Tables, row: Row, arguments: Arguments) -> Any:
    members = organisations.direct_members(tables, row, _on(tables, arguments))
    kind = arguments.get("kind")
    return _organisations(tables, [one for one in members if kind is None or one["kind"] == kind], arguments)


def _above(kind: str) -> Says:
    return lambda tables, row, arguments: organisations.above(tables, row, _on(tables, arguments), kind)


def _always_above(kind: str) -> Says:
    return lambda tables, row, arguments: organisations.always_above(tables, row, _on(tables, arguments), kind)


def _below_today(kind: str) -> Says:
    return lambda tables, row, _: organisations.by_name(organisations.below(tables, row, tables.today, kind))


def _figures(tables: Tables, found: list[Row], arguments: Arguments) -> Any:
    asked = order(tables, arguments.get("orderBy"), "periodEnd")
    return connection(found, asked, arguments, lambda at: tables.where("figure", "id", at)[0])


def _all_figures(tables: Tables, _: Row, arguments: Arguments) -> Any:
    wanted = arguments.get("filter")
    found = _filtered(tables, figures.known(tables, arguments.get("asKnownAt")), arguments)
    if not filters.names(wanted, "status"):
        found = [figure for figure in found if figure["status"] != "WITHDRAWN"]
    return _figures(tables, found, arguments)


def _metrics(tables: Tables, _: Row, arguments: Arguments) -> Any:
    found = _filtered(tables, tables.all("metric"), arguments)
    return connection(found, order(tables, None, "code"), arguments, lambda at: tables.where("metric", "id", at)[0])


def _targets(tables: Tables, _: Row, arguments: Arguments) -> Any:
    found = _filtered(tables, tables.all("target"), arguments)
    return connection(found, order(tables, None), arguments, lambda at: tables.where("target", "id", at)[0])


def _periods(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    kind, starts, ends = (arguments.get(name) for name in ("kind", "from", "to"))
    found = [
        row
        for row in tables.all("period")
        if (kind is None or row["kind"] == kind)
        and (starts is None or row["ends"] >= starts)
        and (ends is None or row["ends"] <= ends)
    ]
    return sorted(found, key=lambda row: (row["ends"], row["starts"], row["id"]))


def _target(tables: Tables, _: Row, arguments: Arguments) -> Row | None:
    found = _node(tables, arguments["id"])
    return found if found and found["__typename"] == "Target" else None


def _rated(name: str) -> Says:
    def says(tables: Tables, row: Row, _: Arguments) -> Any:
        rating = organisations.latest_rating(tables, row)
        return rating and rating[name]

    return says


def _by_code(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["code"]))


def _one(table: str) -> Says:
    return lambda tables, row, _: tables.one(table, row[f"{table}Id"])


def _revisions_of_target(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    return sorted(tables.where("target_revision", "targetId", row["id"]), key=lambda one: one["revision"])


NETWORK, PARTNERSHIP = "PRIMARY_CARE_NETWORK", "HEALTH_AND_CARE_PARTNERSHIP"
BOARD = "INTEGRATED_CARE_BOARD"

FIELDS: dict[str, Says] = {
    "*.id": lambda _, row, __: identity(row),
    "*.metric": _one("metric"),
    "*.organisation": _one("organisation"),
    "*.period": _one("period"),
    "*.source": _one("source"),
    "*.theme": _one("theme"),
    "Query.node": lambda tables, _, arguments: _node(tables, arguments["id"]),
    "Query.nodes": lambda tables, _, arguments: [_node(tables, text) for text in arguments["ids"]],
    "Query.organisation": lambda tables, _, arguments: _coded(tables.all("organisation"), arguments),
    "Query.organisations": _listed(None),
    "Query.practice": lambda tables, _, arguments: _coded(_of_kind(tables, "PRACTICE"), arguments),
    "Query.practices": _listed("PRACTICE"),
    "Query.primaryCareNetwork": lambda tables, _, arguments: _coded(_of_kind(tables, NETWORK), arguments),
    "Query.primaryCareNetworks": _listed(NETWORK),
    "Query.healthAndCarePartnerships": lambda tables, _, __: organisations.by_name(_of_kind(tables, PARTNERSHIP)),
    "Query.integratedCareBoards": lambda tables, _, __: organisations.by_name(_of_kind(tables, BOARD)),
    "Query.themes": lambda tables, _, __: sorted(tables.all("theme"), key=lambda row: (row["position"], row["id"])),
    "Query.metric": lambda tables, _, arguments: _coded(tables.all("metric"), arguments),
    "Query.metrics": _metrics,
    "Query.periods": _periods,
    "Query.figures": _all_figures,
    "Query.target": _target,
    "Query.targets": _targets,
    "Query.viewer": lambda _, __, ___: None,
    "Organisation.ancestors": lambda tables, row, given: organisations.groups(tables, row, _on(tables, given)),
    "Organisation.members": _members,
    "Organisation.figures": lambda tables, row, given: _figures(
        tables, figures.listed(tables, "organisationId", row, given), given
    ),
    "Organisation.targets": lambda tables, row, given: figures.targets_of(
        tables, "organisationId", row, given.get("metrics"), "metricId", "due"
    ),
    "Practice.cqcRating": _rated("rating"),
    "Practice.cqcRatedOn": _rated("ratedOn"),
    "Practice.primaryCareNetwork": _above(NETWORK),
    "Practice.healthAndCarePartnership": _above(PARTNERSHIP),
    "Practice.isOrphan": lambda tables, row, given: _above(NETWORK)(tables, row, given) is None,
    "PrimaryCareNetwork.healthAndCarePartnership": _always_above(PARTNERSHIP),
    "PrimaryCareNetwork.practices": _below("PRACTICE"),
    "HealthAndCarePartnership.primaryCareNetworks": _below(NETWORK),
    "HealthAndCarePartnership.practices": _below("PRACTICE"),
    "HealthAndCarePartnership.orphanPractices": lambda tables, row, given: organisations.orphans(
        tables, row, _on(tables, given)
    ),
    "IntegratedCareBoard.healthAndCarePartnerships": _below_today(PARTNERSHIP),
    "IntegratedCareBoard.primaryCareNetworks": _below(NETWORK),
    "IntegratedCareBoard.practices": _below("PRACTICE"),
    "IntegratedCareBoard.region": lambda tables, row, _: organisations.always_above(
        tables, row, tables.today, "REGION"
    ),
    "Region.integratedCareBoards": _below_today(BOARD),
    "Theme.metrics": lambda tables, row, _: _by_code(tables.where("metric", "themeId", row["id"])),
    "Metric.source": lambda _, row, __: row["source"],
    "Metric.partOf": lambda tables, row, _: tables.one("metric", row["partOfId"]) if row["partOfId"] else None,
    "Metric.parts": lambda tables, row, _: _by_code(tables.where("metric", "partOfId", row["id"])),
    "Metric.figures": lambda tables, row, given: _figures(
        tables, figures.listed(tables, "metricId", row, given), given
    ),
    "Metric.targets": lambda tables, row, _: figures.targets_of(
        tables, "metricId", row, None, "organisationId", "due"
    ),
    "Period.start": lambda _, row, __: row["starts"],
    "Period.end": lambda _, row, __: row["ends"],
    "Figure.revisions": lambda tables, row, _: figures.revisions(tables, row),
    "Target.milestones": lambda tables, row, _: figures.milestones(tables, row),
    "Target.current": lambda tables, row, given: figures.current(tables, row, _on(tables, given, "asOf")),
    "Target.progress": lambda tables, row, given: figures.progress(tables, row, given.get("from"), given.get("to")),
    "Target.revisions": _revisions_of_target,
    "TargetProgress.target": lambda _, row, __: row["target"],
    "TargetProgress.figure": lambda _, row, __: row["figure"],
    "TargetProgress.period": lambda _, row, __: row["period"],
}
