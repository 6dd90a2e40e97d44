"""Objects of rows of which there are few, such as periods: where many rows lead to them, each is made once.

A thousand figures lead to some twenty quarters. To make the object of its quarter again for each figure takes a tenth
of the time of their statement.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, ColumnClause, ColumnElement, literal_column, select

from schema import mapping
from service.reads.entities import entity_of
from service.reads.plan import Leaf, Linked, Typename

# From so many rows on, PostgreSQL makes fewer objects when it makes those of the whole table.
MANY = 200
# A limit that PostgreSQL cannot know before it plans, so it expects a tenth of the rows. Then it hashes the objects,
# once for all lists. Else it may hash the rows of each list, and go through all objects for each.
ALL_OF_THEM: Any = select(literal_column(str(2**62))).scalar_subquery()


@dataclass
class Few:
    """The objects that one statement makes once, and how many rows of the answer it is writing for."""

    rows: int = 1
    _made: dict[Hashable, CTE] = field(default_factory=dict)

    @contextmanager
    def each_of(self, rows: int) -> Iterator[None]:
        """What is written within is for each of so many rows at most."""
        around, self.rows = self.rows, self.rows * rows
        try:
            yield
        finally:
            self.rows = around

    def has(self, item: Linked, written: Callable[[Leaf], ColumnElement[Any]]) -> bool:
        """Whether the objects that a field leads to are made once: many rows lead there, for nothing but columns.

        `written` says how a field of the object is written.
        """
        if self.rows < MANY or not entity_of(item.wanted.type).is_few or not item.wanted.is_alike:
            return False
        leaves = [each for _, items in item.wanted.branches for each in items if not isinstance(each, Typename)]
        return all(isinstance(each, Leaf) and _is_plain(each) and _is_column(each, written(each)) for each in leaves)

    def objects(self, item: Linked, make: Callable[[], CTE]) -> CTE:
        """The objects of all rows that a field could lead to, with the `id` of each row and its object `j`."""
        form = tuple(
            each.key if isinstance(each, Typename) else (each.field.key, each.field.name)
            for _, items in item.wanted.branches
            for each in items
            if isinstance(each, Leaf | Typename)
        )
        kind: Any = item.wanted.type.name
        if (kind, form) not in self._made:
            self._made[kind, form] = make()
        return self._made[kind, form]


def _is_plain(leaf: Leaf) -> bool:
    return not leaf.field.arguments and not isinstance(leaf.field.mapping, mapping.Computed)


def _is_column(leaf: Leaf, written: ColumnElement[Any]) -> bool:
    return leaf.scalar == "ID" or isinstance(written, ColumnClause)
