"""Documents on which the fast path and GraphQL once differed, each the least that did."""

from typing import Any

import pytest

from service.answers.errors import failure
from tests.service.reads.both import Both
from tests.service.reads.documents.walk import Written
from tests.service.reads.ids import id_of

TARGET, FIGURE = id_of("Target"), id_of("Figure")
LONG = "a" * 64

FAILED = {
    "a computed field below pages": "{ targets(first: 3) { nodes { current { status } } } }",
    "a computed field in every branch": """{ organisations(first: 300) { nodes {
        targets { current { gap } } ... on Practice { postcode } } } }""",
    "another computed field in every branch": """{ organisations(first: 300) { nodes {
        ... on PrimaryCareNetwork { targets { current { gap } } }
        ... on Practice { targets { current { status reason } } } } } }""",
    "a computed field's key in another branch": f"""{{ nodes(ids: ["{TARGET}", "{FIGURE}"]) {{
        ... on Target {{ x: current {{ reason }} }} ... on Figure {{ x: metric {{ code }} }} }} }}""",
    "a look-up whose alias is another's": '{ practice(code: "G82086") { isOrphan } }',
    "a filter whose alias is another's": "{ practices(filter: {isOrphan: {eq: false}}) { totalCount } }",
    "an order whose alias is another's": "{ figures(first: 9, orderBy: [{metricCode: DESC}]) { nodes { value } } }",
    "keys that are aliases": "{ r_1: themes { r_1: name r_2: code } r_3: themes { r_3: name } }",
    "a long key": f'{{ practice(code: "G82086") {{ {LONG}: code }} }}',
    "a long key below others": f"{{ themes {{ {LONG}: name metrics {{ {LONG}: code {LONG}b: unit }} }} }}",
    "a long key of a list": f'{{ practice(code: "G82086") {{ {LONG}: ancestors {{ name }} }} }}',
    "long keys in branches": f"{{ organisations {{ nodes {{ ... on Practice {{ {LONG}: postcode }} }} }} }}",
    "a long key of a computed field": f'{{ target(id: "{TARGET}") {{ current {{ {LONG}: gap }} }} }}',
    "the first day of all": f'{{ target(id: "{TARGET}") {{ current(asOf: "0001-01-01") {{ status }} }} }}',
    "the last day of all": f'{{ target(id: "{TARGET}") {{ current(asOf: "9999-12-31") {{ status }} }} }}',
    "the nearest to the first day on record": """{ primaryCareNetworks {
        nodes { healthAndCarePartnership(on: "2019-07-01") { code } } } }""",
    "a quarter before the year 1000": '{ completeness(quarter: "0999-00-Q3") { quarter } }',
    "a quarter that begins before the first year": '{ completeness(quarter: "0000-01-Q4") { quarter } }',
    "two of one name who have not answered": """{ completeness(quarter: "2024-25-Q4") {
        missing { metric { code } organisation { code } } } }""",
    "a percentage whose last digit was rounded twice": """{
        completeness(quarter: "2023-24-Q1", organisation: "QNX") { percent } }""",
    "the nearest to the last day": """{ primaryCareNetworks {
        nodes { healthAndCarePartnership(on: "9999-12-31") { code } } } }""",
}


@pytest.mark.parametrize("what", FAILED)
async def test_it_has_the_answer_of_graphql_now(both: Both, what: str) -> None:
    assert await both.verdict(Written(FAILED[what], {})) is None


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_a_page_after_a_null_has_something_before_it(both: Both, direction: str) -> None:
    text = """query($order: [PracticeOrder!], $after: String) { practices(orderBy: $order, first: 40, after: $after) {
        edges { node { id } cursor } pageInfo { hasPreviousPage hasNextPage } } }"""
    order = [{"cqcRating": direction}, {"postcode": direction}]
    all_of_them = await both.served(text.replace("40", "400"), {"order": order})
    after = all_of_them["practices"]["edges"][150]["cursor"]
    assert await both.verdict(Written(text, {"order": order, "after": after})) is None


async def test_a_variable_of_another_type_stands_next_to_the_schema(both: Both) -> None:
    text = """query($on: Date, $at: DateTime) { __schema { queryType { name } }
        practices(on: $on) { totalCount } figures(asKnownAt: $at) { totalCount } }"""
    given = {"on": "2025-01-31", "at": "2025-06-15T00:00:00Z"}
    assert await both.verdict(Written(text, given)) is None


NULLS = {
    "a condition": "query($null: Boolean = true) { themes { code name @include(if: $null) } }",
    "another condition": "query($null: Boolean = true) { themes { code name @skip(if: $null) } }",
    "one of a list": 'query($null: String = "a") { practices(filter: {name: {in: ["b", $null]}}) { totalCount } }',
    "an order": "query($null: Sort = ASC) { practices(orderBy: [{name: $null}]) { totalCount } }",
}


@pytest.mark.parametrize("what", NULLS)
async def test_a_null_where_there_must_be_none_is_refused(both: Both, what: str) -> None:
    """The type of a variable with a default may be nullable, and a null for it is an error of execution."""
    assert await _code(both, NULLS[what], null=None) in {"document/variables", "document/invalid", "plan/one-order"}


async def _code(both: Both, text: str, **variables: Any) -> str | None:
    try:
        await both.served(text, variables)
    except Exception as reason:
        code: str = failure(reason).errors[0]["extensions"]["code"]
        return code
    return None
