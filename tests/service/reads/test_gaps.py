"""How far targets are from being met: as `current` says it, in order, in pages and in filters; also of a past day."""

from typing import Any

import pytest

from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

TARGETS = """
query($order: [TargetOrder!], $filter: TargetFilter, $first: Int = 500, $after: String) {
  targets(orderBy: $order, filter: $filter, includeSynthetic: true, first: $first, after: $after) {
    totalCount nodes { id gap gapPercent current { gap gapPercent isMet } } pageInfo { hasNextPage endCursor } } }
"""
OF_THE_PAST = """
query($on: Date!) { organisation(code: "QKS", on: $on) {
  targets(includeSynthetic: true) { id gap gapPercent current { gap gapPercent } } } }
"""


async def test_the_gap_of_a_target_is_that_of_its_progress(both: Both) -> None:
    found = (await both.served(TARGETS, {}))["targets"]["nodes"]
    assert len([each for each in found if each["gap"] is not None]) > 50
    for each in found:
        assert (each["gap"], each["gapPercent"]) == (each["current"]["gap"], each["current"]["gapPercent"])


async def test_the_gap_of_a_past_day_is_that_of_its_progress(both: Both) -> None:
    found = (await both.served(OF_THE_PAST, {"on": "2025-01-31"}))["organisation"]["targets"]
    assert any(each["gap"] is not None for each in found)
    for each in found:
        assert (each["gap"], each["gapPercent"]) == (each["current"]["gap"], each["current"]["gapPercent"])


@pytest.mark.parametrize("name", ["gap", "gapPercent"])
@pytest.mark.parametrize("direction", ["ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST"])
async def test_targets_are_ordered_by_their_gap_as_the_reference_orders_them(
    both: Both, name: str, direction: str
) -> None:
    assert await both.verdict(Written(TARGETS, {"order": [{name: direction}]})) is None


@pytest.mark.parametrize("direction", ["DESC", "ASC_NULLS_FIRST"])
async def test_pages_by_gap_hold_what_one_page_holds(both: Both, direction: str) -> None:
    order = [{"gapPercent": direction}]
    whole = (await both.served(TARGETS, {"order": order}))["targets"]
    found: list[Any] = []
    place = None
    while True:
        page = (await both.served(TARGETS, {"order": order, "first": 40, "after": place}))["targets"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        place = page["pageInfo"]["endCursor"]
    assert found == whole["nodes"]
    assert len(found) == whole["totalCount"]


@pytest.mark.parametrize(
    "condition",
    [
        {"gap": {"gt": 0}},
        {"gap": {"lte": 0}},
        {"gap": {"isNull": True}},
        {"gapPercent": {"gte": 10, "lt": 50}},
        {"not": {"gapPercent": {"lt": 20}}},
    ],
)
async def test_targets_are_filtered_by_their_gap(both: Both, condition: dict[str, Any]) -> None:
    assert await both.verdict(Written(TARGETS, {"filter": condition})) is None
    practices = """query($filter: PracticeFilter) { practices(filter: $filter, includeSynthetic: true, first: 300) {
        totalCount nodes { id } } }"""
    assert await both.verdict(Written(practices, {"filter": {"targets": {"some": condition}}})) is None
