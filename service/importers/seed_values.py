"""Rows of the files become rows of `figure` and `target`: each code is replaced by the id that it stands for."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schema.enumerations import FigureStatus
from schema.tables import MEASURED
from schema.units import target_kind
from service.importers.seed_files import Seeds


@dataclass(frozen=True)
class Ids:
    """The ids that figures and targets refer to, each under the code that the files write."""

    sources: Mapping[str, int]
    organisations: Mapping[str, int]
    metrics: Mapping[str, int]
    periods: Mapping[str, int]


def figures(seeds: Seeds, known: Ids) -> Iterator[dict[str, Any]]:
    """One row of `figure` for each row of the file; published when its source was."""
    published = {row["code"]: row["published_on"] for row in seeds.sources}
    units = {row["code"]: row["unit"] for row in seeds.metrics}
    for row in seeds.figures:
        yield {
            "metric_id": known.metrics[row["metric"]],
            "unit": units[row["metric"]],
            "organisation_id": known.organisations[row["organisation"]],
            "period_id": known.periods[row["period"].code],
            "period_ends": row["period"].ends,
            **{column: row[column] for column in MEASURED},
            "status": FigureStatus.PUBLISHED,
            "source_id": known.sources[row["source"]],
            "revision": 1,
            "published_at": _midnight(published[row["source"]]),
        }


def targets(seeds: Seeds, known: Ids) -> Iterator[dict[str, Any]]:
    """One row of `target` for each row of the file, with the reason of its first revision; recorded when published."""
    published = {row["code"]: row["published_on"] for row in seeds.sources}
    kinds = {row["code"]: target_kind(row["unit"], row["counts"]) for row in seeds.metrics}
    for row in seeds.targets:
        yield {
            **row.without("metric", "organisation", "source"),
            "kind": row["kind"] or kinds[row["metric"]],
            "metric_id": known.metrics[row["metric"]],
            "organisation_id": known.organisations[row["organisation"]],
            "source_id": known.sources[row["source"]],
            "revision": 1,
            "recorded_at": _midnight(published[row["source"]]),
        }


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
