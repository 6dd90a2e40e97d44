"""Figures now or at an instant, and which of them a field lists."""

import datetime as dt
from typing import Any

from tests.service.reads.reference import organisations
from tests.service.reads.reference.lookup import until
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
    if not arguments["latestOnly"]:
        return found
    if owner == "metricId" and not arguments["includeClosed"]:
        on = until(tables, arguments) or tables.today
        found = [figure for figure in found if is_open(tables, figure, on)]
    return _newest(found)


def is_open(tables: Tables, figure: Row, on: dt.date) -> bool:
    """Whether the organisation of a figure is open on a day."""
    organisation = tables.one("organisation", figure["organisationId"])
    assert organisation is not None
    return organisations.is_between(organisation, on)


def revisions(tables: Tables, figure: Row) -> list[Row]:
    """Every publication of a figure, oldest first; of a figure as it was known, those until then."""
    mine = tables.where("figure_revision", "figureId", figure["id"])
    return sorted(
        (one for one in mine if one["revision"] <= figure["revision"]), key=lambda revision: revision["revision"]
    )


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
