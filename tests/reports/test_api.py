"""Faults of GraphQL services that others reported: none of them may happen here."""

import asyncio
import datetime as dt

from tests.reports.desk import Desk


async def test_closed_practices_are_counted_on_the_days_when_they_were_open(desk: Desk):
    """OpenPrescribing issues 1279, 1930 and 2722."""
    query = '{ a: practices(on: "2026-11-25") { totalCount } b: practices(on: "2026-04-30") { totalCount } }'
    assert await desk.ask(query) == {"a": {"totalCount": 175}, "b": {"totalCount": 180}}


async def test_the_network_of_a_practice_before_the_register_is_not_today_s(desk: Desk):
    """OpenPrescribing issues 474, 527 and 739."""
    query = '{ practice(code: "G82653") { primaryCareNetwork(on: "2022-01-01") { code } } }'
    assert (await desk.ask(query))["practice"]["primaryCareNetwork"] is None


async def test_a_code_is_found_in_small_letters_and_with_spaces(desk: Desk):
    """OpenPrescribing issue 1444."""
    query = "query($code: OdsCode!) { practice(code: $code) { code } }"
    assert await desk.ask(query, code=" g82002 ") == {"practice": {"code": "G82002"}}


async def test_a_period_knows_its_financial_quarter(desk: Desk):
    """Borsdata API issue 13, lubridate issue 1196."""
    query = '{ periods(from: "2025-01-31", to: "2025-01-31", kind: SNAPSHOT) { quarter label } }'
    assert (await desk.ask(query))["periods"] == [{"quarter": "2024-25-Q4", "label": "31 January 2025"}]


async def test_an_instant_without_a_zone_is_refused(desk: Desk):
    """qtgql issue 157."""
    answer = await desk.answer('{ figures(asKnownAt: "2025-01-31T00:00:00") { totalCount } }')
    assert answer["errors"][0]["extensions"]["code"] == "document/invalid"


async def test_an_order_by_a_nullable_field_shows_every_row(desk: Desk):
    """Twenty issue 24333, Graphile Engine issue 502, nestjs-query issue 1498."""
    query = """query($after: String) {
      practices(on: "2025-01-31", first: 37, after: $after, orderBy: [{closedOn: ASC}]) {
        totalCount pageInfo { endCursor hasNextPage } nodes { code }
      } }"""
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await desk.ask(query, after=after))["practices"]
        seen += [node["code"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) == len(set(seen)) == page["totalCount"] == 180


async def test_null_in_a_filter_does_not_mean_everything(desk: Desk):
    """Hasura issues 2648, 3438 and 5838."""
    query = "query($f: PracticeFilter) { practices(filter: $f) { totalCount } }"
    answer = await desk.answer(query, f={"code": {"eq": None}})
    assert answer["errors"][0]["extensions"]["code"] == "plan/null-operand"


async def test_empty_lists_and_filters_mean_what_they_say(desk: Desk):
    """PostGraphile connection filter issues 58 and 67."""
    query = """{
      none: practices(on: "2025-01-31", filter: {code: {in: []}}) { totalCount }
      all: practices(on: "2025-01-31", filter: {code: {notIn: []}}) { totalCount }
      or: practices(on: "2025-01-31", filter: {or: []}) { totalCount }
      empty: practices(on: "2025-01-31", filter: {}) { totalCount }
    }"""
    counts = {name: each["totalCount"] for name, each in (await desk.ask(query)).items()}
    assert counts == {"none": 0, "all": 180, "or": 0, "empty": 180}


async def test_a_large_number_is_not_rounded_in_silence(desk: Desk):
    """graphql-js issues 292 and 391."""
    row = {"metric": "practices", "organisation": "QKS", "value": 2**53 + 1}
    given = {"quarter": "2024-25-Q1", "organisation": "QKS", "figures": [row]}
    mutation = """mutation($input: UpdateQuarterlyFiguresInput!) {
      updateQuarterlyFigures(input: $input) { problems { code } } }"""
    answer = await desk.answer(mutation, input=given)
    assert answer["errors"][0]["extensions"]["code"] == "document/variables"


async def test_an_id_as_a_large_integer_names_nothing(desk: Desk):
    """Apollo Router issue 3873."""
    assert await desk.ask("query($id: ID!) { node(id: $id) { id } }", id=2**53 + 1) == {"node": None}


async def test_wildcards_of_sql_are_letters(desk: Desk):
    """Prisma 1 issue 4957, Graphback issue 1266."""
    query = """{ a: practices(filter: {name: {contains: "_"}}) { totalCount }
      b: practices(filter: {name: {contains: "%"}}) { totalCount } }"""
    assert await desk.ask(query) == {"a": {"totalCount": 0}, "b": {"totalCount": 0}}


async def test_what_a_figure_was_and_what_it_is_have_two_ids_and_two_values(desk: Desk):
    """The Graph's support issue 50: an old version must not replace a new one in a cache."""
    metric, then = await revised(desk)
    query = """query($m: String!, $then: DateTime!) { metric(code: $m) {
      before: figures(asKnownAt: $then) { nodes { id value } } now: figures { nodes { id value } } } }"""
    answer = (await desk.ask(query, m=metric, then=then))["metric"]
    (before,), (now,) = answer["before"]["nodes"], answer["now"]["nodes"]
    assert (before["value"], now["value"]) == (5, 9)
    assert before["id"] != now["id"]


async def test_the_figure_of_a_point_is_as_it_was_known_too(desk: Desk):
    """The Graph's support issue 50."""
    metric, then = await revised(desk)
    query = """query($m: String!, $then: DateTime!) { metric(code: $m) {
      series(organisation: "QKS", asKnownAt: $then) { points { value figure { value revision } } } } }"""
    points = (await desk.ask(query, m=metric, then=then))["metric"]["series"]["points"]
    assert points == [{"value": 5, "figure": {"value": 5, "revision": 1}}]


async def revised(desk: Desk) -> tuple[str, str]:
    """A metric with a figure of 5, an instant after it, and the same figure of 9."""
    metric = await desk.metric(decimals=0)
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 5})
    await asyncio.sleep(0.05)
    then = dt.datetime.now(dt.UTC).isoformat()
    await asyncio.sleep(0.05)
    await desk.publish("2024-25-Q1", {"metric": metric, "value": 9})
    return metric, then
