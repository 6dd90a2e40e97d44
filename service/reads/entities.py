"""Where the rows of a GraphQL type are: what `schema.mapping.entity` declared, found again by graphql-core's type."""

from typing import Any

from graphql import is_non_null_type
from sqlalchemy import TableClause

from schema.mapping import ENTITY, Entity, RelatedRows
from schema.tables import rows_of
from service.reads.plan import Leaf, Linked, Typename


def entity_of(kind: Any) -> Entity:
    """Where a type's rows are."""
    declared: Entity = getattr(kind.extensions["strawberry-definition"].origin, ENTITY)
    return declared


def table_of(kind: Any) -> TableClause:
    """The table that a type's rows are in."""
    row = entity_of(kind).table
    if row is None:
        raise TypeError(f"{kind.name} has no table")
    return rows_of(row)


def is_always_there(item: Linked, related: RelatedRows) -> bool:
    """Whether a row always leads to another: by a key, where the contract promises it. A row of the past may not.

    Only of what asks for nothing but leaves: what takes long has to wait until the rows are known.
    """
    is_by_key = related.refers is not None and len(related.where) == 1
    is_promised = is_non_null_type(item.field.type) and entity_of(item.wanted.type).known_at is None
    is_plain = all(isinstance(each, Leaf | Typename) for _, items in item.wanted.branches for each in items)
    return is_by_key and is_promised and is_plain and not item.many
