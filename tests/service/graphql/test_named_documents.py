"""Documents that clients name: by hash, by `documentId` or by `doc_id`, over each transport, as the settings allow."""

import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from schema.enumerations import Role
from service.config import settings
from service.database import connected
from service.viewer import Viewer
from service.writes.trust import documents
from tests.service.graphql.served import Service, served
from tests.serving import serving
from tests.statements import counted

OPERATOR = Viewer("tracker command", Role.ADMINISTRATOR)
TEXT = "query Practices { practices { totalCount } }"
OTHER = "{ themes { code } }"
FOREVER = "subscription Published { figuresPublished { value } }"
ANSWER = {"data": {"practices": {"totalCount": 175}}}
RESPONSE = "application/graphql-response+json"


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text: str, **more: Any) -> dict[str, Any]:
    """What Apollo and urql send for a text, without the text."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashed(text)}}, **more}


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def trust(url: str, texts: dict[str, str]) -> None:
    async with connected(settings({}, database_url=url)) as database, database.command() as session:
        await documents.add(session, texts, by=OPERATOR, at=dt.datetime.now(dt.UTC))


async def distrust(url: str, *names: str) -> None:
    async with connected(settings({}, database_url=url)) as database, database.command() as session:
        await documents.remove(session, names, by=OPERATOR, at=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
async def trusting(server, seeded) -> AsyncIterator[str]:
    """A database that trusts a document under two names, and a subscription."""
    async with server.copy(seeded) as url:
        await trust(url, {"practices": TEXT, hashed(TEXT): TEXT, "published": FOREVER})
        yield url


@pytest.fixture(scope="module")
async def allowing(trusting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings({}, database_url=trusting)) as client:
        yield client


@pytest.fixture(scope="module")
async def strict(trusting: str) -> AsyncIterator[httpx.AsyncClient]:
    """A service that answers trusted documents only."""
    async with serving(settings({}, database_url=trusting, documents="only")) as client:
        yield client


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_learns_that_its_hash_is_unknown_in_the_words_that_it_knows(allowing, method, accept):
    asked = apollo("{ metrics { totalCount } }", operationName="A", variables={})
    headers = {"Accept": accept}
    if method == "GET":
        answer = await allowing.get("/graphql", params={"extensions": json.dumps(asked["extensions"])}, headers=headers)
    else:
        answer = await allowing.post("/graphql", json=asked, headers=headers)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["message"]) == (200, "PersistedQueryNotFound")
    assert (error["extensions"]["code"], error["extensions"]["stage"]) == ("PERSISTED_QUERY_NOT_FOUND", "document")


async def test_with_the_newer_media_type_an_unknown_hash_has_the_status_of_an_error(allowing):
    answer = await allowing.post("/graphql", json=apollo("{ themes { name } }"), headers={"Accept": RESPONSE})
    assert (answer.status_code, code(answer)) == (400, "PERSISTED_QUERY_NOT_FOUND")


async def test_a_text_that_came_with_its_hash_is_known_by_its_hash(trusting):
    async with serving(settings({}, database_url=trusting)) as client:
        asked = "query Named { practices { totalCount } }"
        assert code(await client.post("/graphql", json=apollo(asked))) == "PERSISTED_QUERY_NOT_FOUND"
        sent = await client.post("/graphql", json=apollo(asked, query=asked))
        posted = await client.post("/graphql", json=apollo(asked))
        got = await client.get("/graphql", params={"extensions": json.dumps(apollo(asked)["extensions"])})
        named = [
            await client.post("/graphql", json={member: f"{prefix}{hashed(asked)}"})
            for member in ("documentId", "doc_id")
            for prefix in ("sha256:", "")
        ]
    assert [answer.json() for answer in (sent, posted, got, *named)] == [ANSWER] * 7
    assert got.headers["etag"]


async def test_a_document_is_looked_up_in_the_database_only_where_the_process_does_not_know_it(trusting):
    async with serving(settings({}, database_url=trusting)) as client:
        await client.post("/graphql", json=apollo(OTHER, query=OTHER))
        async with counted(trusting) as statements:
            await client.post("/graphql", json=apollo(OTHER))
            await client.post("/graphql", json={"documentId": "practices"})
    assert len([each for each in statements if "trusted_document" in each]) == 1


async def test_a_text_with_the_hash_of_another_is_refused_and_not_kept(allowing):
    asked = "{ theme: themes { name } }"
    answer = await allowing.post("/graphql", json=apollo(asked, query=OTHER))
    assert code(answer) == "document/wrong-hash"
    assert hashed(OTHER) in answer.json()["errors"][0]["message"]
    assert code(await allowing.post("/graphql", json=apollo(asked))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_text_that_is_not_valid_is_not_kept(allowing):
    assert code(await allowing.post("/graphql", json=apollo("{ nothing }", query="{ nothing }"))) == "document/invalid"
    assert code(await allowing.post("/graphql", json=apollo("{ nothing }"))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_what_clients_register_has_so_much_room_and_the_oldest_goes(trusting):
    texts = [f"# {str(number) * 90_000}\n{OTHER}" for number in range(10)]
    async with serving(settings({}, database_url=trusting, most_registered_bytes=500_000)) as client:
        for text in texts:
            assert "data" in (await client.post("/graphql", json=apollo(text, query=text))).json()
        answers = [(await client.post("/graphql", json=apollo(text))).json() for text in (texts[0], texts[-1])]
        assert ["data" in answer for answer in answers] == [False, True]
        # What has gone comes back each time that it is sent, although its answer is kept.
        await client.post("/graphql", json=apollo(texts[0], query=texts[0]))
        assert "data" in (await client.post("/graphql", json=apollo(texts[0]))).json()


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": "practices"},
        {"doc_id": "practices"},
        {"documentId": f"sha256:{hashed(TEXT)}"},
        apollo(TEXT),
        {"doc_id": "practices", "query": "", "operationName": "Practices"},
        {"doc_id": "practices", "query": None},
    ],
)
async def test_a_trusted_document_is_answered_by_each_of_its_names(allowing, strict, asked):
    assert [(await client.post("/graphql", json=asked)).json() for client in (allowing, strict)] == [ANSWER] * 2


@pytest.mark.parametrize("name", ["", "x" * 300, "a b", "a\0b", "'; DROP TABLE figure", "unknown"])
async def test_a_name_that_nothing_has_is_not_found(allowing, name):
    answer = await allowing.post("/graphql", json={"documentId": name})
    assert code(answer) == ("PERSISTED_QUERY_NOT_FOUND" if name else "request/not-json")


@pytest.mark.parametrize("asked", [{"documentId": 5}, {"doc_id": ["x"]}, {"extensions": {"persistedQuery": 1}}])
async def test_what_is_no_name_is_refused(allowing, asked):
    assert code(await allowing.post("/graphql", json=asked)) == "request/not-json"


async def test_a_name_needs_the_variables_and_the_operation_as_a_text_does(server, seeded):
    text = "query One($code: OdsCode!) { practice(code: $code) { name } } query Two { themes { code } }"
    async with server.copy(seeded) as url:
        await trust(url, {"one": text})
        async with serving(settings({}, database_url=url, documents="only")) as client:
            asked = {"documentId": "one", "operationName": "One"}
            found = await client.post("/graphql", json={**asked, "variables": {"code": "G82002"}})
            missing = await client.post("/graphql", json=asked)
    assert found.json()["data"]["practice"]["name"]
    assert code(missing) == "document/variables"


# ── Only what is registered ───────────────────────────────────────────────────────────────────────────────────────


async def test_only_the_exact_text_of_a_trusted_document_is_answered(strict):
    assert (await strict.post("/graphql", json={"query": TEXT})).json() == ANSWER
    for text in (TEXT + " ", OTHER, "{ __schema { description } }"):
        answer = await strict.post("/graphql", json={"query": text})
        assert (answer.status_code, code(answer)) == (200, "document/not-registered")
        assert "tracker documents add" in answer.json()["errors"][0]["extensions"]["hint"]


async def test_where_only_trusted_documents_are_answered_clients_register_none(strict):
    assert code(await strict.post("/graphql", json=apollo(OTHER, query=OTHER))) == "document/not-registered"
    assert code(await strict.post("/graphql", json=apollo(OTHER))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_where_only_trusted_documents_are_answered_there_is_no_explorer(strict, allowing):
    answers = [await client.get("/graphql", headers={"Accept": "text/html"}) for client in (strict, allowing)]
    assert code(answers[0]) == "document/not-registered"
    assert "GraphiQL" in answers[1].text


async def test_where_only_trusted_documents_are_answered_our_own_pages_still_work(strict):
    for page in ("/charts/call_back_percent/QKS.csv", "/briefing/QKS.json", "/schema.graphql"):
        assert (await strict.get(page)).status_code == 200


@pytest.mark.parametrize("asked", [{"documentId": "going"}, {"query": OTHER}], ids=["named", "sent"])
async def test_a_document_that_is_removed_is_not_answered_again_although_its_answer_was_kept(server, seeded, asked):
    async with server.copy(seeded) as url:
        await trust(url, {"going": OTHER})
        async with serving(settings({}, database_url=url, documents="only")) as client:
            before = [(await client.post("/graphql", json=asked)).json() for _ in range(3)]
            await distrust(url, "going")
            after = await client.post("/graphql", json=asked)
    assert all("data" in answer for answer in before)
    assert code(after) in {"PERSISTED_QUERY_NOT_FOUND", "document/not-registered"}


# ── Off ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_where_names_are_off_a_client_learns_so_and_its_text_is_answered(trusting):
    async with serving(settings({}, database_url=trusting, documents="off")) as client:
        answers = [await client.post("/graphql", json=asked) for asked in (apollo(TEXT), {"documentId": "practices"})]
        sent = await client.post("/graphql", json=apollo(OTHER, query=TEXT))
    assert [answer.json()["errors"][0]["message"] for answer in answers] == ["PersistedQueryNotSupported"] * 2
    assert [code(answer) for answer in answers] == ["PERSISTED_QUERY_NOT_SUPPORTED"] * 2
    assert sent.json() == ANSWER


# ── Streams ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_socket_answers_names_and_refuses_unknown_ones(trusting):
    async with served(settings({}, database_url=trusting, documents="only")) as service, service.opened() as socket:
        await ask(socket, {"documentId": "practices"})
        assert await socket.answer() == ANSWER["data"]
        assert (await socket.message())["type"] == "complete"
        await ask(socket, apollo(OTHER))
        assert await socket.error() == "PERSISTED_QUERY_NOT_FOUND"
        await ask(socket, {"query": FOREVER + " "})
        assert await socket.error() == "document/not-registered"
        await ask(socket, {"doc_id": "published"})
        await service.subscribers(1)


async def ask(socket, payload: dict[str, Any]) -> None:
    await socket.send(type="subscribe", id="1", payload=payload)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_stream_is_asked_for_by_name(trusting, method):
    async with served(settings({}, database_url=trusting, documents="only")) as service:
        assert await streamed(service, method, "published") == "text/event-stream; charset=utf-8"


async def streamed(service: Service, method: str, name: str) -> str:
    sent: dict[str, Any] = {"json" if method == "POST" else "params": {"documentId": name}}
    async with (
        service.client(Accept="text/event-stream") as client,
        client.stream(method, "/graphql", **sent) as response,
    ):
        await service.subscribers(1)
        return response.headers["content-type"]


# ── Batches ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("batch", [[], [{"query": TEXT}], [{"query": TEXT}, {"query": OTHER}]])
async def test_a_batch_has_a_code_of_its_own(client: httpx.AsyncClient, batch):
    answer = await client.post("/graphql", json=batch)
    assert (answer.status_code, code(answer)) == (400, "request/batch")
