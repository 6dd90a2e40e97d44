"""The protocol `graphql-transport-ws`: what it answers, and how it ends each kind of misuse."""

import asyncio
import contextlib
import json

import pytest
import websockets

from schema.enumerations import Role
from service.bounds import Bounds
from service.config import settings
from service.graphql import websocket
from service.graphql.http_request import MOST_OPERATIONS
from tests.service.graphql.api_keys import create_key
from tests.service.graphql.served import Service, served

FOREVER = "subscription { figuresPublished { id } }"
UPDATE = """
    mutation {
      updateQuarterlyFigures(input: {
        quarter: "2024-25-Q4", organisation: "QKS"
        figures: [{metric: "call_back_percent", organisation: "QKS", numerator: 163, denominator: 177}]
      }) { created problems { code } }
    }
"""


async def test_a_query_is_answered_and_complete(reading: Service):
    async with reading.opened() as socket:
        await socket.subscribe("{ __typename practices { totalCount } }")
        assert await socket.answer() == {"__typename": "Query", "practices": {"totalCount": 175}}
        assert await socket.message() == {"id": "1", "type": "complete"}


async def test_a_command_is_carried_out(service: Service, approver_key):
    async with service.opened(approver_key) as socket:
        await socket.subscribe(UPDATE)
        assert await socket.answer() == {"updateQuarterlyFigures": {"created": 1, "problems": []}}


async def test_a_message_without_a_key_may_be_as_long_as_a_body_and_one_with_a_key_longer(
    service: Service, approver_key
):
    padding = "#" + "a" * Bounds.model_fields["most_anonymous_body_bytes"].default
    async with service.opened() as socket:
        await socket.send(type="ping", payload={"padding": padding})
        assert await socket.closed() == 1009
    async with service.opened(approver_key) as socket:
        await socket.send(type="ping", payload={"padding": padding})
        assert (await socket.message())["type"] == "pong"


async def test_a_command_without_a_key_is_an_error(reading: Service):
    async with reading.opened() as socket:
        await socket.subscribe(UPDATE)
        assert await socket.error() == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "document/syntax"),
        ("{ nothing }", "document/invalid"),
        ("subscription { figuresPublished { id } targetStatusChanged { status } }", "document/invalid"),
        ("subscription { __typename }", "document/invalid"),
        ("subscription { figuresPublished @skip(if: true) { id } }", "document/invalid"),
        ("subscription ($kind: OrganisationKind!) { figuresPublished(kind: $kind) { id } }", "document/variables"),
        ("{ practices(first: 501) { totalCount } }", "plan/page-size"),
    ],
)
async def test_a_document_that_is_refused_leaves_the_socket_open(reading: Service, query, code):
    async with reading.opened() as socket:
        await socket.subscribe(query)
        assert await socket.error() == code
        await socket.subscribe("{ __typename }")
        assert await socket.answer() == {"__typename": "Query"}


async def test_refusals_come_in_the_order_of_what_they_refuse(reading: Service):
    refused = [
        "{ nothing }",
        "subscription { submissionChanged { id } }",
        "{",
        "{ practices(first: 501) { __typename } }",
    ]
    async with reading.opened() as socket:
        for _ in range(3):
            for number, query in enumerate(refused):
                await socket.send(id=str(number), type="subscribe", payload={"query": query})
            assert [(await socket.message())["id"] for _ in refused] == ["0", "1", "2", "3"]


async def test_a_ping_is_answered_with_its_payload(reading: Service):
    async with reading.connected() as socket:
        await socket.send(type="ping", payload={"n": 1})
        assert await socket.message() == {"type": "pong", "payload": {"n": 1}}
        await socket.send(type="pong")
        await socket.send(type="ping")
        assert await socket.message() == {"type": "pong"}


async def test_nothing_is_answered_before_the_init(reading: Service):
    async with reading.connected() as socket:
        await socket.subscribe("{ __typename }")
        assert await socket.closed() == 4401


async def test_a_second_init_closes(reading: Service):
    async with reading.opened() as socket:
        await socket.send(type="connection_init")
        assert await socket.closed() == 4429


async def test_without_an_init_in_time_the_socket_closes(service: Service, monkeypatch):
    monkeypatch.setattr(websocket, "SECONDS_TO_INIT", 0.2)
    async with service.connected() as socket:
        await socket.send(type="ping")
        assert await socket.closed() == 4408


async def test_after_the_init_a_silent_socket_stays_open(service: Service, monkeypatch):
    monkeypatch.setattr(websocket, "SECONDS_TO_INIT", 0.2)
    async with service.opened() as socket:
        assert await socket.is_silent()
        await socket.subscribe("{ __typename }")
        assert await socket.answer() == {"__typename": "Query"}


async def test_an_id_in_use_closes(reading: Service):
    async with reading.opened() as socket:
        await socket.subscribe(FOREVER, "a")
        await socket.subscribe(FOREVER, "a")
        assert await socket.closed() == 4409


async def test_an_id_is_free_again_when_its_operation_is_complete(service: Service):
    async with service.opened() as socket:
        await socket.subscribe(FOREVER, "a")
        await service.subscribers(1)
        await socket.send(type="complete", id="a")
        await socket.subscribe("{ __typename }", "a")
        assert await socket.answer() == {"__typename": "Query"}
        assert await socket.message() == {"id": "a", "type": "complete"}
        await service.subscribers(0)


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "null",
        "{}",
        b"{}",
        "[" * 100_000,
        '{"type": 1}',
        '{"type": "start", "id": "1"}',
        '{"type": "next", "id": "1"}',
        '{"type": "ping", "payload": 1}',
        '{"type": "connection_init", "payload": "x"}',
        '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
        '{"type": "complete"}',
        json.dumps({"type": "complete", "id": "x" * 201}),
    ],
    ids=lambda text: str(text)[:50],
)
async def test_an_invalid_message_closes(reading: Service, text):
    async with reading.opened() as socket:
        await socket.send(text)
        assert await socket.closed() == 4400


async def test_a_message_that_is_too_large_closes(reading: Service):
    async with reading.opened() as socket:
        with contextlib.suppress(websockets.ConnectionClosed):
            await socket.send(" " * (Bounds().most_body_bytes + 1))
        assert await socket.closed() == 1009


async def test_operations_on_one_socket_are_bounded(service: Service):
    async with service.opened() as socket:
        for number in range(MOST_OPERATIONS + 1):
            await socket.subscribe(FOREVER, str(number))
        assert await socket.error() == "request/too-many-operations"
        await service.subscribers(MOST_OPERATIONS)
    await service.subscribers(0)


async def test_another_subprotocol_is_closed(reading: Service):
    async with reading.connected("graphql-ws") as socket:
        assert await socket.closed() == 4406


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "http://[", "https://"])
async def test_a_page_of_another_origin_is_refused(reading: Service, origin):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with reading.connected(Origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_a_page_of_our_own_is_accepted(reading: Service):
    async with reading.opened(Origin=f"http://{reading.host}"):
        pass


async def test_a_page_of_an_origin_in_the_settings_is_accepted(own_url):
    chosen = settings({}, database_url=own_url, allowed_origins="https://pages.example, https://other.example")
    async with served(chosen) as service, service.opened(Origin="https://Pages.example"):
        pass


@pytest.mark.parametrize("payload", [{}, {"authorization": None}, {"other": 1}])
async def test_where_you_need_a_key_to_read_you_need_one_to_connect(own_url, payload):
    async with served(settings({}, database_url=own_url, public_reading=False)) as service:
        async with service.connected() as socket:
            await socket.send(type="connection_init", payload=payload)
            assert await socket.closed() == 4401
        key = await create_key(service.database, "Rea", Role.READER)
        async with service.opened(key), service.opened(Authorization=f"Bearer {key}"):
            pass


@pytest.mark.parametrize("header", ["Bearer nonsense", "", "Basic eDp5", {"a": 1}])
async def test_an_invalid_key_is_refused(reading: Service, header):
    async with reading.connected() as socket:
        await socket.send(type="connection_init", payload={"Authorization": header})
        assert await socket.closed() == 4401


async def test_a_client_that_leaves_leaves_nothing_behind(service: Service):
    before = len(asyncio.all_tasks())
    async with service.opened() as socket:
        await socket.subscribe(FOREVER)
        await service.subscribers(1)
        socket.connection.transport.abort()
    await service.subscribers(0)
    await asyncio.sleep(0.1)
    assert len(asyncio.all_tasks()) <= before


async def test_a_service_that_stops_closes_without_complete_so_that_clients_reconnect(own_url):
    async with contextlib.AsyncExitStack() as stack:
        async with served(settings({}, database_url=own_url)) as service:
            socket = await stack.enter_async_context(service.opened())
            await socket.subscribe(FOREVER)
            await service.subscribers(1)
            service.hub.end()
            await service.subscribers(0)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.message()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
