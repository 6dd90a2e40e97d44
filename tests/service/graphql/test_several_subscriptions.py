"""A list of subscriptions shares one stream over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from schema.enumerations import Role
from service.graphql.http_request import LONGEST_ID, MOST_OPERATIONS
from tests.service.graphql.api_keys import create_key, revoke_key
from tests.service.graphql.served import PATIENCE, Service
from tests.service.graphql.test_sse import events
from tests.service.writes.submitting import figure, update

FIGURES = "subscription { figuresPublished { value } }"
CALL_BACK = 'subscription { figuresPublished(metrics: ["call_back_percent"]) { metric { code } } }'
TELEPHONY = 'subscription { figuresPublished(metrics: ["cloud_telephony_percent"]) { metric { code } } }'


@asynccontextmanager
async def streamed(service: Service, operations: Any, **headers: str) -> AsyncIterator[httpx.Response]:
    accept = {"Accept": "text/event-stream", **headers}
    async with service.client(**accept) as client, client.stream("POST", "/graphql", json=operations) as response:
        yield response


def listed(**queries: str) -> list[dict[str, str]]:
    return [{"id": key, "query": query} for key, query in queries.items()]


async def test_each_subscription_gets_its_events_under_its_id(service: Service):
    async with streamed(service, listed(all=FIGURES, calls=CALL_BACK, phones=TELEPHONY)) as response:
        await service.subscribers(3)
        await update(service.database, figure(88.7))
        stream = events(response)
        first, second = await anext(stream), await anext(stream)
        assert {first[0], second[0]} == {"next"}
        found = {event["id"]: event["payload"] for _, event in (first, second)}
        assert found["all"]["data"] == {"figuresPublished": {"value": 88.7}}
        assert found["calls"]["data"] == {"figuresPublished": {"metric": {"code": "call_back_percent"}}}
        # Where each goes on after a pause.
        assert all("position" in each["extensions"] for each in found.values())
        outcome = await update(service.database, figure(71, metric="cloud_telephony_percent", reason="Counted again."))
        assert outcome["created"] + outcome["updated"] == 1, outcome
        later = {event["id"] for _, event in (await anext(stream), await anext(stream))}
        assert later == {"all", "phones"}
    await service.subscribers(0)


async def test_one_goes_on_from_its_own_place(service: Service):
    await update(service.database, figure(88.7))
    position = await service.database.primary.fetchval("SELECT position - 3 FROM audit_head")
    again = f'subscription {{ figuresPublished(since: "{position}") {{ value }} }}'
    async with streamed(service, listed(other=TELEPHONY, again=again)) as response:
        name, event = await anext(events(response))
    assert (name, event["id"], event["payload"]["data"]) == ("next", "again", {"figuresPublished": {"value": 88.7}})


async def test_one_that_is_refused_ends_and_the_others_go_on(service: Service):
    async with streamed(
        service, listed(wrong="subscription { a }", right=FIGURES, drafts="{ __typename }")
    ) as response:
        stream = events(response)
        ended: dict[str, Any] = {}
        while len(ended) < 4:
            name, event = await anext(stream)
            ended[f"{event['id']} {name}"] = event.get("payload")
        assert ended["wrong next"]["errors"][0]["extensions"]["code"] == "document/invalid"
        assert ended["drafts next"]["errors"][0]["extensions"]["code"] == "request/batch"
        assert {"wrong complete", "drafts complete"} <= ended.keys()
        await service.subscribers(1)
        await update(service.database, figure(88.7))
        assert (await anext(stream))[1]["id"] == "right"


async def test_the_stream_ends_when_all_are_complete(reading: Service):
    async with streamed(reading, listed(a="subscription { a }", b="{")) as response:
        found = [(name, event["id"]) async for name, event in events(response)]
    assert sorted(found) == [("complete", "a"), ("complete", "b"), ("next", "a"), ("next", "b")]


async def test_a_revoked_key_ends_each_of_them(service: Service):
    key = await create_key(service.database, "Rea", Role.READER)
    async with streamed(service, listed(a=FIGURES, b=CALL_BACK), Authorization=f"Bearer {key}") as response:
        await service.subscribers(2)
        await revoke_key(service.database, key)
        await asyncio.sleep(4.2)
        await update(service.database, figure(88.7))
        found = [event async for _, event in events(response)]
    codes = {each["id"]: each["payload"]["errors"][0]["extensions"]["code"] for each in found if "payload" in each}
    assert codes == {"a": "UNAUTHENTICATED", "b": "UNAUTHENTICATED"}


async def test_a_service_that_stops_ends_the_stream_without_complete(service: Service):
    async with streamed(service, listed(a=FIGURES, b=FIGURES)) as response:
        await service.subscribers(2)
        service.hub.end()
        async with asyncio.timeout(PATIENCE):
            assert [event async for event in events(response)] == []


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ([], "request/not-json"),
        ([{"query": FIGURES}], "request/not-json"),
        ([{"id": "", "query": FIGURES}], "request/not-json"),
        ([{"id": 1, "query": FIGURES}], "request/not-json"),
        ([{"id": "a" * (LONGEST_ID + 1), "query": FIGURES}], "request/not-json"),
        (listed(a=FIGURES) * 2, "request/not-json"),
        ([FIGURES], "request/not-json"),
        ([{"id": "a"}], "request/not-json"),
        ([{"id": str(each), "query": FIGURES} for each in range(MOST_OPERATIONS + 1)], "request/too-many-operations"),
    ],
)
async def test_a_list_whose_requests_have_no_ids_of_their_own_is_refused_whole(
    reading: Service, operations: Any, code: str
):
    async with streamed(reading, operations, Accept="text/event-stream, application/json;q=0.5") as response:
        refused = json.loads(await response.aread())
    assert (response.status_code >= 400, refused["errors"][0]["extensions"]["code"]) == (True, code)


async def test_a_list_without_a_stream_says_how_to_send_it(reading: Service):
    async with reading.client() as client:
        refused = (await client.post("/graphql", json=listed(a=FIGURES))).json()["errors"][0]["extensions"]
    assert refused["code"] == "request/batch"
    assert "text/event-stream" in refused["hint"]


async def test_a_client_that_reads_nothing_holds_no_more_than_its_turn(service: Service):
    async with streamed(service, listed(a=FIGURES, b=FIGURES)) as response:
        await service.subscribers(2)
        for value in (88.1, 88.2, 88.3):
            await update(service.database, figure(value, reason="Counted again."))
        stream = events(response)
        values: dict[str, list[float]] = {"a": [], "b": []}
        for _ in range(6):
            _, event = await anext(stream)
            values[event["id"]].append(event["payload"]["data"]["figuresPublished"]["value"])
    assert values == {"a": [88.1, 88.2, 88.3], "b": [88.1, 88.2, 88.3]}
