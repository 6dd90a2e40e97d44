"""Connections keep to their limits, each refusal has its code, and others notice nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from service.config import settings
from tests.service.graphql.served import Service, served, until

QUICK = 0.4  # seconds that the limits of these tests allow
HEAD = b"POST /graphql HTTP/1.1\r\nHost: tracker\r\nContent-Type: application/json\r\n"
QUERY = b'{"query": "{ __typename }"}'


@pytest.fixture(scope="module")
async def limited(server, seeded) -> AsyncIterator[Service]:
    """A service with small limits."""
    bounds = {"most_connections": 10, "seconds_for_headers": QUICK, "seconds_for_body": QUICK}
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **bounds)) as service:
        yield service


class Wire:
    """A connection whose bytes a test writes itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def answer(self) -> tuple[int, Any]:
        """The status and the body of the answer."""
        async with asyncio.timeout(10):
            self.head = head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            return int(head.split()[1]), json.loads(await self.reader.readexactly(length))

    async def refusal(self) -> tuple[int, str]:
        """The status and the code of a refusal, after which the other end closes."""
        status, body = await self.answer()
        assert await self.is_closed()
        assert "\r\nx-content-type-options: nosniff\r\n" in self.head
        assert "\r\nx-request-id: " in self.head
        return status, body["errors"][0]["extensions"]["code"]

    async def is_closed(self) -> bool:
        async with asyncio.timeout(10):
            return await self.reader.read() == b""


@asynccontextmanager
async def wire(service: Service) -> AsyncIterator[Wire]:
    host, port = service.host.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


async def test_a_client_that_says_nothing_is_let_go(limited: Service):
    async with wire(limited) as silent:
        assert await silent.is_closed()


async def test_headers_that_do_not_arrive_in_time_are_a_timeout(limited: Service):
    async with wire(limited) as slow:
        await slow.send(HEAD)
        assert await slow.refusal() == (408, "request/timeout")


async def test_headers_that_trickle_in_have_no_more_time(limited: Service):
    async with wire(limited) as slow:
        sending = asyncio.create_task(trickle(slow))
        assert await slow.refusal() == (408, "request/timeout")
        sending.cancel()


async def trickle(slow: Wire) -> None:
    for each in range(1_000):
        await slow.send(b"POST /graphql HTTP/1.1\r\n" if each == 0 else b"X-A: b\r\n")
        await asyncio.sleep(QUICK / 10)


async def test_a_body_that_does_not_arrive_in_time_is_a_timeout(limited: Service):
    async with wire(limited) as slow:
        await slow.send(HEAD, b"Content-Length: 100\r\n\r\n", b"{")
        assert await slow.refusal() == (408, "request/timeout")


async def test_a_request_in_parts_is_answered_in_time_and_the_next_one_too(limited: Service):
    async with wire(limited) as patient:
        for _ in range(3):
            length = f"Content-Length: {len(QUERY)}\r\n\r\n".encode()
            await patient.send(HEAD[:20], HEAD[20:] + length, QUERY[:5], QUERY[5:])
            assert await patient.answer() == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("ends", [b"\r\n\r\n", b""])
async def test_headers_that_are_too_large_are_refused(limited: Service, ends: bytes):
    async with wire(limited) as large:
        await large.send(HEAD, b"X-Large: " + b"a" * 40_000, ends)
        assert await large.refusal() == (431, "request/headers-too-large")


async def test_too_many_headers_are_refused(limited: Service):
    async with wire(limited) as many:
        await many.send(HEAD, b"".join(b"X-%d: a\r\n" % each for each in range(200)), b"\r\n")
        assert await many.refusal() == (431, "request/headers-too-large")


async def test_too_large_headers_open_no_websocket(limited: Service):
    async with wire(limited) as large:
        upgrade = b"GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
        await large.send(upgrade, b"X-Large: " + b"a" * 40_000, b"\r\n\r\n")
        assert await large.refusal() == (431, "request/headers-too-large")


@pytest.mark.parametrize("said", [b"GARBAGE\r\n\r\n", HEAD + b"Content-Length: abc\r\n\r\n"])
async def test_what_is_not_http_is_refused(limited: Service, said: bytes):
    async with wire(limited) as odd:
        await odd.send(said)
        assert await odd.refusal() == (400, "request/malformed")


async def test_a_refusal_before_the_application_has_a_line_with_its_code(limited: Service, caplog):
    with caplog.at_level(logging.INFO):
        async with wire(limited) as large:
            await large.send(HEAD, b"X-Large: " + b"a" * 40_000, b"\r\n\r\n")
            await large.refusal()
    [line] = lines(caplog)
    assert isinstance(line.msg, dict)
    assert (line.msg["status"], line.msg["code"]) == (431, "request/headers-too-large")
    assert f"x-request-id: {line.msg['request']}\r\n" in large.head


async def test_one_connection_too_many_is_refused_until_another_ends(limited: Service):
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(wire(limited))
        async with wire(limited) as eleventh:
            assert await eleventh.refusal() == (503, "request/too-many-connections")
            assert "\r\nretry-after: 5\r\n" in eleventh.head
    async with limited.client() as client:
        await until_answered(client)


async def until_answered(client) -> None:
    for _ in range(100):
        if (await client.get("/livez")).status_code == 200:
            return
        await asyncio.sleep(0.05)
    pytest.fail("no connection was free again")


async def test_a_websocket_outlives_the_time_for_headers(limited: Service):
    async with limited.opened() as socket:
        await asyncio.sleep(2 * QUICK)
        await socket.send(type="ping")
        assert (await socket.message())["type"] == "pong"


async def test_a_client_that_leaves_in_its_body_leaves_one_line_and_no_traceback(limited: Service, caplog):
    with caplog.at_level(logging.INFO):
        async with wire(limited) as leaving:
            await leaving.send(HEAD, b"Content-Length: 100\r\n\r\n", b"{")
            await asyncio.sleep(QUICK / 4)
        await until(lambda: any("code" in record.msg for record in lines(caplog)))
    assert ["request/incomplete" in str(record.msg) for record in lines(caplog)] == [True]
    assert not [record for record in caplog.records if record.exc_info]


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "tracker.requests"]
