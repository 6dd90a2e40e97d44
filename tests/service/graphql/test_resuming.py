"""A subscriber that lost its connection goes on from where it was, over WebSockets and streams alike."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from schema.graph import graph
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.answers.streams import Streams
from service.events.event import FIGURES, Event
from service.events.hub import Hub
from tests.service.graphql.served import Service, Socket
from tests.service.graphql.test_sse import events, streamed
from tests.service.writes.submitting import figure, save, update

FEED = "subscription ($since: String) { figuresPublished(since: $since) { value metric { code } } }"
BACK, QUEUING = "call_back_percent", "call_queuing_percent"


async def received(socket: Socket) -> tuple[str, float]:
    """The position and the value of the next answer."""
    message = await socket.message()
    assert message["type"] == "next", message
    return message["payload"]["extensions"]["position"], message["payload"]["data"]["figuresPublished"]["value"]


async def subscribed(service: Service, socket: Socket, since: str | None) -> None:
    await socket.subscribe(FEED, since=since)
    await service.subscribers(1)


async def publish(service: Service, *values: float) -> None:
    for value in values:
        assert (await update(service.database, figure(value, reason="Counted again.")))["problems"] == []


async def test_a_socket_goes_on_after_the_last_answer_without_a_gap_or_a_repeat(service: Service):
    async with service.opened() as socket:
        await subscribed(service, socket, None)
        await publish(service, 80.1, 80.2)
        await received(socket)
        position, value = await received(socket)
        assert value == 80.2
    await service.subscribers(0)
    await publish(service, 80.3, 80.4)
    async with service.opened() as socket:
        await subscribed(service, socket, position)
        missed = [await received(socket) for _ in range(2)]
        await publish(service, 80.5)
        assert (await received(socket))[1] == 80.5
        assert await socket.is_silent()
    # An event gives the figure as it is when it is sent.
    assert [value for _, value in missed] == [80.4, 80.4]
    steps = [float(each) for each in (position, missed[0][0], missed[1][0])]
    assert steps == sorted(set(steps))


async def test_what_was_published_together_is_taken_up_in_the_middle(service: Service):
    both = (figure(81.1, reason="Counted again."), figure(100, QUEUING, reason="Counted again."))
    assert (await update(service.database, *both))["problems"] == []
    async with service.opened() as socket:
        await subscribed(service, socket, "0")
        positions = [(await received(socket))[0] for _ in range(2)]
    await service.subscribers(0)
    assert positions[0].split(".")[0] == positions[1].split(".")[0]
    async with service.opened() as socket:
        await subscribed(service, socket, positions[0])
        assert (await received(socket))[0] == positions[1]
        assert await socket.is_silent()


async def test_the_version_of_an_answer_is_a_position_too(service: Service):
    await publish(service, 82.1)
    async with service.client() as client:
        read = await client.post("/graphql", json={"query": "{ practices { totalCount } }"})
    await publish(service, 82.2)
    async with service.opened() as socket:
        await subscribed(service, socket, read.headers["tracker-version"])
        assert (await received(socket))[1] == 82.2
        assert await socket.is_silent()


async def test_a_browser_goes_on_with_the_id_of_the_last_event(service: Service):
    query = "subscription { figuresPublished { value } }"
    await publish(service, 83.1)
    async with service.client(Accept="text/event-stream") as client:
        sent = {"query": query.replace("{ value", '(since: "0") { value')}
        async with client.stream("POST", "/graphql", json=sent) as response:
            lines = [line async for line in until_data(response)]
    await service.subscribers(0)
    [place] = [line.removeprefix("id: ") for line in lines if line.startswith("id: ")]
    assert f'"extensions":{{"position":"{place}"}}' in lines[-1]
    await publish(service, 83.2)
    async with streamed(service, query, "GET", **{"Last-Event-ID": place}) as response:
        name, answer = await anext(events(response))
    assert (name, answer["data"]) == ("next", {"figuresPublished": {"value": 83.2}})


async def until_data(response: Any):
    """The lines of a stream up to the first with data."""
    async for line in response.aiter_lines():
        yield line
        if line.startswith("data:"):
            return


async def test_the_filters_hold_for_what_was_missed(service: Service):
    assert (await update(service.database, figure(84.1, reason="Again."), figure(100, QUEUING, reason="Again.")))[
        "problems"
    ] == []
    only = f'subscription {{ figuresPublished(metrics: ["{QUEUING}"], since: "0") {{ value metric {{ code }} }} }}'
    async with service.opened() as socket:
        await socket.subscribe(only)
        assert (await socket.answer())["figuresPublished"]["metric"]["code"] == QUEUING
        assert await socket.is_silent()


async def test_whoever_may_see_submissions_alone_gets_those_that_were_missed(service: Service, approver_key):
    await save(service.database, figure(85.1), title="Mentors")
    query = 'subscription { submissionChanged(since: "0") { title } }'
    async with service.opened() as socket:
        await socket.subscribe(query)
        assert await socket.error() == "UNAUTHENTICATED"
    async with service.opened(approver_key) as socket:
        await socket.subscribe(query)
        assert await socket.answer() == {"submissionChanged": {"title": "Mentors"}}


@pytest.mark.parametrize("since", ["x", "", "-1", "1.2.3", "9" * 30, "999999"])
async def test_a_position_that_there_is_not_is_refused(reading: Service, since):
    async with reading.opened() as socket:
        await socket.subscribe(FEED, since=since)
        assert await socket.error() == "subscription/unknown-position"


async def test_a_position_that_is_too_far_back_is_refused(service: Service, monkeypatch):
    monkeypatch.setattr("service.events.past.MOST_BACK", 0)
    await publish(service, 86.1)
    async with service.opened() as socket:
        await socket.subscribe(FEED, since="0")
        assert await socket.error() == "subscription/unknown-position"


async def test_an_event_that_was_read_and_then_comes_again_is_sent_once(writable):
    hub, [key] = Hub(), (await update(writable, figure(87.1, reason="Again.")))["figure_ids"]
    hub.begin()

    async def nobody() -> Caller:
        return Caller(None)

    streams = Streams(Executor(graph._schema, writable), writable.primary, hub)
    request = GraphQLRequest('subscription { figuresPublished(since: "0") { value } }')
    async with aclosing(streams.answers(request, nobody, may_write=False)) as answers, asyncio.timeout(20):
        first = (await anext(answers)).place
        assert first is not None
        later = first.position + 1
        await hub.deliver([Event(at, FIGURES, key, "QKS", number=first.number) for at in (first.position, later)])
        second = (await anext(answers)).place
    assert (second.position if second else None) == later
