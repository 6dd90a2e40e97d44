"""A matrix of a past day, and of what was known then: the answers of the reference."""

from typing import Any

import pytest

from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

MATRIX = """
query($metrics: [String!]!, $kind: OrganisationKind!, $within: OdsCode, $period: String, $on: Date, $known: DateTime) {
  matrix(metrics: $metrics, kind: $kind, within: $within, period: $period, on: $on, asKnownAt: $known,
         includeSynthetic: true, first: 12) {
    totalCount nodes { organisation { id name }
      cells { metric { code } figure { value period { code } } value status variation isProvisional } } } }
"""


@pytest.mark.parametrize("kind", ["PRACTICE", "INTEGRATED_CARE_BOARD", "PRIMARY_CARE_NETWORK"])
@pytest.mark.parametrize(
    "given",
    [
        {"on": "2025-01-31"},
        {"on": "2025-01-31", "within": "HCP-EAST-KENT"},
        {"known": "2025-03-01T12:00:00Z"},
        {"on": "2025-09-30", "known": "2025-03-01T12:00:00Z"},
        {"on": "2025-01-31", "period": "2024-25-Q4"},
    ],
)
async def test_a_matrix_of_the_past_is_that_of_the_reference(both: Both, kind: str, given: dict[str, Any]) -> None:
    codes = [one["code"] for one in both.tables.all("metric") if one["isSynthetic"]]
    metrics = ["call_back_percent", "cloud_telephony_percent", *codes]
    assert await both.verdict(Written(MATRIX, {"metrics": metrics, "kind": kind, **given})) is None


async def test_a_matrix_of_a_past_day_has_no_later_figure(both: Both) -> None:
    codes = [one["code"] for one in both.tables.all("metric") if one["isSynthetic"]]
    found = await both.served(MATRIX, {"metrics": codes, "kind": "PRIMARY_CARE_NETWORK", "on": "2025-01-31"})
    ends = {one["code"]: one["ends"].isoformat() for one in both.tables.all("period")}
    figures = [cell["figure"] for row in found["matrix"]["nodes"] for cell in row["cells"] if cell["figure"]]
    assert figures
    assert all(ends[each["period"]["code"]] <= "2025-01-31" for each in figures)
