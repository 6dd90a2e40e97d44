"""Orders with nulls at one end and the id as the last word, and pages by the algorithm of Relay's specification.

A cursor is opaque, so this does not make the ones that the service makes: a `Cursor` says which row it is the place of,
and is compared with a cursor of the service by the row that the latter leads to. Of a cursor that is sent, likewise,
only that row is read: the place is where the row stands in the order that is asked for.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from tests.service.reads.reference.tables import Row

PAGE = 50
# A key of an order: its value for a row, and the direction.
Key = tuple[Callable[[Row], Any], str]


class Cursor(str):
    """The place of the row with this id."""

    def __new__(cls, at: int) -> "Cursor":
        return super().__new__(cls, f"the place of {at}")

    def __init__(self, at: int) -> None:
        self.at = at

    def is_same_place_as(self, cursor: Any) -> bool:
        """Whether a cursor of the service leads to the same row."""
        return isinstance(cursor, str) and row_of(cursor) == self.at


def row_of(cursor: str) -> int:
    """The id of the row whose place a cursor of the service is."""
    return int(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[-1])


@dataclass(frozen=True)
class Order:
    """A total order of rows."""

    keys: Sequence[Key]

    def of(self, rows: list[Row]) -> list[Row]:
        """The rows in order."""
        return sorted(rows, key=cmp_to_key(self.compare))

    def compare(self, one: Row, other: Row) -> int:
        """Negative when the one comes first, positive when the other does, 0 for the same place."""
        for says, direction in self.keys:
            if steps := _compared(says(one), says(other), direction):
                return steps
        # Nothing in the schema says which way ids go; they go the way of the last key.
        return _compared(one["id"], other["id"], self.keys[-1][1] if self.keys else "ASC")


def _compared(one: Any, other: Any, direction: str) -> int:
    if one is None or other is None:
        nulls_last = (one is None) - (other is None)
        return -nulls_last if direction.endswith("NULLS_FIRST") else nulls_last
    steps = int(one > other) - int(one < other)
    return -steps if direction.startswith("DESC") else steps


def connection(rows: list[Row], order: Order, arguments: dict[str, Any], place: Callable[[int], Row]) -> Row:
    """The page of a list that `first`, `after`, `last` and `before` ask for; `place` finds the row of a cursor."""
    everything = order.of(rows)
    edges = _applied(everything, order, arguments, place)
    last = arguments.get("last")
    first = arguments.get("first")
    size: int = last if last is not None else PAGE if first is None else first
    is_cut = len(edges) > size
    page = edges[:size] if last is None else edges[max(len(edges) - size, 0) :]
    after, before = (place(row_of(arguments[name])) if arguments.get(name) else None for name in ("after", "before"))
    has_more_before = after is not None and any(order.compare(row, after) <= 0 for row in everything)
    has_more_after = before is not None and any(order.compare(row, before) >= 0 for row in everything)
    info = {
        "hasNextPage": is_cut if last is None else has_more_after,
        "hasPreviousPage": has_more_before if last is None else is_cut,
        "startCursor": Cursor(page[0]["id"]) if page else None,
        "endCursor": Cursor(page[-1]["id"]) if page else None,
    }
    edges_shown = [{"cursor": Cursor(row["id"]), "node": row} for row in page]
    return {"edges": edges_shown, "nodes": page, "pageInfo": info, "totalCount": len(everything)}


def _applied(everything: list[Row], order: Order, arguments: dict[str, Any], place: Callable[[int], Row]) -> list[Row]:
    """Relay's ApplyCursorsToEdges."""
    edges = everything
    if arguments.get("after"):
        edges = [row for row in edges if order.compare(row, place(row_of(arguments["after"]))) > 0]
    if arguments.get("before"):
        edges = [row for row in edges if order.compare(row, place(row_of(arguments["before"]))) < 0]
    return edges
