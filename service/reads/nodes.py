"""Ids become rows: the kinds and keys that they name, and what is wanted of each table that has ids."""

from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, FromClause, Integer, Text, func
from sqlalchemy.dialects.postgresql import ARRAY

from schema import ids
from service.reads.arguments import Binding
from service.reads.entities import table_of
from service.reads.moments import Ids
from service.reads.parameters import Parameters
from service.reads.plan import Wanted


def rows_of_ids(named: Ids, parameters: Parameters, name: str) -> FromClause:
    """Ids as rows of `kind`, `key`, `moment` and `place`; null kinds and keys where an id names nothing."""

    def parts(part: str) -> Any:
        def read(binding: Binding) -> list[Any]:
            found = map(ids.parsed, named.texts(binding))
            return [None if each is None else attrgetter(part)(each) for each in found]

        return read

    kinds = parameters.add(parts("kind"), ARRAY(Text))
    keys = parameters.add(parts("key"), ARRAY(BigInteger))
    moments = parameters.add(named.places, ARRAY(Integer))
    rows = func.unnest(kinds, keys, moments)
    return rows.table_valued("kind", "key", "moment", with_ordinality="place", name=name).render_derived()


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
