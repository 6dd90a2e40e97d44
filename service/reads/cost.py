"""The cost of a plan, estimated before any SQL runs: the rows that its pages and lists could hold, multiplied."""

from collections.abc import Callable
from dataclasses import dataclass

from schema import mapping
from schema.errors import Refusal
from service.reads.arguments import Binding
from service.reads.page_size import page_size
from service.reads.plan import Item, Leaf, Linked, Named, Paged, Part, Typename, Wanted

MOST_ROWS = 500_000
# The mappings that say how many rows their lists are assumed to hold; every other list is assumed to hold this many.
_SIZED = mapping.Reach | mapping.Derived | mapping.Picked
_SIZE = 20


@dataclass(frozen=True)
class Cost:
    """How many rows one row is assumed to bring: itself and those below it."""

    size: int | Callable[[Binding], int]
    below: tuple["Cost", ...]

    def rows(self, binding: Binding) -> int:
        """The estimated rows for a request."""
        size = self.size if isinstance(self.size, int) else self.size(binding)
        return size * (1 + sum(cost.rows(binding) for cost in self.below))

    def check(self, binding: Binding) -> None:
        """Refusals: `plan/too-costly`."""
        rows = self.rows(binding)
        if rows > MOST_ROWS:
            message = f"The document could return {rows:,} rows. The most is {MOST_ROWS:,}."
            raise Refusal("plan/too-costly", message)


def cost_of(wanted: Wanted) -> Cost:
    """The cost of an operation."""
    return Cost(1, _below(wanted))


def _below(wanted: Wanted) -> tuple[Cost, ...]:
    # A row is of one type. The costliest branch could apply to every row, so adding all of them is on the safe side.
    return tuple(cost for _, items in wanted.branches for item in items for cost in _of(item))


def _of(item: Item) -> tuple[Cost, ...]:
    if isinstance(item, Typename):
        return ()
    if isinstance(item, Leaf):
        return _price(item)
    if isinstance(item, Paged):
        arguments = item.field.arguments
        size = page_size(arguments.get("first"), arguments.get("last"), item.field.key)
        return (Cost(size, tuple(cost for part in item.parts for cost in _within(part))),)
    if isinstance(item, Named):
        below = tuple(cost for _, wanted in item.wanted for cost in _below(wanted))
        return (Cost(_SIZE if item.many else 1, below),)
    return (Cost(_size(item), _below(item.wanted)), *_price(item))


def _price(item: Linked | Leaf) -> tuple[Cost, ...]:
    """What Python takes to compute something, in rows."""
    priced = item.field.mapping
    return (
        (Cost(priced.price, ()),) if isinstance(priced, mapping.Computed | mapping.Attribute) and priced.price else ()
    )


def _within(part: Part) -> tuple[Cost, ...]:
    if part.wanted is not None:
        return _below(part.wanted)
    return tuple(cost for inner in part.parts for cost in _within(inner))


def _size(item: Linked) -> int:
    if not item.many:
        return 1
    return item.field.mapping.size if isinstance(item.field.mapping, _SIZED) else _SIZE
