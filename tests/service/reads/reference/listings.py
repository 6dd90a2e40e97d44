"""The lists that are read in pages, and what is left of them by filters."""

from typing import Any

from tests.service.reads.reference import figures, filters, organisations, sandbox
from tests.service.reads.reference.inheritance import in_force
from tests.service.reads.reference.lookup import Arguments, Says, day, said
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Row, Tables


def of_kind(tables: Tables, kind: str) -> list[Row]:
    """The organisations of a kind."""
    return [row for row in tables.all("organisation") if row["kind"] == kind]


def filtered(tables: Tables, rows: list[Row], arguments: Arguments) -> list[Row]:
    """The rows for which the filter among some arguments holds."""
    wanted = arguments.get("filter")
    if wanted is None:
        return rows

    def says(row: Row, name: str, given: Arguments | None = None) -> Any:
        if name in {"targets", "figures"}:
            return _all_of(tables, row, name, with_sandbox=bool(arguments.get("includeSynthetic")))
        return said(tables, row["__typename"], name, row, {"on": arguments.get("on"), **(given or {})})

    return [row for row in rows if filters.holds(row, wanted, says)]


def _all_of(tables: Tables, row: Row, name: str, *, with_sandbox: bool) -> list[Row]:
    """The targets or the figures that a filter asks about: those that the field of that name lists."""
    listed = tables if with_sandbox or sandbox.is_made_up(tables, row) else sandbox.without(tables)
    owner = "metricId" if row["__typename"] == "Metric" else "organisationId"
    if name == "figures":
        return figures.listed(listed, owner, row, {"latestOnly": False})
    found: list[Row] = said(listed, row["__typename"], name, row, {})
    return found


def _organisations(tables: Tables, rows: list[Row], arguments: Arguments) -> Row:
    """A page of organisations, by name unless another order is asked for."""
    found = filtered(tables, rows, arguments)
    asked = order(tables, arguments.get("orderBy"), "name")
    return connection(found, asked, arguments, lambda at: tables.place("organisation", at))


def organisations_of(kind: str | None) -> Says:
    """The organisations of a kind, or of all, in pages."""
    return lambda tables, _, arguments: _organisations(tables, organisations_listed(tables, kind, arguments), arguments)


def all_organisations_of(kind: str) -> Says:
    """The organisations of a kind, by name."""
    return lambda tables, _, arguments: organisations.by_name(
        tables, tables.today, organisations_listed(tables, kind, arguments)
    )


def organisations_listed(tables: Tables, kind: str | None, arguments: Arguments) -> list[Row]:
    """Those open and in their groups; if asked for, also those that have closed or left them."""
    rows = tables.all("organisation") if kind is None else of_kind(tables, kind)
    is_listed = organisations.had_started if arguments["includeClosed"] else organisations.is_open
    return [row for row in rows if is_listed(tables, row, tables.today)]


def all_below(kind: str) -> Says:
    """The organisations of a kind below one on a date."""
    return lambda tables, row, arguments: _organisations(
        tables,
        organisations.open_below(tables, row, day(tables, arguments), kind, closed=arguments["includeClosed"]),
        arguments,
    )


def members(tables: Tables, row: Row, arguments: Arguments) -> Any:
    """The direct members of an organisation on a date."""
    kind = arguments.get("kind")
    found = organisations.members(tables, row, day(tables, arguments), closed=arguments["includeClosed"])
    return _organisations(tables, [one for one in found if kind is None or one["kind"] == kind], arguments)


def figures_page(tables: Tables, found: list[Row], arguments: Arguments) -> Any:
    """A page of figures, by the end of their periods unless another order is asked for."""
    asked = order(tables, arguments.get("orderBy"), "periodEnd")
    return connection(found, asked, arguments, lambda at: tables.place("figure", at))


def all_figures(tables: Tables, _: Row, arguments: Arguments) -> Any:
    """All figures for which a filter holds; withdrawn ones only where it names their status."""
    wanted = arguments.get("filter")
    found = filtered(tables, tables.all("figure"), arguments)
    if not filters.names(wanted, "status"):
        found = [figure for figure in found if figure["status"] != "WITHDRAWN"]
    return figures_page(tables, found, arguments)


def all_metrics(tables: Tables, _: Row, arguments: Arguments) -> Any:
    """All metrics for which a filter holds, by code."""
    found = filtered(tables, tables.all("metric"), arguments)
    asked = order(tables, arguments.get("orderBy"), "code")
    return connection(found, asked, arguments, lambda at: tables.place("metric", at))


def collections(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """What is collected of some metrics, or of all."""
    wanted = arguments.get("metrics")
    metrics = {row["id"] for row in tables.all("metric") if wanted is None or row["code"] in wanted}
    found = [row for row in tables.all("collection") if row["metricId"] in metrics]
    return sorted(found, key=lambda row: (row["metricId"], row["kind"], row["withinId"], row["starts"]))


def all_targets(tables: Tables, _: Row, arguments: Arguments) -> Any:
    """All targets for which a filter holds, in the order in which they were set unless another is asked for."""
    listed = [row for row in tables.all("target") if in_force(tables, row, tables.today)]
    return _targets(tables, listed, arguments)


def targets_page(found: Says, *otherwise: str) -> Says:
    """Targets that a function lists, in pages."""
    return lambda tables, row, arguments: _targets(tables, found(tables, row, arguments), arguments, *otherwise)


def _targets(tables: Tables, listed: list[Row], arguments: Arguments, *otherwise: str) -> Any:
    found = filtered(tables, listed, arguments)
    asked = order(tables, arguments.get("orderBy"), *otherwise)
    return connection(found, asked, arguments, lambda at: tables.place("target", at))


def periods_page(tables: Tables, row: Row, arguments: Arguments) -> Any:
    """The same periods as below, the latest first."""
    latest = [{"end": "DESC"}, {"start": "DESC"}]
    asked = order(tables, latest if arguments.get("orderBy") is None else arguments["orderBy"])
    return connection(periods(tables, row, arguments), asked, arguments, lambda at: tables.place("period", at))


def periods(tables: Tables, _: Row, arguments: Arguments) -> list[Row]:
    """The periods that a figure was given for, of a kind, that end within some days; by their end."""
    kind, starts, ends = (arguments.get(name) for name in ("kind", "from", "to"))
    found = [
        row
        for row in tables.all("period")
        if tables.where("figure", "periodId", row["id"])
        and (kind is None or row["kind"] == kind)
        and (starts is None or row["ends"] >= starts)
        and (ends is None or row["ends"] <= ends)
    ]
    return sorted(found, key=lambda row: (row["ends"], row["starts"], row["id"]))
