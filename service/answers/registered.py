"""The name of a document becomes its text: of one that is trusted, or of one that was sent with its hash before.

Trusted documents are in the database: whoever runs the service adds them from the files of a front end. What clients
send with its hash is kept in the process, in so many bytes at most. It is kept under its own hash alone, so nobody can
put another text there. The most that somebody can do is to push out others, who then send their text again.
"""

import re
import sys
from typing import Literal

from schema.errors import Refusal
from schema.tables.documents import IDENTIFIER
from service.answers.request import GraphQLRequest
from service.cache import Cache
from service.reading_pool import ReadingPool
from service.viewer import sha256

# Whether clients may send names: not at all, as well as any text, or as well as the texts of trusted documents.
Names = Literal["off", "allow", "only"]
MOST_BYTES = 8_000_000
_HASH = re.compile(r"[0-9a-f]{64}")
_IDENTIFIER = re.compile(IDENTIFIER)
# A name comes before the hash of a text that has the same characters.
_TRUSTED = """
    SELECT text FROM trusted_document WHERE identifier = $1 OR text_sha256 = $1 ORDER BY identifier = $1 DESC LIMIT 1
"""


class Registered:
    """The documents that clients of one process may name."""

    def __init__(self, pool: ReadingPool, names: Names = "allow", most_bytes: int = MOST_BYTES) -> None:
        self._pool = pool
        self._names = names
        self._sent: Cache[str, str] = Cache(most_bytes, sys.getsizeof)

    async def text(self, request: GraphQLRequest) -> str:
        """The text of a request's document.

        Refusals: `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_NOT_SUPPORTED`, `document/wrong-hash`,
        `document/not-registered`.
        """
        # An empty text without a name is a document too, if not a valid one.
        name = None if request.query else request.document
        if not request.is_of_client or (self._names == "off" and name is None):
            return request.query
        if self._names == "off":
            raise Refusal("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        return await (self._sent_text(request) if name is None else self._named(name))

    def is_settled(self, request: GraphQLRequest) -> bool:
        """Whether the same request always has the same document: no list of trusted documents has a say."""
        return not request.is_of_client or (request.document is None and self._names != "only")

    def keep(self, request: GraphQLRequest) -> None:
        """Keep the text of a valid document that came with its hash."""
        is_named = request.document is not None and _HASH.fullmatch(request.document)
        if self._names == "allow" and request.is_of_client and request.query and is_named:
            self._sent.put(str(request.document), request.query)

    async def _sent_text(self, request: GraphQLRequest) -> str:
        """The text that was sent, if its hash is right and it may be sent."""
        if self._names == "allow" and request.document is None:
            return request.query
        hashed = sha256(request.query)
        if request.document and _HASH.fullmatch(request.document) and request.document != hashed:
            raise Refusal("document/wrong-hash", f"The SHA-256 of the text is {hashed}.")
        if self._names == "only" and await self._trusted(hashed) != request.query:
            raise Refusal("document/not-registered", "This service answers registered documents only.")
        return request.query

    async def _named(self, name: str) -> str:
        """The text with a name. The message is the one that clients know: after it they send the text."""
        sent = self._sent.get(name) if self._names == "allow" else None
        text = sent or await self._trusted(name)
        if text is None:
            raise Refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return text

    async def _trusted(self, name: str) -> str | None:
        """The text of a trusted document, by one of its names or by its hash; None if there is none."""
        found: str | None = await self._pool.fetchval(_TRUSTED, name) if _IDENTIFIER.fullmatch(name) else None
        return found
