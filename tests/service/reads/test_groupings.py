"""Practices counted by group, and targets counted by metric, theme and kind: the answers of the reference."""

from typing import Any

import pytest

from schema.enumerations import PracticeGrouping
from schema.errors import Refusal
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

BY = """query($by: PracticeGrouping!, $organisation: OdsCode, $on: Date) {
  practicesBy(by: $by, organisation: $organisation, on: $on) { cqcRating organisation { code } count }
}"""
BANDS = """query($bounds: [Float!]!, $organisation: OdsCode, $period: String, $on: Date) {
  practicesByValue(
    metric: "registered_patients", bounds: $bounds, organisation: $organisation, period: $period, on: $on
  ) { atLeast below hasFigure count }
  practices(on: $on) { totalCount }
}"""
SUMMARY = """query($metrics: [String!], $theme: String, $kind: OrganisationKind, $organisation: OdsCode, $asOf: Date) {
  targetSummary(metrics: $metrics, theme: $theme, kind: $kind, organisation: $organisation, asOf: $asOf) {
    status count targets { id }
  }
}"""


@pytest.mark.parametrize("by", PracticeGrouping)
async def test_practices_are_counted_by_group(both: Both, by: str) -> None:
    for more in ({}, {"organisation": "HCP-EAST-KENT"}, {"organisation": "G82002"}, {"on": "2025-01-31"}):
        assert await both.verdict(Written(BY, {"by": by, **more})) is None


@pytest.mark.parametrize("bounds", [[], [5000], [10000, 5000, 5000, 9770], [0.5]])
async def test_practices_are_counted_in_bands_and_each_is_in_one(both: Both, bounds: list[float]) -> None:
    more: list[dict[str, Any]] = [
        {},
        {"organisation": "QKS", "period": "1 April 2026"},
        {"period": "2024-25"},
        {"on": "2025-01-31"},
    ]
    for each in more:
        assert await both.verdict(Written(BANDS, {"bounds": bounds, **each})) is None
    answer = await both.served(BANDS, {"bounds": bounds})
    assert sum(band["count"] for band in answer["practicesByValue"]) == answer["practices"]["totalCount"]


async def test_more_bands_than_can_be_drawn_are_refused(both: Both) -> None:
    with pytest.raises(Refusal, match="The argument `bounds` has more than 50 numbers") as refused:
        await both.served(BANDS, {"bounds": list(range(51))})
    assert refused.value.code == "plan/unusable-value"


@pytest.mark.parametrize(
    "asked",
    [
        {"metrics": ["call_back_percent", "cloud_telephony_percent"]},
        {"theme": "workforce"},
        {"kind": "PRACTICE"},
        {"kind": "INTEGRATED_CARE_BOARD", "asOf": "2025-01-31"},
        {"kind": "PRACTICE", "organisation": "QKS"},
        {"theme": "workforce", "kind": "PRACTICE", "metrics": []},
    ],
)
async def test_targets_are_counted_by_metric_theme_and_kind(both: Both, asked: dict[str, Any]) -> None:
    assert await both.verdict(Written(SUMMARY, asked)) is None
