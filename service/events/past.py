"""The events after a place that a client names, so that one that lost its connection misses nothing."""

import re
from collections.abc import AsyncGenerator
from typing import NamedTuple

from schema.errors import Refusal
from service.events import feed
from service.events.event import Event, Interest, Place

# How many audit events back somebody may go. Beyond them, a query is quicker.
MOST_BACK = 20_000
_WRITTEN = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,9}))?", re.ASCII)


class Piece(NamedTuple):
    """Some events, and the place that is reached with them."""

    reached: Place
    events: list[Event]


def place(written: str) -> Place:
    """The place that a text names: of one event, or of all at a position. Refusals: `subscription/unknown-position`."""
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise _unknown(f"{written[:40]!r} is not a position.")
    position = int(match[1])
    return Place.after_all_of(position) if match[2] is None else Place(position, int(match[2]))


async def events_after(connection: feed.Connection, start: Place, interest: Interest) -> AsyncGenerator[Piece, None]:
    """The events after a place that are wanted, in pieces.

    The last one reaches all that has been committed by then. Refusals: `subscription/unknown-position`.
    """
    head = await feed.head(connection)
    if start.position > head:
        raise _unknown(f"There is no position {start.position:,} yet: the latest is {head:,}.")
    if head - start.position > MOST_BACK:
        raise _unknown(f"The position is more than {MOST_BACK:,} steps back.")
    # What follows the place at its own position is wanted too.
    reached = start.position - 1
    while True:
        position, events = await feed.read(connection, reached)
        if position == reached:
            return
        reached = position
        of_field = (event for event in events if event.field == interest.field and event.place > start)
        yield Piece(Place.after_all_of(reached), [event for event in of_field if interest.takes(event)])


def _unknown(message: str) -> Refusal:
    return Refusal("subscription/unknown-position", message)
