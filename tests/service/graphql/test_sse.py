"""GraphQL over Server-Sent Events: streams that start, send, end, and leave nothing behind."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from schema.enumerations import Role
from service.graphql.sse import EventStream
from tests.service.graphql.api_keys import create_key, revoke_key
from tests.service.graphql.served import PATIENCE, Service, until
from tests.service.writes.submitting import figure, update

STREAM = "text/event-stream"
FOREVER = "subscription { figuresPublished { value } }"
# What clients send that leave the choice to the server.
ANY_OF_ALL = "application/graphql-response+json, application/json, text/event-stream"


@asynccontextmanager
async def streamed(service: Service, query: str, method: str = "POST", **headers: str) -> AsyncIterator[httpx.Response]:
    content: dict[str, Any] = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
    accept = {"Accept": STREAM, **headers}
    async with service.client(**accept) as client, client.stream(method, "/graphql", **content) as response:
        yield response


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """Each event's name and data; heartbeats are not events."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:"):
            text = line.removeprefix("data:").strip()
            yield name, json.loads(text) if text else None


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_published_figure_is_sent(service: Service, method):
    async with streamed(service, FOREVER, method) as response:
        await service.subscribers(1)
        await update(service.database, figure(88.7))
        event = await anext(events(response))
    assert (response.status_code, response.headers["content-type"]) == (200, f"{STREAM}; charset=utf-8")
    name, answer = event
    assert (name, answer["data"]) == ("next", {"figuresPublished": {"value": 88.7}})


@pytest.mark.parametrize("query", ["{ practices { totalCount } }", "{ practices(first: 2) { nodes { name } } }"])
async def test_a_query_is_one_answer_and_complete(reading: Service, query):
    async with streamed(reading, query) as response:
        sent = [event async for event in events(response)]
    async with reading.client() as client:
        plain = (await client.post("/graphql", json={"query": query})).json()
    assert sent == [("next", plain), ("complete", None)]


async def test_a_command_is_one_answer_by_post_and_refused_by_get(service: Service, approver_key):
    query = 'mutation { updateQuarterlyFigures(input: {quarter: "x", organisation: "QKS", figures: []}) { created } }'
    headers = {"Authorization": f"Bearer {approver_key}"}
    async with streamed(service, query, **headers) as response:
        assert "data" in (await anext(events(response)))[1]
    async with streamed(service, query, "GET", **headers) as response:
        [(_, answer), (name, _)] = [event async for event in events(response)]
    assert (answer["errors"][0]["extensions"]["code"], name) == ("request/method", "complete")


@pytest.mark.parametrize(("query", "code"), [("{", "document/syntax"), ("subscription { a }", "document/invalid")])
async def test_a_document_that_is_refused_is_the_last_answer(reading: Service, query, code):
    async with streamed(reading, query) as response:
        [(_, answer), (name, _)] = [event async for event in events(response)]
    assert (answer["errors"][0]["extensions"]["code"], name) == (code, "complete")


async def test_an_invalid_key_is_refused_by_status(reading: Service):
    async with streamed(reading, FOREVER, Authorization="Bearer nonsense") as response:
        assert response.status_code == 401


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/graphql-response+json"])
async def test_a_subscription_without_a_stream_is_refused_with_the_way_out(reading: Service, accept):
    async with reading.client(Accept=accept) as client:
        response = await client.post("/graphql", json={"query": FOREVER})
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (406, "request/subscription")
    assert "text/event-stream" in error["extensions"]["hint"]


async def test_a_client_without_a_preference_gets_json_for_queries_and_a_stream_for_subscriptions(service: Service):
    async with streamed(service, "{ __typename }", Accept=ANY_OF_ALL) as response:
        assert response.headers["content-type"].startswith("application/graphql-response+json")
    async with streamed(service, FOREVER, Accept=ANY_OF_ALL) as response:
        assert response.headers["content-type"].startswith(STREAM)


async def test_a_client_that_leaves_ends_its_subscription(service: Service):
    async with streamed(service, FOREVER):
        await service.subscribers(1)
    await service.subscribers(0)


async def test_a_revoked_key_is_the_last_answer(service: Service):
    key = await create_key(service.database, "Rea", Role.READER)
    async with streamed(service, FOREVER, Authorization=f"Bearer {key}") as response:
        await service.subscribers(1)
        await revoke_key(service.database, key)
        await asyncio.sleep(4.2)
        await update(service.database, figure(88.7))
        [(_, answer), (name, _)] = [event async for event in events(response)]
    assert (answer["errors"][0]["extensions"]["code"], name) == ("UNAUTHENTICATED", "complete")


async def test_a_silent_stream_sends_heartbeats():
    sent: list[bytes] = []

    async def nothing() -> Any:
        await asyncio.sleep(PATIENCE)
        yield b""

    async def receive() -> dict[str, str]:
        await until(lambda: len(sent) > 4)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    await EventStream(nothing(), seconds=0.05)({"type": "http"}, receive, send)
    assert sent[1:4] == [b":\n\n"] * 3


async def test_a_service_that_stops_ends_its_streams_without_complete(service: Service):
    async with streamed(service, FOREVER) as response:
        await service.subscribers(1)
        service.hub.end()
        async with asyncio.timeout(PATIENCE):
            assert [event async for event in events(response)] == []


async def test_a_stream_that_is_cut_off_while_an_event_is_read_ends_as_any_other():
    sent: list[Any] = []

    async def reading() -> Any:
        await asyncio.sleep(PATIENCE)
        yield b""

    async def receive() -> Any:
        await asyncio.sleep(PATIENCE)

    async def send(message: Any) -> None:
        sent.append(message)

    stream = asyncio.create_task(EventStream(reading())({"type": "http"}, receive, send))
    await until(lambda: len(sent) > 1)
    stream.cancel()
    await stream
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
