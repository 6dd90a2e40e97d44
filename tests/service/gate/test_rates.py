"""Each address and each key may send so many requests a minute, and others notice nothing."""

import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import websockets
from starlette.applications import Starlette
from websockets import Subprotocol

from schema.enumerations import Role
from service.app import application
from service.config import settings
from service.counting import SECONDS, Counter
from tests.service.graphql.api_keys import key_at
from tests.service.graphql.served import PROTOCOL, Socket, served

ONE, ANOTHER, HERE = "203.0.113.1", "203.0.113.2", "127.0.0.1"
QUERY = {"query": "{ __typename }"}
LIMITS = {
    "public_reading": True,
    "most_requests_a_minute": 5,
    "most_requests_a_minute_with_key": 7,
    "most_wrong_keys_a_minute": 3,
}


@dataclass
class Place:
    """A service with small limits, and a key for it."""

    app: Starlette
    key: str

    async def send(
        self, address: str, *, key: str | None = None, path: str = "/graphql", json: Any = QUERY
    ) -> httpx.Response:
        """The answer to one request from an address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 1))
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://tracker", headers=headers) as client:
            return await client.get(path) if path != "/graphql" else await client.post(path, json=json)

    async def statuses(self, number: int, address: str, **options: str) -> list[int]:
        return [(await self.send(address, **options)).status_code for _ in range(number)]


@pytest.fixture
async def place(server, seeded) -> AsyncIterator[Place]:
    async with server.copy(seeded) as url, running(url) as place:
        yield place


@asynccontextmanager
async def running(url: str) -> AsyncIterator[Place]:
    app, key = application(settings({}, database_url=url, **LIMITS)), await key_at(url, "Ada", Role.APPROVER)
    async with app.router.lifespan_context(app):
        yield Place(app, key)


async def test_an_address_that_sends_too_much_waits_and_others_do_not(place: Place):
    assert await place.statuses(6, ONE) == [200] * 5 + [429]
    assert await place.statuses(1, ANOTHER) == [200]


async def test_a_refusal_says_when_to_come_back_and_each_answer_what_is_left(place: Place):
    answers = [await place.send(ONE) for _ in range(6)]
    assert answers[0].headers["RateLimit-Policy"] == '"requests";q=5;w=60'
    assert answers[0].headers["RateLimit"].startswith('"requests";r=4;t=')
    assert answers[5].json()["errors"][0]["extensions"]["code"] == "request/too-many"
    assert 1 <= int(answers[5].headers["Retry-After"]) <= SECONDS


async def test_a_request_can_ask_what_is_left_and_no_answer_to_that_is_kept(place: Place):
    query = {"query": '{ rateLimit { cost limit remaining resetAt } metric(code: "practices") { code } }'}
    before = dt.datetime.now(dt.UTC)
    rates = [(await place.send(ONE, json=query)).json()["data"]["rateLimit"] for _ in range(3)]
    assert [(each["cost"], each["limit"], each["remaining"]) for each in rates] == [(1, 5, left) for left in (4, 3, 2)]
    ends = dt.datetime.fromisoformat(rates[0]["resetAt"])
    assert dt.timedelta(0) < ends - before <= dt.timedelta(seconds=SECONDS + 20)
    assert (await place.send(HERE, json=query)).json()["data"]["rateLimit"] is None


async def test_a_key_has_a_count_of_its_own(place: Place):
    assert await place.statuses(6, ONE) == [200] * 5 + [429]
    assert await place.statuses(8, ONE, key=place.key) == [200] * 7 + [429]
    assert await place.statuses(1, ANOTHER, key=place.key) == [429]


async def test_whoever_guesses_keys_is_stopped_and_others_are_not(place: Place):
    guesses = [(await place.send(ONE, key=f"kmt_aaaaaaaa_{at:043}")).status_code for at in range(4)]
    assert guesses == [401, 401, 401, 429]
    assert await place.statuses(1, ONE, key=place.key) == [429]
    assert await place.statuses(1, ANOTHER, key=place.key) == [200]
    assert await place.statuses(1, ONE) == [200]


async def test_probes_and_this_machine_are_not_counted(place: Place):
    assert await place.statuses(20, ONE, path="/livez") == [200] * 20
    assert await place.statuses(20, HERE) == [200] * 20


async def test_keys_that_are_guessed_over_websockets_count_too(server, seeded):
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **LIMITS)) as service:
        for _ in range(3):
            async with service.connected(**{"X-Forwarded-For": ANOTHER}) as socket:
                await socket.send(type="connection_init", payload={"authorization": "Bearer kmt_aaaaaaaa_wrong"})
                assert await socket.closed() == 4401
        async with service.client(**{"X-Forwarded-For": ANOTHER, "Authorization": "Bearer kmt_aaaaaaaa_x"}) as client:
            assert (await client.post("/graphql", json=QUERY)).status_code == 429


async def test_websockets_count_as_requests(server, seeded):
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **LIMITS)) as service:
        address = f"ws://{service.host}/graphql"
        async with contextlib.AsyncExitStack() as stack:
            for number in range(6):
                connecting = websockets.connect(
                    address, subprotocols=[Subprotocol(PROTOCOL)], additional_headers={"X-Forwarded-For": ONE}
                )
                if number < 5:
                    await stack.enter_async_context(connecting)
                    continue
                with pytest.raises(websockets.InvalidStatus):
                    await stack.enter_async_context(connecting)


async def pongs(socket: Socket) -> int:
    """How many pings out of twenty a socket answers before it is closed."""
    number = 0
    with contextlib.suppress(websockets.ConnectionClosed):
        for _ in range(20):
            await socket.send(type="ping")
            assert (await socket.message())["type"] == "pong"
            number += 1
    return number


async def test_messages_over_a_websocket_count_as_requests(server, seeded):
    async with server.copy(seeded) as url, served(settings({}, database_url=url, **LIMITS)) as service:
        key = await key_at(url, "Ada", Role.APPROVER)
        async with service.opened(**{"X-Forwarded-For": ONE}) as socket:
            assert await pongs(socket) == 4, "the handshake counts too"
            assert await socket.closed() == 1013, "come back later"
        async with service.opened(key, **{"X-Forwarded-For": ANOTHER}) as socket:
            assert await pongs(socket) == 7, "a key has a count of its own"
        async with service.opened() as socket:
            assert await pongs(socket) == 20


def test_a_new_minute_begins_a_new_count():
    now = [0.0]
    counter = Counter(2, lambda: now[0])
    for _ in range(2):
        counter.of("a").used += 1
    assert counter.is_used_up("a")
    assert counter.seconds_left("a") == SECONDS
    now[0] += SECONDS
    assert not counter.is_used_up("a")


def test_a_limit_of_0_is_none():
    counter = Counter(0)
    counter.of("a").used += 1_000_000
    assert not counter.is_used_up("a")
