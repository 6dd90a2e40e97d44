"""The cost of a plan, before any SQL is written: the rows that its pages and lists could hold, multiplied, and the
memory that PostgreSQL takes to plan its statement.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from schema import mapping
from schema.errors import Refusal
from service.reads.alike import alike
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.filters import OPERATORS
from service.reads.page_size import page_size
from service.reads.plan import Field, Item, Leaf, Linked, Named, Paged, Part, Typename, Wanted

MOST_ROWS = 500_000
# The mappings that say how many rows their lists are assumed to hold; every other list is assumed to hold this many.
_SIZED = mapping.Reach | mapping.Derived | mapping.Picked | mapping.Computed
SIZE_OF_A_LIST = 20
# Those that may take as long as many rows do.
_PRICED = mapping.Computed | mapping.Attribute | mapping.Pages


# What PostgreSQL takes to plan a statement, in kilobytes (kB), and what the parts of one take, as measured on a few
# hundred random documents. The estimate is mostly within half and twice of what is used.
MOST_PLANNING = 80_000
_LEAF, _EXPRESSION, _LINK, _ROWS, _PAGE, _RELATED, _OPERATOR = 30, 110, 300, 1_000, 500, 350, 50
# A filter by a comparison has to find what each figure is compared with.
_COMPARED = 4_000


@dataclass(frozen=True)
class Cost:
    """How many rows one row is assumed to bring: itself and those below it."""

    size: int | Callable[[Binding], int]
    below: tuple["Cost", ...]

    @cached_property
    def _fixed(self) -> int | None:
        """The rows, where they are the same for every request; None where one says how many."""
        below = [cost._fixed for cost in self.below]
        if not isinstance(self.size, int) or None in below:
            return None
        return self.size * (1 + sum(each for each in below if each is not None))

    def rows(self, binding: Binding) -> int:
        """The estimated rows for a request."""
        if self._fixed is not None:
            return self._fixed
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
        with item.field.place.of_refusals():
            size = page_size(arguments.get("first"), arguments.get("last"), item.field.key)
        size = size if isinstance(size, int) else item.field.place.reading(size)
        page = Cost(size, tuple(cost for part in item.parts for cost in _within(part)))
        each = _each(item.field)
        return (page if each is None else Cost(each, (page,)), *_price(item))
    if isinstance(item, Named):
        below = tuple(cost for _, wanted in item.wanted for cost in _below(wanted))
        return (Cost(SIZE_OF_A_LIST if item.many else 1, below),)
    return (Cost(_size(item), _below(item.wanted)), *_price(item))


def _price(item: Linked | Leaf | Paged) -> tuple[Cost, ...]:
    """What it takes to compute or to find something, in rows."""
    priced = item.field.mapping
    return (Cost(priced.price, ()),) if isinstance(priced, _PRICED) and priced.price else ()


def _within(part: Part) -> tuple[Cost, ...]:
    if part.wanted is not None:
        return _below(part.wanted)
    return tuple(cost for inner in part.parts for cost in _within(inner))


def _size(item: Linked) -> int | Callable[[Binding], int]:
    if not item.many:
        return 1
    each = _each(item.field)
    if each is not None:
        return each
    return item.field.mapping.size if isinstance(item.field.mapping, _SIZED) else SIZE_OF_A_LIST


def _each(field: Field) -> Callable[[Binding], int] | None:
    """How to count what a request names in an argument; None where nothing is made for each.

    Refusals: `plan/too-costly`, for more than the most.
    """
    declared = field.mapping
    if not isinstance(declared, mapping.Computed | mapping.Pages) or declared.each is None:
        return None
    argument, most = declared.each, declared.most
    named = field.arguments[argument]

    def count(binding: Binding) -> int:
        number = len(named.read(binding)) if isinstance(named, Scalar) else 0
        if number > most:
            raise Refusal("plan/too-costly", f"`{field.key}` has {number} {argument}. The most is {most}.")
        return number

    return field.place.reading(count)


# ── What PostgreSQL takes to plan it ──────────────────────────────────────────────────────────────────────────────


def planned(wanted: Wanted) -> int:
    """What PostgreSQL is assumed to take to plan an operation, in kilobytes."""
    return sum(_planning(wanted))


def check_planning(wanted: Wanted) -> None:
    """Refusals: `plan/too-costly`, at the first part that goes beyond the most."""
    so_far = 0
    for kilobytes in _planning(wanted):
        so_far += kilobytes
        if so_far > MOST_PLANNING:
            raise Refusal(
                "plan/too-costly",
                f"The document asks for too many lists and calculations at once: PostgreSQL would take more than "
                f"{MOST_PLANNING // 1_000} MB to plan it.",
            )


def _planning(wanted: Wanted) -> Iterator[int]:
    for _, items in wanted.branches:
        groups = alike(items)
        for item in items:
            # What is alike is written once.
            is_written = isinstance(item, Typename) or groups.get(item.field.key, (None, 0))[1] == 0
            yield from _planning_of(item) if is_written else (_LEAF,)


def _planning_of(item: Item) -> Iterator[int]:
    if isinstance(item, Typename):
        yield _LEAF
        return
    if isinstance(item, Leaf):
        yield _planning_of_leaf(item.field.mapping)
        return
    yield from _planning_of_filter(item.field.arguments.get("filter"))
    yield from _planning_of_order(item.field.arguments.get("orderBy"))
    if isinstance(item, Paged):
        declared = item.field.mapping
        yield declared.planning if isinstance(declared, mapping.Pages) else _PAGE
        for part in item.parts:
            yield from _planning_of_part(part)
    elif isinstance(item, Named):
        for _, wanted in item.wanted:
            yield _PAGE
            yield from _planning(wanted)
    else:
        yield _planning_of_mapping(item.field.mapping)
        yield from _planning(item.wanted)


def _planning_of_leaf(declared: mapping.Mapping | None) -> int:
    if isinstance(declared, mapping.Computed):
        return declared.planning
    return _EXPRESSION if isinstance(declared, mapping.Expression) else _LEAF


def _planning_of_mapping(declared: mapping.Mapping | None) -> int:
    if declared is None or isinstance(declared, mapping.Attribute):
        # A part of a computed object: Python knows it.
        return 0
    if isinstance(declared, mapping.Computed | mapping.Derived):
        return declared.planning
    return _ROWS if isinstance(declared, mapping.Picked | mapping.ById) else _LINK


def _planning_of_part(part: Part) -> Iterator[int]:
    if part.wanted is not None:
        yield from _planning(part.wanted)
    for inner in part.parts:
        yield from _planning_of_part(inner)


def _planning_of_filter(tree: Tree | None) -> Iterator[int]:
    """What conditions take: those on the row itself, and those on the rows that it is related to."""
    if isinstance(tree, list):
        for each in tree:
            yield from _planning_of_filter(each)
    elif isinstance(tree, dict):
        for name, below in tree.items():
            if isinstance(below, dict) and name != "not":
                yield _planning_of_conditions(below)
            yield from _planning_of_filter(below)


def _planning_of_conditions(below: dict[str, Tree]) -> int:
    """What the conditions on one field take, without those within them."""
    if OPERATORS.issuperset(below):
        return _OPERATOR * len(below)
    return _COMPARED if "with" in below else _RELATED


def _planning_of_order(tree: Tree | None) -> Iterator[int]:
    """What orders by the rows of something else take: a page names each of them some four times."""
    for item in tree if isinstance(tree, list) else ():
        if isinstance(item, dict) and any(isinstance(each, dict) for each in item.values()):
            yield 4 * _RELATED
