"""The sandbox's metrics and targets become rows of `metric` and `target`."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from schema.enumerations import OrganisationKind
from schema.units import unit_rules
from seeds.sandbox_metrics import SandboxMetric
from seeds.sandbox_targets import REASON, SandboxTarget

THEME = {"code": "sandbox", "name": "Sandbox (made up)", "position": 1_000}
SOURCE = {"title": "Sandbox (made up)", "reference": None}

_COLLECTED_FROM = [OrganisationKind.PRACTICE, OrganisationKind.PRIMARY_CARE_NETWORK]
_METRIC_FIELDS = ("code", "name", "description", "unit", "direction", "decimals", "roll_up")
_RECORDED_AT = dt.datetime(2023, 4, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Destination:
    """The ids that a made-up figure refers to, each under its code, and who publishes it."""

    source: int
    metrics: Mapping[str, int]
    organisations: Mapping[str, int]
    periods: Mapping[str, int]
    by: str


def metric_rows(metrics: Iterable[SandboxMetric], *, theme: int) -> Iterator[dict[str, Any]]:
    """One row of `metric` for each; practices report it, networks add it up."""
    for metric in metrics:
        yield {
            **{field: getattr(metric, field) for field in _METRIC_FIELDS},
            "counts": unit_rules(metric.unit).counts,
            "theme_id": theme,
            "minimum": 0,
            "maximum": 100 if metric.is_share else None,
            "collected_from": _COLLECTED_FROM,
            "numerator_label": "Numerator" if metric.is_ratio else None,
            "denominator_label": "Denominator" if metric.is_ratio else None,
            "source": SOURCE["title"],
            "is_synthetic": True,
        }


def target_rows(targets: Iterable[SandboxTarget], to: Destination) -> Iterator[dict[str, Any]]:
    """One row of `target` for each, with the reason of its first revision; all recorded on 1 April 2023."""
    for target in targets:
        row = asdict(target)
        yield {
            "metric_id": to.metrics[row.pop("metric")],
            "organisation_id": to.organisations[row.pop("organisation")],
            **row,
            "source_id": to.source,
            "revision": 1,
            "reason": REASON,
            "recorded_at": _RECORDED_AT,
        }
