"""The listener misses nothing, repeats nothing and rests: after a fail-over, after an absence, while it reconnects."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from service.config import settings
from service.database import Database, connected
from service.events import feed
from service.events.event import FIGURES, SUBMISSIONS, Event, Interest
from service.events.hub import Hub
from service.events.listener import APPLICATION, Listener, following
from tests.databases import Server
from tests.service.writes.submitting import ADA, drafted, figure, published, step, update
from tests.statements import counted

PATIENCE = 8.0  # seconds
END_LISTENER = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    f"WHERE application_name = '{APPLICATION}' AND datname = current_database()"
)


@pytest.fixture
async def own_url(server: Server, seeded: str) -> AsyncIterator[str]:
    """The URL of a seeded database of one test's own."""
    async with server.copy(seeded) as url:
        yield url


@pytest.fixture
async def own(own_url: str) -> AsyncIterator[Database]:
    async with connected(settings(database_url=own_url)) as database:
        yield database


async def events(hub: Hub, field: str, number: int) -> list[Event]:
    """The next events of a field."""
    with hub.subscribed(Interest(field)) as subscriber:
        async with asyncio.timeout(PATIENCE):
            return [await subscriber.event() for _ in range(number)]


@contextlib.asynccontextmanager
async def expecting(hub: Hub, field: str, number: int) -> AsyncIterator["asyncio.Task[list[Event]]"]:
    """The events of a field that the block causes, once they are awaited."""
    task = asyncio.create_task(events(hub, field, number))
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        task.cancel()


async def cut_audit(url: str, after: int) -> None:
    """What a replica that took over has not received: the latest audit events."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "ALTER TABLE audit_event DISABLE TRIGGER ALL; ALTER TABLE audit_head DISABLE TRIGGER ALL; "
            f"DELETE FROM audit_event WHERE position > {after}; "
            "UPDATE audit_head SET (position, hash) = "
            "(SELECT position, hash FROM audit_event ORDER BY position DESC LIMIT 1); "
            "ALTER TABLE audit_event ENABLE TRIGGER ALL; ALTER TABLE audit_head ENABLE TRIGGER ALL"
        )
        await connection.execute(END_LISTENER)
    finally:
        await connection.close()


async def head(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await feed.head(connection)
    finally:
        await connection.close()


async def test_after_a_fail_over_that_lost_events_the_next_ones_are_delivered(own: Database, own_url: str):
    hub = Hub()
    async with following(settings(database_url=own_url), hub) as listener:
        start = await head(own_url)
        async with expecting(hub, FIGURES, 1) as first:
            await update(own, figure(88.7))
            await first
        await cut_audit(own_url, start)
        await wait_until(lambda: listener.state == "reconnecting")
        await wait_until(lambda: listener.state == "connected")
        async with expecting(hub, FIGURES, 1) as second:
            await update(own, figure(99.44, "call_queuing_percent", reason="One is being repaired."))
            assert (await second)[0].metric == "call_queuing_percent"


async def test_what_happens_while_the_listener_is_away_is_delivered_when_it_is_back(
    own: Database, own_url: str, server: Server
):
    """Nobody new can connect; who is connected already publishes."""
    hub, name = Hub(), await own.reading.fetchval("SELECT current_database()")
    await update(own, figure(88.7))
    async with following(settings(database_url=own_url), hub) as listener:
        await server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await own.reading.fetch(END_LISTENER)
        await wait_until(lambda: listener.state == "reconnecting")
        async with expecting(hub, FIGURES, 1) as delivered:
            await update(own, figure(99.44, "call_queuing_percent", reason="One is being repaired."))
            assert listener.state == "reconnecting"
            await server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            assert (await delivered)[0].metric == "call_queuing_percent"


async def wait_until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_more_events_than_are_read_at_once_are_delivered_without_another_notification(
    own: Database, own_url: str
):
    """An absence in which 600 things happened: 500 are read at once, and the rest at once after them."""
    made, hub = await drafted(own), Hub()
    many = feed.MOST_AT_ONCE + 100
    async with following(settings(database_url=own_url), hub), expecting(hub, SUBMISSIONS, many) as delivered:
        connection = await asyncpg.connect(own_url)
        await connection.execute(
            "INSERT INTO audit_event (at, action, actor, role, subject, submission_id) "
            "SELECT now() + n * interval '1 us', 'submission.edit', 'Bob', 'SUBMITTER', 'QKS', $1::bigint "
            "FROM generate_series(1, $2::int) n",
            made,
            many,
        )
        await connection.close()
        positions = [event.position for event in await delivered]
    assert positions == sorted(set(positions))
    assert len(positions) == many


async def test_each_figure_is_reported_once_when_it_is_published_and_once_when_it_is_withdrawn(
    own: Database, own_url: str
):
    start = await head(own_url)
    made = await published(own, figure(), figure(100, "call_queuing_percent"))
    await step(own, "withdraw", made, by=ADA, reason="The wrong file.")
    connection = await asyncpg.connect(own_url)
    _, found = await feed.read(connection, start)
    await connection.close()
    figures = [event for event in found if event.field == FIGURES]
    assert len(figures) == len({(event.position, event.key) for event in figures}) == 4
    assert len({event.position for event in figures}) == 2


async def test_after_an_event_the_listener_rests_until_the_next(own: Database, own_url: str):
    hub = Hub()
    async with following(settings(database_url=own_url), hub):
        async with expecting(hub, FIGURES, 1) as first:
            await update(own, figure(88.7))
            await first
        await asyncio.sleep(0.2)
        async with counted(own_url) as statements:
            await asyncio.sleep(0.5)
    assert len([statement for statement in statements if "audit" in statement]) <= 1


async def test_a_listener_without_a_database_tries_again_in_growing_pauses():
    """0.1, 0.2, 0.4 and 0.8 seconds: at most five tries in a second and a half."""
    tries = 0

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    listener = Listener(settings(database_url=f"postgresql://nobody@127.0.0.1:{port}/none?sslmode=disable"), Hub())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1.5):
            await listener.follow()
    server.close()
    assert 2 <= tries <= 5
    assert listener.state == "reconnecting"


async def test_the_pauses_double_from_a_tenth_of_a_second_to_five_seconds(monkeypatch):
    class Enough(Exception):
        """The test has seen what it wants."""

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            raise Enough

    pauses: list[float] = []
    monkeypatch.setattr("service.events.listener.asyncio.sleep", note)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        nowhere = bound.getsockname()[1]
    listener = Listener(settings(database_url=f"postgresql://nobody@127.0.0.1:{nowhere}/none"), Hub())
    with pytest.raises(Enough):
        await listener.follow()
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])
