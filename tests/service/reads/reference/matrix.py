"""Organisations in rows and metrics in columns: each cell from the series of its metric and organisation."""

import datetime as dt
from typing import Any

from schema.periods import parsed
from tests.service.reads.reference import figures, frequencies, organisations, series, stretches, targets
from tests.service.reads.reference.lookup import Arguments, Says
from tests.service.reads.reference.orders import order
from tests.service.reads.reference.pages import connection
from tests.service.reads.reference.tables import Row, Tables


def matrix(tables: Tables, _: Row, arguments: Arguments) -> Row:
    """The organisations of a kind by name, in pages."""
    code = arguments.get("period")
    period = None if code is None else parsed(code)
    day = tables.today if period is None else period.ends
    found = [one for one in tables.all("organisation") if one["kind"] == arguments["kind"]]
    found = [one for one in found if organisations.is_between(one, day)]
    if arguments.get("within") is not None:
        groups = tables.where("organisation", "code", arguments["within"])
        found = [one for one in found if any(each in organisations.groups(tables, one, day) for each in groups)]
    about = {"day": day, "period": None if period is None else period.code, "codes": arguments["metrics"]}
    named = organisations.by_name(tables, day, found)
    rows = [
        {"id": at, "organisationId": one["id"], "nameThen": organisations.as_it_was(tables, one, day, "name").lower()}
        for at, one in enumerate(named, 1)
    ]
    rows = [{**row, **about} for row in rows]
    asked = order(tables, _of_organisations(arguments.get("orderBy")))
    return connection(rows, asked, arguments, lambda at: rows[at - 1])


def _of_organisations(asked: Any) -> Any:
    """The same orders by the names that they have for figures: the rows of a matrix refer to organisations too."""
    names = {"code": "organisationCode", "name": "nameThen", "figure": "figureOf", "listSize": "listSizeOf"}
    return [{names[name]: each for name, each in one.items()} for one in asked or []]


def cells(tables: Tables, row: Row, _: Arguments) -> list[Row]:
    """A cell for each code."""
    organisation = tables.one("organisation", row["organisationId"])
    metrics = [tables.where("metric", "code", code)[0] for code in dict.fromkeys(row["codes"])]
    return [_cell(tables, row, metric, organisation) for metric in metrics]


def _cell(tables: Tables, row: Row, metric: Row, organisation: Any) -> Row:
    mine = figures.of_series(tables, metric, organisation, {"to": min(row["day"], tables.moment.on or row["day"])})
    periods = [one["code"] for each in mine for one in tables.where("period", "id", each["periodId"])]
    fits = [each for each, code in zip(mine, periods, strict=True) if row["period"] in {None, code}]
    figure = fits[-1] if fits else None
    chosen = frequencies.chosen(tables, metric, mine, None)
    whole = {"metricId": metric["id"], "organisationId": organisation["id"], "among": mine, **chosen}
    is_last = figure is not None and bool(whole["figures"]) and whole["figures"][-1]["id"] == figure["id"]
    variation = series.variation(tables, whole, {}) if is_last else "NOT_ASSESSABLE"
    return {
        "metricId": metric["id"],
        "whole": whole,
        "figure": figure,
        "value": figure and figure["value"],
        "status": None if figure is None else _status(tables, whole, figure, row["day"]),
        "variation": variation,
        "isProvisional": is_last and 6 <= len(stretches.stretches(tables, whole)[-1][0]) < 12,
    }


def _status(tables: Tables, whole: Row, figure: Row, day: dt.date) -> Any:
    target = series.target_judging(tables, whole, figure)
    return None if target is None else targets.current(tables, target, day)["status"]


FIELDS_OF_MATRICES: dict[str, Says] = {
    "Query.matrix": matrix,
    "MatrixRow.cells": cells,
    "MatrixCell.figure": lambda _, row, __: row["figure"],
}
