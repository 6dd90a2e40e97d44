"""Values that mean harm, or only look like it, get correct data or an error that is not a fault of ours."""

import json

import httpx
import pytest

from tests.service.reads.answers import answer
from tests.service.reads.ids import TARGET_ID, id_of, ids

TEXTS = [
    "",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff",
    "é" * 10_000,
    "x" * 1_000_000,
    "'; DROP TABLE figure; --",
    "%s",
    "$1",
    ":p0",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize(
    "document",
    [
        "query($text: String) { practices(filter: {name: {eq: $text}}) { totalCount } }",
        "query($text: String) { practices(filter: {name: {contains: $text}}) { totalCount } }",
        "query($text: String!) { practices(filter: {name: {in: [$text]}}) { totalCount } }",
        "query($text: ID!) { node(id: $text) { id } }",
        "query($text: [ID!]!) { nodes(ids: $text) { id } }",
        "query($text: String!) { metric(code: $text) { name } }",
        "query($text: OdsCode!) { practice(code: $text) { name } }",
        'query($text: String!) { organisation(code: "QKS") { series(metric: $text) { svg reasons } } }',
        'query($text: OdsCode!) { metric(code: "call_back_percent") { series(organisation: $text) { svg } } }',
        'query($text: String!) { metric(code: "gp_fte") { distribution(kind: TRUST, period: $text) { mean } } }',
        'query($text: String!) { metric(code: "gp_fte") { rolledUp(organisation: "QKS", period: $text) { value } } }',
        "query($text: OdsCode!) { figures(first: 1) { nodes { comparison(with: $text) { value } } } }",
        "query($text: String) { __typename __schema { queryType { name } }"
        " practices(filter: {name: {eq: $text}}) { totalCount } }",
    ],
)
async def test_any_text_may_be_sent(client: httpx.AsyncClient, document: str, text: str) -> None:
    assert await answer(client, document, text=text) != "internal"


DAYS = ["0001-01-01", "0001-01-02", "1582-10-15", "2024-02-29", "9999-12-30", "9999-12-31"]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "document",
    [
        "query($day: Date) { practices(on: $day) { totalCount } }",
        "query($day: Date) { practices(filter: {openedOn: {gte: $day}}, first: 1) { totalCount } }",
        'query($day: Date) { practice(code: "G82002") { isOrphan(on: $day) ancestors(on: $day) { code } } }',
        "query($day: Date) { primaryCareNetworks { nodes { healthAndCarePartnership(on: $day) { code } } } }",
        f'query($day: Date) {{ target(id: "{TARGET_ID}") {{ current(asOf: $day) {{ status reason }} }} }}',
        f'query($day: Date) {{ target(id: "{TARGET_ID}") {{ progress(from: $day) {{ status }} }} }}',
        "query($day: Date) { periods(from: $day, to: $day) { code } }",
        'query($day: Date) { organisation(code: "QKS") { series(metric: "gp_fte", from: $day, to: $day) { svg } } }',
        "query($day: Date) { __schema { queryType { name } } practices(on: $day) { totalCount } }",
    ],
)
async def test_any_day_may_be_sent(client: httpx.AsyncClient, document: str, day: str) -> None:
    answered = await answer(client, document, day=day)
    assert isinstance(answered, dict) or answered == "plan/not-on-record"


INSTANTS = [
    ("0001-01-01T00:00:00Z", True),
    ("0001-01-01T00:00:00+14:00", False),
    ("9999-12-31T23:59:59.999999Z", True),
    ("9999-12-31T23:59:59-14:00", False),
    ("2025-01-31T24:00:00Z", False),
    ("2025-01-31T09:30:00", False),
    ("2025-01-31T09:30:00+23:59", True),
    ("2025-01-31T09:30:00.123456789Z", True),
]


@pytest.mark.parametrize(("instant", "is_one"), INSTANTS)
@pytest.mark.parametrize(
    "document",
    [
        "query($at: DateTime) { figures(asKnownAt: $at) { totalCount } }",
        "query($at: DateTime) { figures(filter: {publishedAt: {lte: $at}}) { totalCount } }",
        "query($at: DateTime) { __schema { queryType { name } } figures(asKnownAt: $at) { totalCount } }",
    ],
)
async def test_an_instant_at_the_edge_is_answered_or_refused(
    client: httpx.AsyncClient, document: str, instant: str, is_one: bool
) -> None:
    found = await answer(client, document, at=instant)
    assert isinstance(found, dict) if is_one else found == "document/variables"


NUMBERS = [0, -0.0, 1e308, -1e308, 5e-324, 10**18, 10**25, 10**300, 10**400, 0.1 + 0.2, float("nan"), float("inf")]


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
@pytest.mark.parametrize(
    "document",
    [
        "query($number: Float) { figures(filter: {value: {gt: $number}}) { totalCount } }",
        "query($number: [Float!]) { figures(filter: {value: {in: $number}}) { totalCount } }",
        "query($number: Int) { figures(filter: {revision: {lt: $number}}) { totalCount } }",
        "query($number: Int) { practices(first: $number) { totalCount } }",
        "query($number: ID!) { node(id: $number) { id } }",
        "query($number: Float) { __typename __schema { queryType { name } }"
        " figures(filter: {value: {gt: $number}}) { totalCount } }",
    ],
)
async def test_any_number_may_be_sent(client: httpx.AsyncClient, document: str, number: float) -> None:
    assert await answer(client, document, number=number) != "internal"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "123456789012345678901234567890.5", "1" * 5_000])
async def test_any_number_may_be_written(client: httpx.AsyncClient, number: str) -> None:
    text = f"{{ figures(filter: {{value: {{gt: {number}}}}}) {{ totalCount }} }}"
    assert await answer(client, text) != "internal"


@pytest.mark.parametrize("deep", [10, 50, 90, 150, 200, 250, 900])
async def test_a_filter_may_be_deep(client: httpx.AsyncClient, deep: int) -> None:
    text = "query($filter: PracticeFilter) { practices(filter: $filter) { totalCount } }"
    found = await answer(client, text, filter=json.loads('{"not": ' * deep + "{}" + "}" * deep))
    assert isinstance(found, dict) if deep <= 10 else found != "internal"


@pytest.mark.parametrize("wide", [10, 100, 1_000, 5_000])
async def test_a_filter_may_be_wide(client: httpx.AsyncClient, wide: int) -> None:
    text = "query($filter: PracticeFilter) { practices(filter: $filter) { totalCount } }"
    found = await answer(client, text, filter={"or": [{"code": {"startsWith": f"G{at}"}} for at in range(wide)]})
    assert isinstance(found, dict) if wide <= 100 else found != "internal"


async def test_variables_that_a_document_does_not_declare_are_no_fault(client: httpx.AsyncClient) -> None:
    assert await answer(client, "{ __typename }", unknown={"deep": [[[]]]}) == {"__typename": "Query"}


async def test_hundreds_of_variables_may_be_sent(client: httpx.AsyncClient) -> None:
    names = [f"v{at}" for at in range(400)]
    definitions = ", ".join(f"${name}: String!" for name in names)
    among = ", ".join(f"${name}" for name in names)
    text = f"query({definitions}) {{ practices(filter: {{code: {{in: [{among}]}}}}) {{ totalCount }} }}"
    found = await answer(client, text.replace("String!", "OdsCode!"), **dict.fromkeys(names, "G82002"))
    assert found == {"practices": {"totalCount": 1}}


async def test_ids_may_be_anything(client: httpx.AsyncClient) -> None:
    given = [*ids(), id_of("ApiKey"), id_of("Membership"), id_of("Target", 10**17), "", "?", "é", "\x00", "A" * 10_000]
    found = await answer(client, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=given)
    assert [node and node["id"] for node in found["nodes"]] == [*ids(), *[None] * 8]
