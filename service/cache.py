"""Keeps a limited amount of what can be made again: what was used most recently."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from service.turns import Turns

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# Two, such as one for documents and one for plans: a third would only take turns with the event loop.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="making")


def _one(_: object) -> int:
    return 1


class Cache(Generic[K, V]):
    """Keeps what was made for a key until newer things need its room.

    All that is kept weighs `most` at most; without `weight`, each thing weighs one.
    """

    def __init__(self, most: int, weight: Callable[[V], int] = _one) -> None:
        self._most = most
        self._weight = weight
        self._weighs = 0
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._making: dict[K, asyncio.Future[V]] = {}
        # How many wait for each of these.
        self._asking: Counter[K] = Counter()
        self._turns = Turns(_THREADS)

    def kept(self, key: K, make: Callable[[], V]) -> V:
        """The thing kept under a key; it is made now if there is none."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        return self._add(key, make())

    def get(self, key: K) -> V | None:
        """The thing kept under a key; None if there is none."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: K, thing: V) -> None:
        """Keep a thing under a key, in the place of the one that was kept there."""
        self._add(key, thing)

    def drop(self, key: K) -> None:
        """Keep nothing under a key any more."""
        if key in self._kept:
            self._weighs -= self._weight(self._kept.pop(key))

    async def kept_by_thread(self, key: K, make: Callable[[], V], *, size: int = 0) -> V:
        """The thing kept under a key. If there is none, a thread makes it in its turn, once for all who ask meanwhile.

        Of two clients, the one with less waiting comes first, and then what is smaller. What nobody waits for any more
        is not started. Refusals: `page/busy`.
        """
        try:
            return await self._kept_by(key, lambda: self._turns.begin(make, size=size))
        finally:
            making = self._making.get(key)
            if making is not None and not self._asking[key] and not self._turns.has_started(making):
                making.cancel()

    async def kept_by_task(self, key: K, make: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The thing kept under a key. If there is none, a task of the event loop makes it, once for all who ask."""
        return await self._kept_by(key, lambda: asyncio.create_task(make(), name="making"))

    async def _kept_by(self, key: K, begin: Callable[[], "asyncio.Future[V]"]) -> V:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        making = self._making.get(key)
        if making is None or making.cancelled():
            making = self._making[key] = begin()
            making.add_done_callback(lambda made: self._end(key, made))
        self._asking[key] += 1
        try:
            # Whoever leaves meanwhile does not end it for the others.
            return await asyncio.shield(making)
        finally:
            self._asking[key] -= 1
            if not self._asking[key]:
                del self._asking[key]

    def _end(self, key: K, made: "asyncio.Future[V]") -> None:
        if self._making.get(key) is made:
            del self._making[key]
        # Asking for the exception here tells asyncio that somebody saw it, even when all who asked have left.
        if not made.cancelled() and made.exception() is None:
            self._add(key, made.result())

    def _add(self, key: K, made: V) -> V:
        self.drop(key)
        self._kept[key] = made
        self._weighs += self._weight(made)
        while self._weighs > self._most and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._weighs -= self._weight(dropped)
        return made

    @property
    def weighs(self) -> int:
        """What all that is kept weighs."""
        return self._weighs

    def __len__(self) -> int:
        return len(self._kept)
