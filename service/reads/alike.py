"""Fields of one object that ask the same with another argument, such as twelve charts: they are written once.

    m1: figures(metrics: ["a"]) { nodes { ...Value } }
    m2: figures(metrics: ["b"]) { nodes { ...Value } }

become one subquery for a row of arguments, and a list of its results. PostgreSQL plans and starts one subquery, not
twelve.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import Node, print_ast
from sqlalchemy.dialects.postgresql import ARRAY

from schema import mapping
from service.reads.arguments import Scalar
from service.reads.plan import Field, Item, Linked, Paged

# Two are as quick to write one by one.
FEWEST = 3
# The arguments that may differ: codes, which a mapping compares with a column and never reads itself.
MAY_DIFFER = ("code", "metrics", "metric", "organisations", "organisation")

Written = Linked | Paged


@dataclass(frozen=True, eq=False)
class Alike:
    """Fields that differ in one argument, in their order."""

    items: Sequence[Written]
    argument: str

    @property
    def given(self) -> Sequence[Scalar]:
        """The argument of each."""
        return [each for item in self.items if isinstance(each := item.field.arguments[self.argument], Scalar)]

    def with_argument(self, scalar: Scalar) -> Written:
        """The first of them, with another argument."""
        item = self.items[0]
        return replace(item, field=replace(item.field, arguments={**item.field.arguments, self.argument: scalar}))


def alike(items: Sequence[Item]) -> Mapping[str, tuple[Alike, int]]:
    """The fields that have at least two like them, by their keys: those like them, and their place among them."""
    by_name: dict[tuple[str, str], list[Written]] = defaultdict(list)
    for item in items:
        if isinstance(item, Linked | Paged) and (argument := _may_differ(item.field)) is not None:
            by_name[item.field.name, argument].append(item)
    found: dict[str, tuple[Alike, int]] = {}
    for (_, argument), named in by_name.items():
        if len(named) >= FEWEST:
            for group in _groups(named, argument):
                found |= {item.field.key: (group, at) for at, item in enumerate(group.items)}
    return found


def _may_differ(field: Field) -> str | None:
    """The argument of a field that may differ, if it leads to rows of tables by one."""
    declared = field.mapping
    if not isinstance(declared, mapping.Reach | mapping.Pages | mapping.Computed):
        return None
    if not isinstance(declared, mapping.Computed) and declared.related is None:
        return None
    return next((name for name in MAY_DIFFER if isinstance(field.arguments.get(name), Scalar)), None)


def _groups(items: Iterable[Written], argument: str) -> Iterable[Alike]:
    """The groups of fields of one name that are alike but for an argument, and many enough."""
    by_likeness: dict[Hashable, list[Written]] = defaultdict(list)
    for item in items:
        by_likeness[_likeness(item.field, argument)].append(item)
    return [Alike(group, argument) for group in by_likeness.values() if len(group) >= FEWEST]


def _likeness(field: Field, differing: str) -> Hashable:
    """What two fields of one name that may be written once have in common."""
    scalar = field.arguments[differing]
    kind = isinstance(scalar.type, ARRAY) if isinstance(scalar, Scalar) else None
    arguments = {
        argument.name.value: _text(argument.value)
        for node in field.nodes[:1]
        for argument in node.arguments or ()
        if argument.name.value != differing
    }
    wanted = tuple(_text(node.selection_set) for node in field.nodes if node.selection_set)
    return kind, tuple(sorted(arguments.items())), wanted


def _text(node: Node) -> str:
    """What the document says there. Two that are written otherwise may be alike, and are written one by one."""
    where = node.loc
    return print_ast(node) if where is None else where.source.body[where.start : where.end]
