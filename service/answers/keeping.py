"""Answers that were read once are given again, for as long as nothing that they were read from has changed.

An answer is kept with the version of the data that its statement saw. Before it is given again, the database is asked
for the version now, by one short statement for all who ask at the same time. So whoever asks after a commit sees it,
whichever process it went through, and a process that hears nothing gives nothing old.

What is new has a small part of the room. What has been asked for again has the rest, so that a thousand documents that
are sent once push out nothing that is in use.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Receive

from service.answers.body import Body
from service.cache import Cache
from service.noted import note
from service.reads.answering import Reading
from service.reads.versions import Version, Versions

# Of the room for answers, the shares of those that are new, and of the responses to requests that came byte for byte.
SHARE_OF_NEW = SHARE_OF_RESPONSES = 1 / 8
# The memory of any answer next to its bytes, and of all its forms for each byte: none is more than half as long.
MEMORY_OF_ANY, MEMORY_OF_A_BYTE = 3_000, 2.5


@dataclass(frozen=True)
class Answer:
    """The body of an answer, the version that it is of, and whether it was kept; a public one is the same for all.

    `again` is how to answer the same request again, on the same day, where that needs no look at it.
    """

    body: Body
    version: Version | None = None
    is_public: bool = False
    was_kept: bool = False
    again: "Again | None" = field(default=None, compare=False)


class Again(NamedTuple):
    """How to answer a request again, and the memory that takes. None comes back when it has to be looked at.

    It is called with what says that the client has left.
    """

    answer: Callable[[Receive | None], Awaitable[Answer | None]]
    memory: int


@dataclass(frozen=True)
class _Kept:
    body: Body
    version: Version

    @property
    def memory(self) -> int:
        return MEMORY_OF_ANY + int(MEMORY_OF_A_BYTE * len(self.body.json))


def key_of(distinction: Hashable) -> bytes:
    """A short key for what tells answers apart."""
    return hashlib.blake2b(repr(distinction).encode(), digest_size=32).digest()


class Keeping:
    """The answers of one process, in so many bytes at most; with none, nothing is kept."""

    def __init__(self, versions: Versions, most_bytes: int) -> None:
        self._versions = versions
        room_for_new = int(most_bytes * SHARE_OF_NEW)
        self._most_of_one = room_for_new // 2
        self._new: Cache[bytes, _Kept] = Cache(room_for_new, lambda kept: kept.memory)
        self._used: Cache[bytes, _Kept] = Cache(most_bytes - 2 * room_for_new, lambda kept: kept.memory)
        self._reading: dict[bytes, asyncio.Future[_Kept | None]] = {}

    @property
    def memory(self) -> int:
        """The memory of all that is kept, in bytes."""
        return self._new.weighs + self._used.weighs

    async def answer(self, key: bytes, read: Callable[[], Awaitable[Reading]]) -> Answer:
        """The answer under a key: the one that is kept, where nothing has changed since, or else what is read now."""
        if not self._most_of_one:
            data, version = await read()
            return Answer(Body(data), version, is_public=True)
        if (kept := await self.kept(key)) is not None:
            return kept
        if key in self._reading:
            # Somebody reads the same. It may be older than this request: the version says so.
            shared = await self._if_current(await asyncio.shield(self._reading[key]))
            if shared is not None:
                return shared
        return await self._read(key, read)

    async def kept(self, key: bytes) -> Answer | None:
        """The answer that is kept under a key; None where there is none, or something has changed since."""
        found = self._used.get(key) or self._new.get(key)
        answer = await self._if_current(found)
        if found is not None and answer is not None:
            self._new.drop(key)
            self._used.put(key, found)
        return answer

    async def _if_current(self, found: _Kept | None) -> Answer | None:
        """The answer, if nothing has changed since it was read."""
        if found is None:
            return None
        version = await self._versions.now()
        if not version.has_data_of(found.version):
            return None
        note(is_kept=True)
        return Answer(found.body, version, is_public=True, was_kept=True)

    async def _read(self, key: bytes, read: Callable[[], Awaitable[Reading]]) -> Answer:
        reading: asyncio.Future[_Kept | None] = asyncio.get_running_loop().create_future()
        self._reading.setdefault(key, reading)
        found = None
        try:
            data, version = await read()
            body = Body(data)
            found = None if version is None else self._keep(key, _Kept(body, version))
        finally:
            reading.set_result(found)
            if self._reading.get(key) is reading:
                del self._reading[key]
        return Answer(body, version, is_public=True)

    def _keep(self, key: bytes, found: _Kept) -> _Kept:
        if found.memory <= self._most_of_one:
            (self._used if self._used.get(key) else self._new).put(key, found)
        return found
