"""Rows that were read one by one are compared with each other, before anything is written."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP

from schema.enumerations import Unit
from schema.papers import OutlineKind
from schema.tables import METRICS_OF_A_METRIC
from service.briefing import places
from service.importers.rows import Row
from service.importers.seed_files import Seeds

_KEYS: Mapping[str, tuple[str, ...]] = {
    "sources": ("code",),
    "organisations": ("code",),
    "memberships": ("member_code", "starts"),
    "themes": ("code",),
    "metrics": ("code",),
    "collections": ("metric", "kind", "within", "starts"),
    "figures": ("metric", "organisation", "period"),
    "targets": ("metric", "organisation", "due"),
    "paper": ("board", "position"),
}


def check(seeds: Seeds) -> None:
    """Passes when every row is there once, every code is known and every figure is possible.

    Refusals: `BadRow`, for the first row of which that is not so.
    """
    _check_unique(seeds)
    _check_references(seeds)
    _check_published(seeds)
    _check_figures(seeds)


def _check_unique(seeds: Seeds) -> None:
    for file, columns in _KEYS.items():
        seen: dict[tuple[object, ...], Row] = {}
        for row in getattr(seeds, file):
            first = seen.setdefault(row.key(columns), row)
            if first is not row:
                raise row.bad(columns[0], f"line {first.line} of {first.file} has the same {', '.join(columns)}")


def _check_references(seeds: Seeds) -> None:
    sources, organisations, metrics = _codes(seeds.sources), _codes(seeds.organisations), _codes(seeds.metrics)
    for rows in (seeds.organisations, seeds.memberships, seeds.figures, seeds.targets):
        _check_known(rows, "source", sources)
    for rows in (seeds.figures, seeds.targets):
        _check_known(rows, "organisation", organisations)
        _check_known(rows, "metric", metrics)
    _check_known(seeds.memberships, "member_code", organisations)
    _check_known(seeds.memberships, "group_code", organisations)
    _check_known(seeds.collections, "source", sources)
    _check_known(seeds.collections, "within", organisations)
    _check_known(seeds.collections, "metric", metrics)
    _check_known(seeds.metrics, "theme", _codes(seeds.themes))
    _check_parts(seeds.metrics)
    _check_known(seeds.paper, "board", organisations)
    _check_paper(seeds.paper, metrics)


def _codes(rows: Iterable[Row]) -> set[str | None]:
    return {row["code"] for row in rows}


def _check_known(rows: Iterable[Row], column: str, known: set[str | None]) -> None:
    for row in rows:
        if row[column] not in known:
            raise row.bad(column, f"{row[column]!r} is not known")


def _check_parts(metrics: Iterable[Row]) -> None:
    wholes: set[str | None] = {None}
    for row in metrics:
        for column in METRICS_OF_A_METRIC:
            if row[column] not in wholes:
                raise row.bad(column, f"{row[column]!r} is not a metric of an earlier line")
        wholes.add(row["code"])


def _check_paper(lines: Iterable[Row], metrics: set[str | None]) -> None:
    """Rows have a metric and nothing else does; every place of a sentence is known."""
    for row in lines:
        if (row["kind"] == OutlineKind.ROW) != (row["metric"] is not None):
            raise row.bad("metric", "a ROW needs a metric, and no other line has one")
        if (row["kind"] == OutlineKind.TITLE) != (row["section"] is None):
            raise row.bad("section", "every line but the TITLE needs a section")
        named = {row["metric"]} if row["kind"] == OutlineKind.ROW else set()
        if row["kind"] == OutlineKind.SENTENCE:
            if unknown := places.unknown_styles(row["words"]):
                raise row.bad("words", f"{', '.join(sorted(unknown))} is not a style of a place")
            named = places.metrics(row["words"])
        if missing := named - metrics:
            raise row.bad("words", f"{', '.join(sorted(map(str, missing)))} is not known")


def _check_published(seeds: Seeds) -> None:
    published: dict[str, dt.date | None] = {row["code"]: row["published_on"] for row in seeds.sources}
    for row in [*seeds.figures, *seeds.targets]:
        if published[row["source"]] is None:
            raise row.bad("source", "its source has no day of publication, so nobody could say when it was known")


def _check_figures(seeds: Seeds) -> None:
    metrics = {row["code"]: row for row in seeds.metrics}
    for row in seeds.figures:
        metric = metrics[row["metric"]]
        if metric["minimum"] is not None and row["value"] < metric["minimum"]:
            raise row.bad("value", f"{row['value']} is below the metric's minimum, {metric['minimum']}")
        if metric["maximum"] is not None and row["value"] > metric["maximum"]:
            raise row.bad("value", f"{row['value']} is above the metric's maximum, {metric['maximum']}")
        if metric["unit"] == Unit.PERCENT and row["numerator"] is not None:
            _check_share(row)


def _check_share(row: Row) -> None:
    if not row["denominator"] or not 0 <= row["numerator"] <= row["denominator"]:
        raise row.bad("numerator", "it is not a part of the denominator")
    share = 100 * row["numerator"] / row["denominator"]
    # As many digits as are printed: 140 of 177 may be printed as 79.
    if share.quantize(row["value"], ROUND_HALF_UP) != row["value"]:
        raise row.bad("value", f"{row['numerator']} of {row['denominator']} is {share:.2f}%, not {row['value']}%")
