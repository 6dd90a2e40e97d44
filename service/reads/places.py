"""Where in a document a field is, so that what is refused about it can say so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from graphql import FieldNode, get_location

from schema.errors import Refusal

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A field of a document: the keys that lead to it, down to the first list, and its node.

    Before anything is read, nobody knows which row of a list a field would be of. So the path ends there.
    """

    path: tuple[str, ...] = ()
    node: FieldNode | None = None
    ends_in_list: bool = False

    def below(self, key: str, node: FieldNode, *, is_list: bool) -> "Place":
        """The place of a field below this one."""
        if self.ends_in_list:
            return Place(self.path, node, ends_in_list=True)
        return Place((*self.path, key), node, ends_in_list=is_list)

    @contextmanager
    def of_refusals(self) -> Iterator[None]:
        """What is refused within is about this field, unless it is about one below it."""
        try:
            yield
        except Refusal as refusal:
            self.marked(refusal)
            raise

    def reading(self, read: Callable[..., T]) -> Callable[..., T]:
        """The same function, whose refusals are about this field."""

        def marked(*given: Any) -> T:
            try:
                return read(*given)
            except Refusal as refusal:
                self.marked(refusal)
                raise

        return marked

    def marked(self, refusal: Refusal) -> Refusal:
        """A refusal about this field, unless it is about one already."""
        if refusal.path is None and self.node is not None:
            refusal.path = self.path
            if self.node.loc is not None:
                line, column = get_location(self.node.loc.source, self.node.loc.start)
                refusal.locations = ({"line": line, "column": column},)
        return refusal


NOWHERE = Place()
