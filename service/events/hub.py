"""Events become entries in the queues of the subscribers that want them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from schema.errors import Refusal
from service.events.event import Event, Interest

# Twice the figures of the largest update, so that one fits whole. A queue holds only references.
MOST_WAITING = 20_000


class Stopping(Exception):
    """The process stops: a subscription ends here, and can begin again elsewhere."""


class Subscriber:
    """One subscriber, with its own queue, so that no subscriber waits for another."""

    def __init__(self, interest: Interest, most_waiting: int) -> None:
        self._interest = interest
        self._most_waiting = most_waiting
        self._waiting: asyncio.Queue[Event | Exception] = asyncio.Queue()

    async def event(self) -> Event:
        """The next event. Refusals: `subscription/behind`, after all that fitted. Raises `Stopping`."""
        event = await self._waiting.get()
        if isinstance(event, Exception):
            raise event
        return event

    def offer(self, event: Event) -> bool:
        """Queue an event that is wanted; False when there is no room for it, which ends the subscription."""
        if not self._interest.takes(event):
            return True
        if self._waiting.qsize() < self._most_waiting:
            self._waiting.put_nowait(event)
            return True
        message = f"More than {self._most_waiting:,} events were waiting for this subscription."
        self.end(Refusal("subscription/behind", message))
        return False

    def end(self, reason: Exception) -> None:
        """End the subscription for a reason, after all that is queued."""
        self._waiting.put_nowait(reason)


class Hub:
    """The subscribers of one process."""

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._subscribers: defaultdict[str, set[Subscriber]] = defaultdict(set)
        self._is_open = self._is_over = False
        self._moved = asyncio.Event()

    def __len__(self) -> int:
        return sum(map(len, self._subscribers.values()))

    def begin(self) -> None:
        """Let subscribers in: from now on no event is missed."""
        self._is_open = True

    def end(self) -> None:
        """End all subscriptions, and those that are still to come, because the process stops."""
        self._is_over = True
        for subscriber in {each for several in self._subscribers.values() for each in several}:
            subscriber.end(Stopping())

    @contextmanager
    def subscribed(self, interest: Interest) -> Iterator[Subscriber]:
        """A subscriber for the block. Refusals: `database/unavailable`, before the first connection."""
        if not self._is_open:
            raise Refusal("database/unavailable", "Events cannot be followed yet.")
        if self._is_over:
            raise Stopping
        subscriber = Subscriber(interest, self._most_waiting)
        self._subscribers[interest.field].add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers[interest.field].discard(subscriber)

    async def deliver(self, events: Sequence[Event]) -> None:
        """Queue events for whoever wants them, in order."""
        self._moved.set()
        for event in events:
            subscribers = self._subscribers[event.field]
            subscribers -= {each for each in tuple(subscribers) if not each.offer(event)}
            # Thousands of figures for thousands of subscribers are seconds of work: requests go in between.
            await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        """Wait until something has happened since the last wait, for so many seconds at most. For one who waits."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        self._moved.clear()
