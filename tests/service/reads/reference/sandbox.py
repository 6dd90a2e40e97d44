"""The sandbox left out: the tables as they would be if nothing had been made up."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, get_named_type

from tests.service.reads.reference.tables import OF_KIND, Row, Tables

_ABOUT = {"metricId": "metric", "organisationId": "organisation", "withinId": "organisation"}
_CLEARED = ("organisation", "metric", "theme", "figure", "target", "collection")
_LISTED = {*OF_KIND.values(), "Organisation", "Metric", "Theme", "Period", "Figure", "Target", "Collection"}
# What counts, calculates or finds.
_FOUND = {
    "SearchHitConnection",
    "MatrixRowConnection",
    "SimilarPracticeConnection",
    "TargetMoveConnection",
    "TargetMoveCount",
}
_WHOLE = {
    *_FOUND,
    "TargetSummary",
    "PracticeCount",
    "ValueBand",
    "Completeness",
    "RolledUp",
    "Distribution",
    "Funnel",
    "Briefing",
}


def is_left_out(tables: Tables, kind: Any, row: Row, arguments: dict[str, Any]) -> bool:
    """Whether a field of a row is answered as if there were no sandbox."""
    name = get_named_type(kind).name
    is_list = isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
    listed = name if is_list else name.removesuffix("Connection") if name.endswith("Connection") else ""
    if arguments.get("includeSynthetic") or not (listed in _LISTED or name in _WHOLE):
        return False
    return not row or (row.get("__typename") in _LISTED and not is_made_up(tables, row))


def is_made_up(tables: Tables, row: Row) -> bool:
    """Whether a row is of the sandbox, or about something that is."""
    if row["__typename"] == "Theme":
        metrics = tables.where("metric", "themeId", row["id"])
        return bool(metrics) and all(metric["isSynthetic"] for metric in metrics)
    about = [tables.one(table, row.get(name)) for name, table in _ABOUT.items() if row.get(name) is not None]
    return bool(row.get("isSynthetic")) or any(other is not None and other["isSynthetic"] for other in about)


@lru_cache(128)
def without(tables: Tables) -> Tables:
    """The tables without what is made up; the places of cursors are still those among all rows."""
    rows = {**tables.rows}
    for name in _CLEARED:
        rows[name] = [row for row in tables.all(name) if not is_made_up(tables, row)]
    return replace(tables, rows=rows, whole=tables.whole or tables, _memory={})
