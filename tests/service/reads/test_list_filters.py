"""Filters on what a row lists, orders of targets and lists read backward: the answers of the reference."""

from typing import Any

import pytest

from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written

QUANTIFIERS = ("some", "none", "every")
TARGETS: tuple[dict[str, Any], ...] = (
    {},
    {"status": {"in": ["MET", "MET_AT_RISK"]}},
    {"status": {"ne": "NO_DATA"}, "isInherited": {"eq": False}},
    {"not": {"value": {"gte": 50}}},
    {"metric": {"theme": {"name": {"contains": "a"}}}},
)
FIGURES: tuple[dict[str, Any], ...] = (
    {},
    {"value": {"lt": 60}},
    {"value": {"gt": 5}, "period": {"end": {"gte": "2024-09-30"}}},
    {"metric": {"unit": {"eq": "PERCENT"}}},
)
LISTS = {
    "practices": "PracticeFilter",
    "organisations": "OrganisationFilter",
    "metrics": "MetricFilter",
}


async def agrees(both: Both, text: str, **variables: Any) -> None:
    assert await both.verdict(Written(text, variables)) is None


@pytest.mark.parametrize("quantifier", QUANTIFIERS)
@pytest.mark.parametrize("field", LISTS)
async def test_a_list_is_filtered_by_what_its_rows_list(both: Both, field: str, quantifier: str) -> None:
    text = f"query($filter: {LISTS[field]}) {{ {field}(filter: $filter, first: 300) {{ totalCount nodes {{ id }} }} }}"
    for name, filters in (("targets", TARGETS), ("figures", FIGURES)):
        for each in filters:
            await agrees(both, text, filter={name: {quantifier: each}})
    await agrees(both, text, filter={"not": {"targets": {quantifier: TARGETS[1], "none": TARGETS[2]}}})


async def test_some_and_none_share_the_rows_between_them(both: Both) -> None:
    text = "query($filter: OrganisationFilter) { organisations(filter: $filter) { totalCount } }"
    filters: list[dict[str, Any]] = [{"targets": {"some": {}}}, {"targets": {"none": {}}}, {}]
    counts = [(await both.served(text, {"filter": each}))["organisations"]["totalCount"] for each in filters]
    assert 0 < counts[0] < counts[2]
    assert counts[0] + counts[1] == counts[2]


async def test_the_status_of_a_target_brings_no_withdrawn_figure(both: Both) -> None:
    """Only a filter that asks about the status of the figures themselves lists withdrawn ones."""
    text = "query($filter: FigureFilter) { figures(filter: $filter, first: 400) { totalCount nodes { id status } } }"
    nested = {"organisation": {"targets": {"some": {"status": {"ne": "LOST"}}}}}
    await agrees(both, text, filter=nested)
    await agrees(both, text, filter={**nested, "not": {"status": {"ne": "WITHDRAWN"}}})
    found = (await both.served(text, {"filter": nested}))["figures"]["nodes"]
    assert found
    assert "WITHDRAWN" not in {each["status"] for each in found}


@pytest.mark.parametrize("on", [None, "2025-01-31"])
async def test_targets_are_ordered_and_read_backward(both: Both, on: str | None) -> None:
    for order in ({"status": "ASC"}, {"due": "DESC"}, {"organisationName": "ASC"}, {"metricCode": "DESC"}):
        text = """query($order: [TargetOrder!], $last: Int) {
            targets(orderBy: $order, last: $last) { nodes { id status due } pageInfo { hasPreviousPage } } }"""
        await agrees(both, text, order=[order, {"value": "ASC"}], last=7)
    text = """query($on: Date) { integratedCareBoards(on: $on) { primaryCareNetworks(
        orderBy: [{code: DESC}], filter: {name: {contains: "a"}}, last: 3) { nodes { code name } } } }"""
    await agrees(both, text, on=on)


async def test_the_targets_of_a_metric_may_be_those_of_a_kind_or_of_some_organisations(both: Both) -> None:
    text = """query($codes: [OdsCode!], $kind: OrganisationKind, $status: [TargetStatus!]) {
        metrics(first: 300) { nodes { targets(organisations: $codes, kind: $kind, status: $status) {
            id organisation { code kind } } } } }"""
    for given in ({"codes": ["QKS"]}, {"kind": "PRACTICE"}, {"kind": "PRACTICE", "status": ["NO_DATA"]}):
        await agrees(both, text, **given)


async def test_made_up_targets_count_in_filters_of_lists_that_ask_for_them(both: Both) -> None:
    text = """query($filter: OrganisationFilter, $all: Boolean) {
        organisations(filter: $filter, includeSynthetic: $all, first: 300) { totalCount nodes { id } } }"""
    filters = {"kind": {"eq": "PRACTICE"}, "targets": {"some": {"metric": {"isSynthetic": {"eq": True}}}}}
    for everything in (False, True):
        await agrees(both, text, filter=filters, all=everything)
        await agrees(both, text, filter={"targets": {"every": {"status": {"eq": "NO_DATA"}}}}, all=everything)
    counts = [
        (await both.served(text, {"filter": filters, "all": each}))["organisations"]["totalCount"]
        for each in (False, True)
    ]
    real = {**filters, "isSynthetic": {"eq": False}}
    found = (await both.served(text, {"filter": real, "all": True}))["organisations"]["totalCount"]
    assert (counts[0], counts[1] > 0, found > 0) == (0, True, True)
