"""The body of a response with data: its bytes, and what is made of them once for all who get it."""

import asyncio
import hashlib
from functools import cached_property

from service.answers.encodings import ENCODINGS, SHORTEST

_BEFORE, _BETWEEN, _AFTER = b'{"data":', b',"extensions":', b"}"
# A form is worth having when it is at most this share of the body: so all that is kept has a bound.
MOST_OF_A_FORM = 1 / 2
# Encoding a shorter one takes less time than starting a thread.
_LONGEST_AT_ONCE = 50_000


class Body:
    """The JSON of a response without errors, and its encoded forms."""

    def __init__(self, data: bytes, extensions: bytes = b"") -> None:
        self._after = _BETWEEN + extensions + _AFTER if extensions else _AFTER
        self.json = _BEFORE + data + self._after
        self._forms: dict[str, bytes | None] = {}

    @property
    def data(self) -> bytes:
        """The JSON text of `data` alone."""
        return self.json[len(_BEFORE) : -len(self._after)]

    @cached_property
    def digest(self) -> str:
        """What tells it from every other body."""
        return hashlib.blake2b(self.json, digest_size=16).hexdigest()

    async def form(self, encoding: str) -> bytes | None:
        """The body in an encoding; None where that is not worth it. It is made when somebody first asks for it."""
        if len(self.json) < SHORTEST:
            return None
        if encoding not in self._forms:
            encode = ENCODINGS[encoding]
            is_long = len(self.json) > _LONGEST_AT_ONCE
            made = await asyncio.to_thread(encode, self.json) if is_long else encode(self.json)
            self._forms[encoding] = made if len(made) <= MOST_OF_A_FORM * len(self.json) else None
        return self._forms[encoding]
