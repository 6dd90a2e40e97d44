"""A request that comes again byte for byte has its response again, as long as that holds."""

import asyncio
import datetime as dt
import gc
from collections.abc import AsyncIterator

import httpx
import pytest

from schema.errors import Refusal
from schema.graph import graph
from service.answers.keeping import Keeping
from service.config import settings
from service.graphql import repeated
from service.graphql.view import GraphQLView
from service.reads import reader
from service.reads.reader import Reader
from tests.service.graphql.served import Service, served
from tests.service.writes.submitting import figure, save, update

ASK = '{ metric(code: "call_back_percent") { figures(latestOnly: true) { nodes { value } } } }'
LONG = "{ practices(first: 177) { nodes { code name postcode } } }"


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with service.client() as client:
        yield client


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods of the requests that the view has looked at."""
    seen: list[str] = []
    answer = GraphQLView.__call__

    async def noting(view, request):
        seen.append(request.method)
        return await answer(view, request)

    monkeypatch.setattr(GraphQLView, "__call__", noting)
    return seen


async def post(client: httpx.AsyncClient, query: str = ASK, **headers: str) -> httpx.Response:
    return await client.post(
        "/graphql", json={"query": query}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


async def test_from_the_second_time_a_request_is_not_looked_at(client: httpx.AsyncClient, looked_at: list[str]):
    answers = [await post(client) for _ in range(5)]
    assert len(looked_at) == 1
    assert len({each.content for each in answers}) == 1
    assert len({each.headers["x-request-id"] for each in answers}) == 5


async def test_a_repeated_response_has_every_header_of_one_that_was_looked_at(client: httpx.AsyncClient):
    looked_at, *repeated = [await post(client, LONG) for _ in range(3)]
    own = {"date", "x-request-id", "server-timing"}
    for each in repeated:
        assert {name: value for name, value in each.headers.items() if name not in own} == {
            name: value for name, value in looked_at.headers.items() if name not in own
        }
        assert 'answer;desc="kept"' in each.headers["server-timing"]
        assert own <= each.headers.keys()


async def test_what_is_published_meanwhile_is_in_the_next_response(
    client: httpx.AsyncClient, service: Service, looked_at: list[str]
):
    for value in (88.1, 88.2, 88.3):
        outcome = await update(service.database, figure(value, reason="Counted again."))
        assert outcome["created"] + outcome["updated"] == 1
        for _ in range(4):
            assert str(value) in (await post(client)).text
    assert len(looked_at) == 1


async def test_the_version_in_a_repeated_response_is_that_of_now(client: httpx.AsyncClient, service: Service):
    # The first draft of a quarter records the quarter, which anybody may read.
    await save(service.database, figure(88.7, organisation="QKS"), organisation="QKS")
    for _ in range(3):
        before = int((await post(client, LONG)).headers["tracker-version"])
    # A draft is a command, and changes nothing that anybody may read.
    await save(service.database, figure(88.7, organisation="G82002"), organisation="G82002")
    assert int((await post(client, LONG)).headers["tracker-version"]) > before


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer kmt_wrong"},
        {"Cookie": "a=b"},
        {"Tracker_Version": "1"},
    ],
    ids=["a key", "a cookie", "a version"],
)
async def test_a_request_that_says_who_asks_or_what_for_is_always_looked_at(
    client: httpx.AsyncClient, looked_at: list[str], headers: dict[str, str]
):
    for _ in range(3):
        await post(client)
    before = len(looked_at)
    for _ in range(3):
        await post(client, **headers)
    assert len(looked_at) == before + 3


async def test_a_wrong_key_is_refused_although_anybody_has_the_response(client: httpx.AsyncClient):
    for _ in range(3):
        await post(client)
    assert (await post(client, Authorization="Bearer kmt_wrong")).status_code == 401


async def test_each_form_is_repeated_for_itself(client: httpx.AsyncClient, looked_at: list[str]):
    forms = ["identity", "gzip", "br", "zstd"]
    found = [
        [(await post(client, LONG, Accept_Encoding=form)) for _ in range(4)][-1].headers.get("content-encoding")
        for form in forms
    ]
    assert found == [None, "gzip", "br", "zstd"]
    assert len(looked_at) == len(forms)


async def test_each_media_type_is_repeated_for_itself(client: httpx.AsyncClient):
    kinds = ["application/json", "application/graphql-response+json"]
    for _ in range(3):
        found = [(await post(client, Accept=kind)).headers["content-type"] for kind in kinds]
        assert found == [f"{kind}; charset=utf-8" for kind in kinds]


async def test_what_tracing_adds_makes_no_other_request(client: httpx.AsyncClient, looked_at: list[str]):
    for number in range(4):
        trace = f"00-{number:032x}-{number:016x}-01"
        answer = await post(client, traceparent=trace, X_Request_ID=f"mine-{number}")
        assert answer.headers["x-request-id"] == f"mine-{number}"
    assert len(looked_at) == 1


async def test_a_get_is_repeated_with_its_tag_and_so_is_its_304(client: httpx.AsyncClient, looked_at: list[str]):
    answers = [await client.get("/graphql", params={"query": LONG}) for _ in range(3)]
    tag = answers[2].headers["etag"]
    assert tag == answers[0].headers["etag"]
    unchanged = [await client.get("/graphql", params={"query": LONG}, headers={"If-None-Match": tag}) for _ in range(2)]
    assert [(each.status_code, each.content) for each in unchanged] == [(304, b"")] * 2
    assert len(looked_at) == 2


async def test_another_day_is_looked_at_again(
    client: httpx.AsyncClient, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        await post(client, LONG)
    monkeypatch.setattr(reader, "today", lambda: dt.date(2031, 1, 1))
    await post(client, LONG)
    assert len(looked_at) == 2


async def test_a_name_alone_is_repeated_without_the_database(client: httpx.AsyncClient, looked_at: list[str]):
    found = [await post(client, "{ __typename }") for _ in range(3)]
    assert {each.text for each in found} == {'{"data":{"__typename":"Query"}}'}
    assert len(looked_at) == 1
    assert "tracker-version" not in found[2].headers


@pytest.mark.parametrize("query", ["{ viewer { name } }", "{ rateLimit { cost } }", "{ nothing }"])
async def test_what_is_not_the_same_for_everybody_is_never_repeated(
    client: httpx.AsyncClient, looked_at: list[str], query: str
):
    for _ in range(4):
        await post(client, query)
    assert len(looked_at) == 4


async def test_a_body_in_pieces_or_a_long_one_is_read_whole(client: httpx.AsyncClient, looked_at: list[str]):
    text = b'{"query": "{ practices { totalCount } }"}'

    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, len(text), 10):
            yield text[place : place + 10]
            await asyncio.sleep(0.01)

    json = {"Content-Type": "application/json"}
    for _ in range(3):
        assert "totalCount" in (await client.post("/graphql", content=pieces(), headers=json)).text
    for _ in range(3):
        padded = text + b" " * repeated.LONGEST_BODY
        assert "totalCount" in (await client.post("/graphql", content=padded, headers=json)).text
    assert len(looked_at) == 6


async def test_with_no_room_for_answers_a_request_is_read_each_time_and_looked_at_once(
    own_url: str, looked_at: list[str]
):
    chosen = settings({}, database_url=own_url, most_kept_answer_bytes=0)
    async with served(chosen) as service, service.client() as client:
        answers = [await post(client) for _ in range(3)]
    assert ['answer;desc="read"' in each.headers["server-timing"] for each in answers] == [True] * 3
    assert len(looked_at) == 1


async def test_what_no_data_can_change_is_kept_although_there_is_no_room_for_answers(own_url: str):
    chosen = settings({}, database_url=own_url, most_kept_answer_bytes=0)
    async with served(chosen) as service, service.client() as client:
        first, second = [await post(client, "{ __typename }") for _ in range(2)]
    assert 'answer;desc="kept"' in second.headers["server-timing"]
    assert first.content == second.content


@pytest.mark.parametrize("query", [ASK, "{ __typename }"])
@pytest.mark.parametrize("room", [0, 10_000_000])
async def test_a_request_that_another_client_has_sent_is_looked_at_once_for_each(
    own_url: str, looked_at: list[str], query: str, room: int
):
    chosen = settings({}, database_url=own_url, most_kept_answer_bytes=room)
    async with served(chosen) as service, service.client() as client:
        for number, agent in enumerate(("one", "another", "a third"), start=1):
            for _ in range(3):
                assert (await post(client, query, User_Agent=agent)).status_code == 200
            assert len(looked_at) == number


async def test_the_responses_that_are_kept_have_a_bound(own_url: str):
    chosen = settings({}, database_url=own_url, most_kept_answer_bytes=400_000)
    async with served(chosen) as service, service.client() as client:
        for number in range(30):
            await post(client, f"{{ a{number}: __typename }}")
        last, first = [await post(client, f"{{ a{number}: __typename }}") for number in (29, 0)]
    assert 'answer;desc="kept"' in last.headers["server-timing"]
    assert 'answer;desc="read"' in first.headers["server-timing"]


async def test_the_requests_that_are_known_have_a_bound(
    own_url: str, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(repeated, "MOST_MEMORY", 40_000)
    chosen = settings({}, database_url=own_url, most_kept_answer_bytes=0)
    async with served(chosen) as service, service.client() as client:
        for number in (*range(30), 29):
            await post(client, f"{{ a{number}: figures {{ totalCount }} }}")
        assert len(looked_at) == 30
        await post(client, "{ a0: figures { totalCount } }")
        assert len(looked_at) == 31


async def test_a_request_that_fails_when_it_is_answered_again_is_refused_as_the_first_time_would_be(
    client: httpx.AsyncClient, looked_at: list[str], monkeypatch: pytest.MonkeyPatch
):
    asked = {ASK: "application/json", LONG: "application/graphql-response+json"}
    for query, kind in asked.items():
        await post(client, query, Accept=kind)

    async def fail(*_: object) -> None:
        raise Refusal("plan/unknown-code", "No metric has this code any more.")

    monkeypatch.setattr(Keeping, "answer", fail)
    refused = [await post(client, query, Accept=kind) for query, kind in asked.items()]
    assert len(looked_at) == 2
    assert [each.status_code for each in refused] == [200, 400]
    assert [each.headers["content-type"] for each in refused] == [f"{kind}; charset=utf-8" for kind in asked.values()]
    assert [each.json()["errors"][0]["extensions"]["code"] for each in refused] == ["plan/unknown-code"] * 2


async def test_a_request_whose_plan_has_gone_is_looked_at_again(
    client: httpx.AsyncClient, service: Service, looked_at: list[str]
):
    answers = []
    for _ in range(2):
        service.app.state.answers.executor._reader = Reader(graph._schema)
        gc.collect()
        answers.append((await post(client)).text)
    assert answers[0] == answers[1]
    assert len(looked_at) == 2
