"""Keeps a limited number of things that can be made again: those used most recently."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps what was made for a key until `size` other keys have been used since."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, V] = OrderedDict()

    def kept(self, key: K, make: Callable[[], V]) -> V:
        """The thing kept under a key; it is made now if there is none."""
        try:
            self._kept.move_to_end(key)
            return self._kept[key]
        except KeyError:
            pass
        made = self._kept[key] = make()
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)
