"""Connections: pages of a list, by the Relay cursor specification, with the nodes and the total."""

from enum import StrEnum
from typing import Generic, TypeVar

import strawberry

from schema.described import described
from schema.mapping import field

N = TypeVar("N")

PAGE_SIZE = 50
LARGEST_PAGE = 500


@described(
    ASC="Ascending: smallest, earliest or A first. Nulls last.",
    DESC="Descending: largest, latest or Z first. Nulls last.",
    ASC_NULLS_FIRST="Nulls first, then ascending.",
    DESC_NULLS_FIRST="Nulls first, then descending.",
)
class Sort(StrEnum):
    """A direction of ordering. Nulls come last in both directions, unless you ask for them first."""

    ASC = "ASC"
    DESC = "DESC"
    ASC_NULLS_FIRST = "ASC_NULLS_FIRST"
    DESC_NULLS_FIRST = "DESC_NULLS_FIRST"


@strawberry.interface(description="Anything that has an id.")
class Node:
    """Anything that has an id."""

    id: strawberry.ID = field(
        "An opaque id that never changes. Below a date or a time it carries that, and names the object at that time."
    )


@strawberry.type(description="The place of a page in its list.")
class PageInfo:
    """The place of a page in its list."""

    has_next_page: bool = field("Whether there are more items after this page; when paging forward, up to `before`.")
    has_previous_page: bool = field(
        "Whether there are more items before this page; when paging backward, down to `after`."
    )
    start_cursor: str | None = field("The cursor of the first item. Null when the page is empty.")
    end_cursor: str | None = field("The cursor of the last item. Null when the page is empty.")


@strawberry.type(description="One item of a page, with its cursor.")
class Edge(Generic[N]):
    """One item of a page, with its cursor."""

    cursor: str = field("The place of the item in the list, for `after` and `before`.")
    node: N = field("The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[N]):
    """A page of a list."""

    edges: list[Edge[N]] = field("The items of the page, each with its cursor.")
    nodes: list[N] = field("The items of the page.")
    page_info: PageInfo = field("The place of the page in the list.")
    total_count: int = field("How many items there are on all pages.")
