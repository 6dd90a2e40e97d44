"""Where the rows of a GraphQL type are: what `schema.mapping.entity` declared, found again by graphql-core's type."""

from typing import Any

from sqlalchemy import Table

from schema.mapping import ENTITY, Entity
from schema.tables import table


def entity_of(kind: Any) -> Entity:
    """Where a type's rows are."""
    declared: Entity = getattr(kind.extensions["strawberry-definition"].origin, ENTITY)
    return declared


def table_of(kind: Any) -> Table:
    """The table that a type's rows are in."""
    row = entity_of(kind).table
    if row is None:
        raise TypeError(f"{kind.name} has no table")
    return table(row)
