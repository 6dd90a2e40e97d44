"""Faults of reading that others reported: pages, filters, fragments, comparisons, introspection. None may happen."""

from typing import Any

import pytest

from tests.reports.desk import PERCENTAGE, Desk, codes


async def test_printed_limits_serve_for_a_comparison(desk: Desk):
    """Case B11: 174.7 to 186.9 is below 323.9 of the region."""
    query = """{ figures(filter: {metric: {code: {eq: "self_referral_rate"}}, organisation: {code: {eq: "QNX"}}}) {
      nodes { comparison(with: "Y59") { significance judgement } } } }"""
    nodes = (await desk.ask(query))["figures"]["nodes"]
    assert nodes[0]["comparison"] == {"significance": "LOWER", "judgement": "WORSE"}


async def test_one_request_has_two_confidences(desk: Desk):
    """Case B13: the values that PHStatsMethods tests."""
    metric = await desk.metric(**PERCENTAGE)
    await desk.publish("2024-25-Q1", {"metric": metric, "numerator": 65, "denominator": 100})
    query = """query($m: String!) { metric(code: $m) { figures { nodes {
      a: confidenceInterval { lower } b: confidenceInterval(confidence: 0.998) { lower upper } } } } }"""
    [node] = (await desk.ask(query, m=metric))["metric"]["figures"]["nodes"]
    assert node["a"]["lower"] == pytest.approx(55.254443297)
    assert (node["b"]["lower"], node["b"]["upper"]) == (pytest.approx(49.549465746), pytest.approx(77.835406141))


async def test_a_quarter_in_another_form_is_refused_with_its_code(desk: Desk):
    """Case C6."""
    payload = await desk.update("Q1 2024/25", {"metric": await desk.metric(), "value": 1})
    assert codes(payload) == {"validation/malformed-quarter"}


async def test_a_figure_can_say_how_exact_it_is(desk: Desk):
    """Case E5: "fewer than 5"."""
    answer = await desk.ask('{ __type(name: "FigureInput") { inputFields { name } } }')
    assert {"qualifier", "isProvisional"} <= {each["name"] for each in answer["__type"]["inputFields"]}


async def test_pages_say_what_is_around_them_and_how_much_there_is(desk: Desk):
    """Cases F2 and F5: null is not equal to a day, so it is not unequal to it either."""
    query = """{ a: practices(on: "2025-01-31", first: 2, after: null) {
        totalCount pageInfo { hasPreviousPage hasNextPage } }
      b: practices(on: "2025-01-31", filter: {closedOn: {isNull: true}}, first: 2) { totalCount }
      c: practices(on: "2025-01-31", filter: {closedOn: {ne: "2026-04-30"}}) { totalCount } }"""
    assert await desk.ask(query) == {
        "a": {"totalCount": 180, "pageInfo": {"hasPreviousPage": False, "hasNextPage": True}},
        "b": {"totalCount": 175},
        "c": {"totalCount": 175},
    }


async def test_two_aliases_of_one_list_have_their_own_pages(desk: Desk):
    """Case F8."""
    query = """{ organisation(code: "QKS") { ... on IntegratedCareBoard {
      a: practices(first: 1) { nodes { code } }
      b: practices(first: 1, orderBy: [{name: DESC}]) { nodes { code } } } } }"""
    assert (await desk.ask(query))["organisation"] == {
        "a": {"nodes": [{"code": "G82013"}]},
        "b": {"nodes": [{"code": "G82141"}]},
    }


async def test_an_input_says_that_one_field_is_named(desk: Desk):
    """Case F11: what generators of code ask."""
    query = '{ __type(name: "PracticeOrder") { isOneOf inputFields(includeDeprecated: true) { name } } }'
    assert (await desk.ask(query))["__type"]["isOneOf"] is True


async def test_an_object_that_no_fragment_fits_is_empty(desk: Desk):
    """Case F12."""
    query = """{ organisations(filter: {code: {in: ["QKS", "G82002"]}}, orderBy: [{code: DESC}]) { nodes { ...A } } }
      fragment A on Practice { __typename postcode }"""
    nodes = (await desk.ask(query))["organisations"]["nodes"]
    assert nodes == [{}, {"__typename": "Practice", "postcode": "CT16 1SF"}]


async def test_several_operations_in_one_list_are_refused_with_a_code_of_their_own(desk: Desk):
    """Case F14: a clear refusal."""
    answer = await desk.client.post("/graphql", json=[{"query": "{ __typename }"}])
    refusal: dict[str, Any] = answer.json()["errors"][0]["extensions"]
    assert (answer.status_code, refusal["code"]) == (400, "request/batch")


async def test_one_query_has_the_variation_of_every_metric(desk: Desk):
    """Case F27."""
    query = '{ metrics(first: 200) { nodes { code series(organisation: "QKS") { variation assurance trend } } } }'
    nodes = (await desk.ask(query))["metrics"]["nodes"]
    assert len(nodes) > 70
    assert all(node["series"]["variation"] and node["series"]["trend"] for node in nodes)
