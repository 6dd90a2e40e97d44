"""A request becomes a stream of answers: one for a query or a command, one for each event of a subscription."""

import asyncio
from collections.abc import AsyncGenerator, Hashable

import asyncpg

from schema.errors import Refusal
from service.answers.access import FindCaller
from service.answers.executor import Caller, Executor
from service.answers.request import GraphQLRequest
from service.answers.subscriptions import Subscription
from service.events.event import Event
from service.events.hub import Hub

# Events use at most this many connections of the pool, and leave the others to requests.
MOST_READS_AT_ONCE = 2
# How long one subscriber's reading serves the others who get the same.
SECONDS_KEPT = 1.0


class NoLonger(Refusal):
    """A subscriber whose access has ended."""


class Streams:
    """Answers requests over transports that carry more than one answer."""

    def __init__(self, executor: Executor, pool: "asyncpg.Pool[asyncpg.Record]", hub: Hub) -> None:
        self._executor = executor
        self._pool = pool
        self._hub = hub
        self._turns = asyncio.Semaphore(MOST_READS_AT_ONCE)
        self._reads: dict[Hashable, asyncio.Task[bytes]] = {}

    async def answers(
        self, request: GraphQLRequest, find_caller: FindCaller, *, may_write: bool
    ) -> AsyncGenerator[bytes, None]:
        """The JSON text of `data`, as often as there is one.

        Refusals: those of reading; `subscription/behind`; `NoLonger` at the first event after access has ended. Raises
        `service.events.hub.Stopping`.
        """
        subscription = await self._executor.subscription(request)
        caller = await find_caller()
        if subscription is None:
            yield await self._executor.data(request, caller, may_write=may_write)
            return
        subscription.check(caller.viewer)
        with self._hub.subscribed(subscription.interest) as subscriber:
            while True:
                event = await subscriber.event()
                data = await self._read(subscription, event, await _caller_now(subscription, find_caller))
                if not subscription.is_nothing(data):
                    yield data

    async def _read(self, subscription: Subscription, event: Event, caller: Caller) -> bytes:
        """The answer to an event for one caller. Subscribers who get the same answer share one reading.

        The viewer is part of the distinction only where the document needs it.
        """
        plan, binding = await self._executor.event_plan(subscription, event.key, caller)
        key = (event.position, plan.distinction(binding))
        if key not in self._reads:

            async def read() -> bytes:
                async with self._turns:
                    return (await self._executor.answering.reading(self._pool, plan, binding)).data

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
