"""Requests that came before, byte for byte: what is known of one of them holds for the rest of the day.

A document is looked up, its variables are coerced and bound, and its plan is found, before its statement is sent. A
dashboard that asks the same every few seconds need not wait for that again, whether or not its answer is kept.
"""

import datetime as dt
import hashlib
import sys
import weakref
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from service.cache import Cache
from service.reads.arguments import Binding
from service.reads.bound import Bound
from service.reads.reader import Plan

# The memory of all that is known, in bytes, and of one request next to its values, as measured.
MOST_MEMORY = 16_000_000
_MEMORY_OF_ANY = 2_000
# A longer request is rare, and its values would have to be weighed.
LONGEST = 20_000


@dataclass(frozen=True)
class Known:
    """A request that was answered: its operation, the key of its answer among those that are kept, and its values."""

    operation: str | None
    key: bytes | None
    # Plans have room of their own. One that has had to go is made again when the request is looked at again.
    _plan: "weakref.ref[Plan]"
    _binding: Binding
    _values: Sequence[Any] | None
    memory: int

    @classmethod
    def of(cls, bound: Bound, *, operation: str | None, key: bytes | None) -> "Known":
        """What is known of a request that has been bound to its plan."""
        # The status of targets at a moment of the past is among the values, and may change.
        values = None if bound.plan.moments or bound.plan.constant is not None else bound.values
        memory = _MEMORY_OF_ANY + _memory_of(bound.binding.variables) + _memory_of(values)
        return cls(operation, key, weakref.ref(bound.plan), bound.binding, values, memory)

    @property
    def bound(self) -> Bound | None:
        """The plan with the request bound to it; None when the plan is gone."""
        plan = self._plan()
        return None if plan is None else Bound(plan, self._binding, self._values)


class Recognised:
    """The requests that one process knows."""

    def __init__(self, most_memory: int = MOST_MEMORY) -> None:
        self._known: Cache[Hashable, Known] = Cache(most_memory, lambda known: known.memory)

    def add(self, sent: bytes, caller: Hashable, day: dt.date, known: Known) -> None:
        """Know a request when it comes again on a day, from the same caller, byte for byte."""
        self._known.put((_digest(sent), caller, day), known)

    def get(self, sent: bytes, caller: Hashable, day: dt.date) -> Known | None:
        """What is known of a request; None if it has not come before."""
        return self._known.get((_digest(sent), caller, day)) if 0 < len(sent) <= LONGEST else None


def _memory_of(values: object) -> int:
    """The memory of lists, mappings and what is in them. What is in two places is counted twice."""
    memory, to_weigh = 0, [values]
    while to_weigh:
        value = to_weigh.pop()
        memory += sys.getsizeof(value)
        if isinstance(value, dict):
            to_weigh += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple):
            to_weigh += value
    return memory


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=32).digest()
