"""A document that nobody has seen yet, from one that is known: with another name for its first field."""

import itertools
import re
from dataclasses import replace

import orjson

from tests.performance.peers import Peer
from tests.performance.shapes import Shape

_FIRST_FIELD = re.compile(r"\{\s*(?:\w+:\s*)?(?=\w)")
_NUMBERS = itertools.count(1)


def unseen(query: str) -> str:
    """The document with a name for its first field that none before had: neither a text nor SQL of it is known."""
    return _FIRST_FIELD.sub(f"{{ n{next(_NUMBERS)}: ", query, count=1)


def with_unseen(peer: Peer, shape: Shape) -> Shape:
    """The shape with what a peer understands as its document, which nobody has seen yet."""
    sent = orjson.loads(peer.body(shape))
    return replace(shape, query=unseen(sent["query"]), variables=sent["variables"])
