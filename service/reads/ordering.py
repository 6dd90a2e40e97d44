"""The order of a list: its keys, the id last, and the conditions that find a place in it again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import get_named_type
from sqlalchemy import ColumnElement, FromClause, Text, and_, literal_column, or_, tuple_
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.types import TypeEngine

from schema.errors import Refusal
from schema.mapping import Arguments, Entity, Order
from service.reads import cursors
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.bound_arguments import BoundArguments

Add = Callable[[Callable[[Binding], Any], TypeEngine[Any]], ColumnElement[Any]]


@dataclass(frozen=True)
class Key:
    """One of the keys that order a list, on any alias of its rows."""

    sql: Callable[[FromClause], ColumnElement[Any]]
    descending: bool
    nullable: bool
    nulls_first: bool = False

    def order(self, row: FromClause, *, backward: bool) -> UnaryExpression[Any]:
        """The key in ORDER BY; what is null comes at its end, or at the other when the list is read backward."""
        value = self.sql(row)
        ordered = value.desc() if self.descending != backward else value.asc()
        if not self.nullable:
            return ordered
        return ordered.nulls_first() if self.nulls_first != backward else ordered.nulls_last()


@dataclass(frozen=True)
class Ordering:
    """The keys of a list in order, the id last, and the name that its cursors bear: of values too, such as a code."""

    name: str
    keys: tuple[Key, ...]
    values: tuple[tuple[Scalar, ColumnElement[Any]], ...] = ()

    def cursor(self, row: FromClause) -> ColumnElement[str]:
        """The cursor of a row."""
        name: ColumnElement[str] = literal_column(f"'{self.name}'", Text())
        for _, value in self.values:
            name = name.concat(literal_column("' '", Text())).concat(value)
        return cursors.column(name, [key.sql(row) for key in self.keys])

    def title(self, binding: Binding) -> str:
        """The name that cursors bear in a request."""
        return " ".join((self.name, *(scalar.read(binding) for scalar, _ in self.values)))

    def by(self, row: FromClause, *, backward: bool = False) -> list[UnaryExpression[Any]]:
        """ORDER BY for an alias of the rows."""
        return [key.order(row, backward=backward) for key in self.keys]

    def follows(self, row: FromClause, places: Sequence[ColumnElement[Any]], *, before: bool) -> ColumnElement[bool]:
        """The condition that a row comes after a place, or before it."""
        values = [key.sql(row) for key in self.keys]
        plain = not any(key.nullable for key in self.keys)
        if plain and len({key.descending for key in self.keys}) == 1:
            # One comparison of rows, which an index on the same columns answers.
            less = self.keys[0].descending != before
            here, there = tuple_(*values), tuple_(*places)
            return here < there if less else here > there
        steps = []
        for at, key in enumerate(self.keys):
            same = [value.is_not_distinct_from(place) for value, place in zip(values[:at], places[:at], strict=True)]
            steps.append(and_(*same, _beyond(values[at], places[at], key, before=before)))
        return or_(*steps)


def ordering(
    kind: str, entity: Entity, arguments: BoundArguments, default: Sequence[str], python_names: dict[str, str]
) -> Ordering:
    """The order of the argument, or the default; a leading `-` is descending. Refusals: `plan/one-order`.

    What has changed with time is ordered as it was on the date of the list.
    """
    order_by: Tree = arguments.trees.get("orderBy")
    asked = [_Asked(name.removeprefix("-"), "DESC" if name.startswith("-") else "ASC") for name in default]
    if isinstance(order_by, list):
        asked = [_one(item, python_names) for item in order_by]
    keys = [_key(entity.orders[each.name], arguments.of_order(each.arguments), each) for each in asked]
    spelled = " ".join(f"{each.name} {each.direction.lower().replace('_', ' ')}" for each in asked)
    scalars = [(each, name) for each in asked for name, tree in each.arguments.items() if isinstance(tree, Scalar)]
    values = tuple((each.arguments[name], arguments.of_order(each.arguments).value(name)) for each, name in scalars)
    # The id takes the direction of the last key, so that one comparison of rows serves a list that is all descending.
    last = keys[-1].descending if keys else False
    return Ordering(f"{kind} {spelled}".strip(), (*keys, Key(lambda row: row.c.id, last, nullable=False)), values)


@dataclass(frozen=True)
class _Asked:
    """One order that is asked for: its name in Python, its direction, and the arguments of its own."""

    name: str
    direction: str
    arguments: dict[str, Any] = field(default_factory=dict)


def _key(order: Order, arguments: Arguments, asked: _Asked) -> Key:
    descending, nulls_first = asked.direction.startswith("DESC"), asked.direction.endswith("NULLS_FIRST")
    return Key(lambda row: order.sql(row, arguments), descending, order.nullable, nulls_first)


def _one(item: Any, python_names: dict[str, str]) -> _Asked:
    if not isinstance(item, dict) or len(item) != 1 or None in item.values():
        raise Refusal("plan/one-order", "An order object must name exactly one field.")
    ((name, tree),) = item.items()
    if isinstance(tree, dict):
        return _Asked(python_names[name], tree["direction"], {key: each for key, each in tree.items() if each})
    return _Asked(python_names[name], tree)


def _beyond(value: Any, place: Any, key: Key, *, before: bool) -> ColumnElement[bool]:
    less = key.descending != before
    strictly: ColumnElement[bool] = value < place if less else value > place
    if not key.nullable:
        return strictly
    # Null is at one end: it comes after every value and before none, or the other way round.
    here_is_null = key.nulls_first == before
    at_end = and_(value.is_(None), place.is_not(None)) if here_is_null else and_(value.is_not(None), place.is_(None))
    return or_(strictly, at_end)


def places(cursor: Tree, order: Ordering, rows: FromClause, add: Add) -> tuple[ColumnElement[Any], ...]:
    """The keys in a cursor, as parameters; none when no cursor was given."""
    if not isinstance(cursor, Scalar):
        return ()
    kinds = [(key.sql(rows).type, key.nullable) for key in order.keys]

    def reader(at: int) -> Callable[[Binding], Any]:
        return lambda binding: cursors.keys(cursor.read(binding), order.title(binding), kinds)[at]

    return tuple(add(reader(at), kind) for at, (kind, _) in enumerate(kinds))


def python_names(argument: Any) -> dict[str, str]:
    """The names in Python of an input type's fields, by their names in the schema."""
    fields = get_named_type(argument).fields
    return {name: field.extensions["strawberry-definition"].python_name for name, field in fields.items()}
