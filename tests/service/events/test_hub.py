"""The hub lets subscribers in while events can be followed, and ends them all when the process stops."""

import asyncio

import pytest

from schema.errors import Refusal
from service.events.event import FIGURES, Event, Interest
from service.events.hub import Hub, Stopping

EVENT = Event(1, FIGURES, 1, "QKS", "call_back_percent", "INTEGRATED_CARE_BOARD")


async def test_before_the_first_connection_nobody_is_let_in():
    with pytest.raises(Refusal) as refusal, Hub().subscribed(Interest(FIGURES)):
        pass
    assert refusal.value.code == "database/unavailable"


async def test_a_subscription_that_starts_while_the_process_stops_ends_at_once():
    hub = Hub()
    hub.begin()
    hub.end()
    with pytest.raises(Stopping), hub.subscribed(Interest(FIGURES)):
        pass
    assert len(hub) == 0


async def test_a_subscription_ends_with_the_process_after_what_is_queued():
    hub = Hub()
    hub.begin()
    with hub.subscribed(Interest(FIGURES)) as subscriber:
        await hub.deliver([EVENT])
        hub.end()
        assert await subscriber.event() == EVENT
        with pytest.raises(Stopping):
            await subscriber.event()
    assert len(hub) == 0


async def test_other_work_goes_on_while_many_events_are_delivered():
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count())
    await Hub().deliver([EVENT] * 100)
    other.cancel()
    assert turns >= 100


async def test_a_subscriber_that_is_behind_gets_what_fitted_and_one_refusal_and_is_no_longer_one():
    hub = Hub(most_waiting=1)
    hub.begin()
    with hub.subscribed(Interest(FIGURES)) as subscriber:
        await hub.deliver([EVENT, EVENT, EVENT])
        assert len(hub) == 0
        assert await subscriber.event() == EVENT
        with pytest.raises(Refusal) as refusal:
            await subscriber.event()
    assert refusal.value.code == "subscription/behind"


@pytest.mark.parametrize(
    ("interest", "is_wanted"),
    [
        (Interest(FIGURES), True),
        (Interest(FIGURES, organisations=frozenset({"QKS"})), True),
        (Interest(FIGURES, organisations=frozenset({"G82002"})), False),
        (Interest(FIGURES, metrics=frozenset({"call_back_percent"})), True),
        (Interest(FIGURES, metrics=frozenset()), False),
        (Interest(FIGURES, kind="INTEGRATED_CARE_BOARD"), True),
        (Interest(FIGURES, kind="PRACTICE"), False),
        (Interest(FIGURES, key=1), True),
        (Interest(FIGURES, key=2), False),
    ],
    ids=str,
)
def test_a_subscriber_wants_what_every_filter_lets_through(interest: Interest, is_wanted: bool):
    assert interest.takes(EVENT) == is_wanted
