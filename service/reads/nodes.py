"""Ids become rows: the kinds and keys that they name, and what is wanted of each table that has ids."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, FromClause, Text, func
from sqlalchemy.dialects.postgresql import ARRAY

from schema import ids
from schema.errors import Refusal
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.entities import table_of
from service.reads.parameters import Parameters
from service.reads.plan import Wanted

MOST_IDS = 100


def ids_of_argument(argument: Tree, parameters: Parameters, name: str) -> FromClause:
    """The ids of an argument as rows of `kind`, `key` and `place`; null kinds and keys where an id names nothing."""
    if not isinstance(argument, Scalar):
        raise TypeError("ids are scalars")
    kinds = parameters.add(_parts(argument.read, 0), ARRAY(Text))
    keys = parameters.add(_parts(argument.read, 1), ARRAY(BigInteger))
    rows = func.unnest(kinds, keys).table_valued("kind", "key", with_ordinality="place", name=name)
    return rows.render_derived()


def by_table(wanted: Wanted) -> list[tuple[Any, Wanted]]:
    """What is wanted, for each table that the concrete types are in."""
    concrete_types: dict[Any, tuple[Any, ...]] = {}
    for kind in wanted.concrete:
        table = table_of(kind)
        concrete_types[table] = (*concrete_types.get(table, ()), kind)
    return [(table, _among(wanted, concrete)) for table, concrete in concrete_types.items()]


def _among(wanted: Wanted, concrete: tuple[Any, ...]) -> Wanted:
    """What is wanted, of some of its concrete types only: those that share a table."""
    if wanted.is_alike:
        return Wanted(concrete[0], ((concrete[0], wanted.branches[0][1]),), concrete)
    branches = tuple(branch for branch in wanted.branches if branch[0] in concrete)
    return Wanted(concrete[0] if len(concrete) == 1 else wanted.type, branches, concrete)


def _parts(read: Callable[[Binding], Any], part: int) -> Callable[[Binding], list[Any]]:
    """The kinds (part 0) or the keys (part 1) of the ids in an argument; null where an id names nothing."""

    def parts(binding: Binding) -> list[Any]:
        value = read(binding)
        texts = value if isinstance(value, list) else [value]
        if len(texts) > MOST_IDS:
            raise Refusal("plan/too-costly", f"You asked for {len(texts)} ids. The most is {MOST_IDS}.")
        return [None if id_parts is None else id_parts[part] for id_parts in map(ids.parsed, texts)]

    return parts
