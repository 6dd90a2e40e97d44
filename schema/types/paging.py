"""Connections: pages of a list, by the Relay cursor specification, with the nodes and the total at hand."""

from enum import StrEnum
from typing import Generic, TypeVar

import strawberry

from schema.enumerations import described
from schema.mapping import field

N = TypeVar("N")

PAGE_SIZE = 50
LARGEST_PAGE = 500


@described(ASC="Smallest, earliest or first in the alphabet first.", DESC="Largest, latest or last first.")
class Sort(StrEnum):
    """A direction of ordering. What is null comes last either way."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.interface(description="Anything that can be read again by its id.")
class Node:
    """Anything that can be read again by its id."""

    id: strawberry.ID = field("Opaque, and stable for as long as the thing exists.")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = field("Whether more follows: when paging forward, up to `before`.")
    has_previous_page: bool = field("Whether more precedes: when paging backward, down to `after`.")
    start_cursor: str | None = field("The cursor of the first on this page; null when it is empty.")
    end_cursor: str | None = field("The cursor of the last on this page; null when it is empty.")


@strawberry.type(description="One of a page, and its place in the list.")
class Edge(Generic[N]):
    """One of a page, and its place in the list."""

    cursor: str = field("The place of this one in the list, for `after` and `before`.")
    node: N = field("The thing itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[N]):
    """A page of a list."""

    edges: list[Edge[N]] = field("The page, each with its cursor.")
    nodes: list[N] = field("The page.")
    page_info: PageInfo = field("Where the page stands in the list.")
    total_count: int = field("How many there are on all pages.")
