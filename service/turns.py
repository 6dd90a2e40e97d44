"""Work for threads, in turns: nobody's many wait in front of another's first, and nothing is started for who has left.

Documents are parsed and planned by threads. Some take half a second, and anybody may send them.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from schema.errors import Refusal

T = TypeVar("T")

# Who has sent the request in hand; None for the service itself.
CLIENT: ContextVar[Hashable] = ContextVar("client", default=None)
# How long a request waits for its turn: with a thread, for a connection, or as a costly one.
MOST_SECONDS_TO_WAIT = 5.0


async def take_turn(places: asyncio.Semaphore, sentence: str) -> None:
    """Take one of some places, in turn. Refusals: `page/busy`, with a sentence, for whoever waits long."""
    if not places.locked():
        await places.acquire()
        return
    try:
        async with asyncio.timeout(MOST_SECONDS_TO_WAIT):
            await places.acquire()
    except TimeoutError as reason:
        raise Refusal("page/busy", sentence) from reason


@dataclass(order=True)
class _Waiting(Generic[T]):
    """Work that waits, in the order in which it is done: by how much its client has waiting already, and by size."""

    before: int
    size: int
    number: int
    work: Callable[[], T] = field(compare=False)
    client: Hashable = field(compare=False)
    done: "asyncio.Future[T]" = field(compare=False)
    timer: asyncio.TimerHandle | None = field(default=None, compare=False)


class Turns:
    """Hands work to threads, one at a time."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._waiting: list[_Waiting[Any]] = []
        self._of_client: Counter[Hashable] = Counter()
        self._number = 0
        self._doing: asyncio.Future[Any] | None = None

    def begin(self, work: Callable[[], T], *, size: int) -> "asyncio.Future[T]":
        """What a function will return. Refusals: `page/busy`, when its turn does not come soon.

        To cancel it before its turn is to have it left out; work that has started goes on.
        """
        loop, client = asyncio.get_running_loop(), CLIENT.get()
        self._number += 1
        each = _Waiting(self._of_client[client], size, self._number, work, client, loop.create_future())
        self._of_client[client] += 1
        each.done.add_done_callback(lambda _: self._leave(each))
        heapq.heappush(self._waiting, each)
        if self._doing is None or self._doing.get_loop().is_closed():
            self._next()
        else:
            each.timer = loop.call_later(MOST_SECONDS_TO_WAIT, _refuse, each.done)
        return each.done

    def has_started(self, done: "asyncio.Future[Any]") -> bool:
        """Whether some work has been started, or has ended."""
        return done is self._doing or done.done()

    def _leave(self, each: _Waiting[Any]) -> None:
        if each.timer is not None:
            each.timer.cancel()
        self._of_client[each.client] -= 1
        if not self._of_client[each.client]:
            del self._of_client[each.client]

    def _next(self) -> None:
        self._doing = None
        while self._waiting:
            each = heapq.heappop(self._waiting)
            if each.done.done() or each.done.get_loop() is not asyncio.get_running_loop():
                continue
            if each.timer is not None:
                each.timer.cancel()
            self._doing = each.done
            made = asyncio.get_running_loop().run_in_executor(self._threads, each.work)
            made.add_done_callback(lambda made, each=each: self._end(each, made))  # type: ignore[misc]
            return

    def _end(self, each: _Waiting[T], made: "asyncio.Future[T]") -> None:
        reason = made.exception()
        if not each.done.done():
            if reason is None:
                each.done.set_result(made.result())
            else:
                each.done.set_exception(reason)
        self._next()


def _refuse(done: "asyncio.Future[Any]") -> None:
    if not done.done():
        done.set_exception(Refusal("page/busy", "Too many documents that are new wait to be read."))
