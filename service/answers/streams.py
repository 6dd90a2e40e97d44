"""A request becomes a stream of answers: one for a query or a command, one for each event of a subscription."""

import asyncio
from collections.abc import AsyncGenerator, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from typing import NamedTuple

from schema.errors import Refusal
from service.answers.access import FindCaller
from service.answers.caller import Caller
from service.answers.executor import Executor
from service.answers.request import GraphQLRequest
from service.answers.subscriptions import Subscription
from service.events import past
from service.events.event import Event, Place
from service.events.hub import Hub
from service.reading_pool import ReadingPool

# Events use at most this many connections of the pool, and leave the others to requests.
MOST_READS_AT_ONCE = 2
# How long one subscriber's reading serves the others who get the same.
SECONDS_KEPT = 1.0


class Streamed(NamedTuple):
    """One answer: the JSON text of its `data`, and the place of its event, if it has one."""

    data: bytes
    place: Place | None = None

    @property
    def json(self) -> bytes:
        """The JSON of the whole answer."""
        more = b"" if self.place is None else b',"extensions":{"position":"%s"}' % str(self.place).encode()
        return b'{"data":' + self.data + more + b"}"


class NoLonger(Refusal):
    """A subscriber whose access has ended."""


class Streams:
    """Answers requests over transports that carry more than one answer."""

    def __init__(self, executor: Executor, pool: ReadingPool, hub: Hub) -> None:
        self._executor = executor
        self._pool = pool
        self._hub = hub
        self._turns = asyncio.Semaphore(MOST_READS_AT_ONCE)
        self._reads: dict[Hashable, asyncio.Task[bytes]] = {}

    async def answers(
        self,
        request: GraphQLRequest,
        find_caller: FindCaller,
        *,
        may_write: bool,
        since: str | None = None,
        turn: AbstractAsyncContextManager[object] | None = None,
    ) -> AsyncGenerator[Streamed, None]:
        """An answer, as often as there is one; with `since`, first to the events after that place.

        The request is prepared within its `turn`, which it leaves to be refused or carried out.

        Refusals: those of reading; `subscription/behind`, `subscription/unknown-position`; `NoLonger` at the first
        event after access has ended. Raises `service.events.hub.Stopping`.
        """
        async with turn or nullcontext():
            subscription = await self._executor.subscription(request)
            caller = await find_caller()
            if subscription is not None:
                subscription.check(caller.viewer)
        if subscription is None:
            yield Streamed(await self._executor.data(request, caller, may_write=may_write))
            return
        async with aclosing(self._events(subscription, since or subscription.since)) as events:
            async for event in events:
                data = await self._read(subscription, event, await _caller_now(subscription, find_caller))
                if not subscription.is_nothing(data):
                    yield Streamed(data, event.place)

    async def answers_after(
        self, request: GraphQLRequest, caller: Caller, start: Place, organisations: frozenset[str] | None
    ) -> AsyncGenerator[tuple[Place, Streamed | None], None]:
        """The answers to the events after a place, as far as they have happened, each with its place.

        A place without an answer is reached too: nothing before it is missing. With `organisations` only events of
        those. Refusals: those of reading; `subscription/unknown-position`; `document/invalid` for another operation.
        """
        subscription = await self._executor.subscription(request)
        if subscription is None:
            raise Refusal("document/invalid", "The document is not a subscription.")
        subscription.check(caller.viewer)
        interest = subscription.interest
        if organisations is not None:
            interest = interest.among(organisations)
        members = None if organisations is None else sorted(organisations)
        async for piece in past.events_after(self._pool, start, interest):
            for event in piece.events:
                data = await self._read(subscription, event, caller, members)
                yield event.place, None if subscription.is_nothing(data) else Streamed(data, event.place)
            yield piece.reached, None

    async def _events(self, subscription: Subscription, since: str | None) -> AsyncGenerator[Event, None]:
        """The events of a subscription: those after a place, then each as it happens, none twice and none missed."""
        reached = None if since is None else past.place(since)
        with self._hub.subscribed(subscription.interest) as subscriber:
            # From here on events are queued. Those that are read meanwhile are passed over when they come.
            if reached is not None:
                async for piece in past.events_after(self._pool, reached, subscription.interest):
                    reached = piece.reached
                    for event in piece.events:
                        yield event
            while True:
                event = await subscriber.event()
                if reached is None or event.place > reached:
                    yield event

    async def _read(
        self, subscription: Subscription, event: Event, caller: Caller, members: Sequence[str] | None = None
    ) -> bytes:
        """The answer to an event for one caller. Subscribers who get the same answer share one reading.

        The viewer is part of the distinction only where the document needs it.
        """
        bound = await self._executor.event(subscription, event.key, caller, members)
        key = (event.position, bound.distinction)
        if key not in self._reads:

            async def read() -> bytes:
                async with self._turns:
                    return (await self._executor.answering.reading(self._pool, bound)).data

            self._reads[key] = asyncio.create_task(read(), name="event")
            self._reads[key].add_done_callback(lambda done: self._forget_soon(key, done))
        # A subscriber who leaves meanwhile does not cancel the answer for the others.
        return await asyncio.shield(self._reads[key])

    def _forget_soon(self, key: Hashable, done: asyncio.Task[bytes]) -> None:
        if not done.cancelled():
            # Also retrieved here, in case nobody waits for it any more.
            done.exception()
        asyncio.get_running_loop().call_later(SECONDS_KEPT, self._reads.pop, key, None)


async def _caller_now(subscription: Subscription, find_caller: FindCaller) -> Caller:
    """The caller, checked again now that there is an event."""
    try:
        caller = await find_caller()
        subscription.check(caller.viewer)
    except Refusal as reason:
        if reason.code in {"UNAUTHENTICATED", "FORBIDDEN"}:
            raise NoLonger(reason.code, reason.message) from reason
        raise
    return caller
