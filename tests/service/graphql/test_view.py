"""GraphQL over HTTP: what is refused, how, and with what status."""

import json

import httpx
import pytest

from service.config import settings
from tests.service.graphql.api_keys import key_at
from tests.serving import serving

RESPONSE = "application/graphql-response+json"
ASK = "{ practices { totalCount } }"
UPDATE = 'mutation { updateQuarterlyFigures(input: {quarter: "x", organisation: "QKS", figures: []}) { created } }'
REACHED = [("0.0.0.0", None, 401), ("0.0.0.0", True, 200), ("::1", None, 200)]


async def test_the_counts_of_the_paper(client: httpx.AsyncClient):
    query = '{ practices { totalCount } primaryCareNetworks(on: "2025-01-31") { totalCount } }'
    response = await client.post("/graphql", json={"query": query})
    assert response.json() == {"data": {"practices": {"totalCount": 175}, "primaryCareNetworks": {"totalCount": 43}}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"null", 400),
        (b"5", 400),
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{ __typename }", "variables": [1]}', 400),
        (b'{"query": "{ __typename }", "variables": 0}', 400),
        (b'{"query": "{ __typename }", "extensions": false}', 400),
        (b'{"query": "{ __typename }", "operationName": 1}', 400),
        (b'{"query": "{ __typename }", "extensions": "x"}', 400),
        (b'{"query": "' + b" " * 5_000_001 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_body_that_is_not_a_request_is_refused(client: httpx.AsyncClient, body, status):
    response = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    code = {400: "request/not-json", 413: "request/too-large"}[status]
    assert response.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "document/syntax"),
        ("{ nothing }", "document/invalid"),
        ("query A { __typename } query B { __typename }", "document/unknown-operation"),
        ("query ($n: Int!) { practices(first: $n) { totalCount } }", "document/variables"),
        ("{ practices(first: 501) { totalCount } }", "plan/page-size"),
        ('{ practices(after: "forged") { totalCount } }', "plan/malformed-cursor"),
        ('{ practice(code: "G8?") { name } }', "document/malformed-code"),
        ("{ practices(filter: {name: {eq: null}}) { totalCount } }", "plan/null-operand"),
    ],
)
async def test_each_stage_refuses_with_its_code_a_sentence_and_a_remedy(client: httpx.AsyncClient, query, code):
    response = await client.post("/graphql", json={"query": query}, headers={"Accept": RESPONSE})
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (400, code)
    assert error["extensions"]["stage"] == code.split("/")[0]
    assert error["message"]
    assert error["extensions"]["hint"].endswith(".")


async def test_the_older_media_type_answers_a_refused_document_with_200(client: httpx.AsyncClient):
    response = await client.post("/graphql", json={"query": "{ nothing }"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json; charset=utf-8")


async def test_get_answers_a_query_and_refuses_a_mutation(client: httpx.AsyncClient):
    got = await client.get("/graphql", params={"query": ASK})
    assert got.json()["data"]["practices"]["totalCount"] == 175
    mutation = (
        'mutation { updateQuarterlyFigures(input: {quarter: "x", organisation: "QKS", figures: []}) { created } }'
    )
    refused = await client.get("/graphql", params={"query": mutation})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_a_request_can_ask_what_it_could_cost(client: httpx.AsyncClient):
    query = {"query": "{ practices(first: 10) { nodes { code } } }"}
    asked = {**query, "extensions": {"cost": True}}
    plain = (await client.post("/graphql", json=query)).json()
    for _ in range(2):
        answer = (await client.post("/graphql", json=asked)).json()
        assert answer == {"data": plain["data"], "extensions": {"cost": {"rows": 11, "mostRows": 500_000}}}
    assert (await client.post("/graphql", json=query)).json() == plain
    assert "extensions" not in (await client.post("/graphql", json={**query, "extensions": {"cost": 1}})).json()


async def test_one_of_several_operations_is_named(client: httpx.AsyncClient):
    query = "query A { practices { totalCount } } query B { themes { code } }"
    response = await client.post("/graphql", json={"query": query, "operationName": "A"})
    assert response.json() == {"data": {"practices": {"totalCount": 175}}}


async def test_one_document_can_ask_for_schema_and_data(client: httpx.AsyncClient):
    query = "{ themes { __typename } __schema { queryType { name } } practices { totalCount } }"
    data = (await client.post("/graphql", json={"query": query})).json()["data"]
    assert list(data) == ["themes", "__schema", "practices"]
    assert data["__schema"] == {"queryType": {"name": "Query"}}


@pytest.mark.parametrize("key", ["Bearer x", "Basic abc", "Bearer kmt_00000000_" + "a" * 43])
async def test_an_invalid_key_is_refused_even_for_reading(client: httpx.AsyncClient, key):
    response = await client.post("/graphql", json={"query": ASK}, headers={"Authorization": key})
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_writing_without_a_key_is_refused(client: httpx.AsyncClient):
    response = await client.post("/graphql", json={"query": UPDATE})
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("host", "public", "status"), [("0.0.0.0", None, 401), ("0.0.0.0", True, 200), ("::1", None, 200)]
)
async def test_on_a_network_you_need_a_key_to_read_unless_reading_is_public(server, seeded, host, public, status):
    async with server.copy(seeded) as url:
        chosen = settings({}, database_url=url, host=host, public_reading=public)
        async with serving(chosen) as client:
            assert (await client.post("/graphql", json={"query": ASK})).status_code == status


async def test_a_mutation_s_answer_is_read_like_a_query_s(server, seeded, approver):
    query = """
        mutation ($figures: [FigureInput!]!) {
          first: updateQuarterlyFigures(input: {quarter: "2024-25-Q4", organisation: "QKS", figures: $figures}) {
            created
            figures { value organisation { code } revisions { revision publishedBy } }
            query { viewer { name role } practices { totalCount } }
          }
          __typename
          again: updateQuarterlyFigures(input: {quarter: "2024-25-Q4", organisation: "QKS", figures: $figures}) {
            unchanged problems { code }
          }
        }
    """
    figures = [{"metric": "call_back_percent", "organisation": "qks", "numerator": 163, "denominator": 177}]
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        key = await key_at(url, approver.name, approver.role)
        sent = {"query": query, "variables": {"figures": figures}}
        data = (await client.post("/graphql", json=sent, headers={"Authorization": f"Bearer {key}"})).json()["data"]
    assert data == {
        "first": {
            "created": 1,
            "figures": [
                {
                    "value": 92.09,
                    "organisation": {"code": "QKS"},
                    "revisions": [{"revision": 1, "publishedBy": "Ada"}],
                }
            ],
            "query": {"viewer": {"name": "Ada", "role": "APPROVER"}, "practices": {"totalCount": 175}},
        },
        "__typename": "Mutation",
        "again": {"unchanged": 1, "problems": []},
    }


async def test_an_answer_that_would_be_refused_is_refused_before_anything_is_written(server, seeded, approver):
    query = """
        mutation {
          updateQuarterlyFigures(input: {
            quarter: "2024-25-Q4", organisation: "QKS"
            figures: [{metric: "call_back_percent", organisation: "QKS", value: 1, reason: "one"}]
          }) { created query { practices(first: 501) { totalCount } } }
        }
    """
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        headers = {"Authorization": f"Bearer {await key_at(url, approver.name, approver.role)}"}
        refused = (await client.post("/graphql", json={"query": query}, headers=headers)).json()
        written = (await client.post("/graphql", json={"query": query.replace("501", "1")}, headers=headers)).json()
    assert refused["errors"][0]["extensions"]["code"] == "plan/page-size"
    assert written["data"]["updateQuarterlyFigures"]["created"] == 1


async def test_words_in_a_comment_are_not_part_of_the_document(client: httpx.AsyncClient):
    query = "{ themes { code } __schema { queryType { name } } practices { totalCount } }"
    await client.post("/graphql", json={"query": query})
    same = await client.post("/graphql", json={"query": f"{query}\n# themes practices"})
    assert list(same.json()["data"]) == ["themes", "__schema", "practices"]


async def test_an_internal_error_shows_a_reference_and_no_details(server, seeded):
    async with server.copy(seeded) as url, serving(settings({}, database_url=url)) as client:
        await server.run_in(url, "DROP TABLE cqc_rating")
        query = "{ practices(first: 1) { nodes { cqcRating } } }"
        response = await client.post("/graphql", json={"query": query})
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (500, "internal")
    assert "cqc" not in json.dumps(error)


async def test_an_unknown_address_is_not_found(client: httpx.AsyncClient):
    assert (await client.get("/nothing")).status_code == 404


async def test_a_browser_gets_graphiql(client: httpx.AsyncClient):
    response = await client.get("/graphql", headers={"Accept": "text/html,*/*"})
    assert "GraphiQL" in response.text


async def test_a_padded_document_is_too_large(client: httpx.AsyncClient):
    response = await client.post("/graphql", json={"query": f"{ASK} # {'x' * 100_000}"})
    assert response.json()["errors"][0]["extensions"]["code"] == "document/too-large"


async def test_only_pages_of_origins_in_the_settings_may_ask(server, seeded):
    asking = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    async with server.copy(seeded) as url:
        for origins, allowed in (("", None), ("http://localhost:5173", "http://localhost:5173")):
            async with serving(settings({}, database_url=url, allowed_origins=origins)) as client:
                answer = await client.options("/graphql", headers=asking)
                assert answer.headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin1"]
)
async def test_a_body_of_another_media_type_is_refused(client: httpx.AsyncClient, content_type):
    body = json.dumps({"query": ASK})
    response = await client.post("/graphql", content=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (415, "request/media-type")


@pytest.mark.parametrize(
    "accept", ["text/csv", "application/json;q=0", "*/*;q=0", "application/json;q=none", "image/*, text/plain"]
)
async def test_a_client_that_accepts_nothing_of_ours_is_refused(client: httpx.AsyncClient, accept):
    response = await client.post("/graphql", json={"query": ASK}, headers={"Accept": accept})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (406, "request/not-acceptable")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (f"{RESPONSE};q=0.1, application/json;q=0.2", "application/json"),
        (f"application/json;q=0.1, {RESPONSE};q=0.2", RESPONSE),
        (f"application/json;q=0, {RESPONSE};q=0.2", RESPONSE),
        (f"application/json;q=0.5, {RESPONSE};q=1", RESPONSE),
    ],
)
async def test_the_client_s_favourite_media_type_is_used(client: httpx.AsyncClient, accept, media_type):
    response = await client.post("/graphql", json={"query": ASK}, headers={"Accept": accept})
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
