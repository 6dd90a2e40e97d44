"""The arguments of a field: what shapes a statement, and what is only bound to it.

Enumerations, booleans, nulls and the keys of input objects shape the SQL. Scalars do not: each becomes a `Scalar`,
which says how to read its value from a request, and is bound when the statement runs.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    value_from_ast,
)
from sqlalchemy import BigInteger, Date, DateTime, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from schema import ids
from schema.errors import Refusal
from service.viewer import Viewer


@dataclass(frozen=True)
class Binding:
    """What a request brings to a plan: its variables, JSON rows by name (`schema.mapping.RequestRows`), and the viewer.

    For a subscription, `event` is the key of the row that an event is about.
    """

    variables: Mapping[str, Any]
    rows: Mapping[str, str] = field(default_factory=dict)
    viewer: Viewer | None = None
    event: int | None = None
    # For each day that the plan asks for: the keys of all targets, and of each the status and the gap in two units.
    standings: Sequence[tuple[Sequence[int], Sequence[str], Sequence[str | None], Sequence[str | None]]] = ()
    # The texts of the commands that come before: what they name may be new.
    commanded: frozenset[str] = frozenset()
    # For an event: the codes of the only organisations that it may show, in order; None for all.
    members: Sequence[str] | None = None

    @property
    def scope(self) -> int | None:
        """The scope in which drafts are visible; None where none are."""
        return None if self.viewer is None else self.viewer.drafts


@dataclass(frozen=True)
class Scalar:
    """A value that is bound: how to read it from a request, and its type in SQL.

    `spelled` is the value itself where the document spells it out: it is the same for every request with this plan.
    """

    read: Callable[[Binding], Any]
    type: TypeEngine[Any]
    spelled: Any = None


Tree = Scalar | str | bool | None | dict[str, Any] | list[Any]

_SQL_TYPES: dict[str, TypeEngine[Any]] = {
    "String": Text(),
    "ID": Text(),
    "OdsCode": Text(),
    "Int": BigInteger(),
    "Float": Numeric(),
    "Date": Date(),
    "DateTime": DateTime(timezone=True),
}


def sql_type(scalar: str) -> TypeEngine[Any]:
    """The SQL type of a scalar's values."""
    return _SQL_TYPES[scalar]


def trees(
    definitions: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    nodes: Mapping[str, ValueNode],
    variables: Mapping[str, Any],
) -> dict[str, Tree]:
    """The arguments that the document has, or that have a default. One that is left out is absent."""
    arguments: dict[str, Tree] = {}
    for name, definition in definitions.items():
        node = nodes.get(name)
        tree: Any = Undefined if node is None else _from_ast(definition.type, node, variables)
        if tree is Undefined and definition.default_value is not Undefined:
            default = definition.default_value
            tree = _from_value(definition.type, default, lambda _, default=default: default)  # type: ignore[misc]
        if tree is not Undefined:
            arguments[name] = tree
    return arguments


def parts(tree: Tree) -> int:
    """How many input objects and fields of theirs a tree has."""
    if isinstance(tree, dict):
        return len(tree) + sum(parts(value) for value in tree.values())
    return sum(1 + parts(item) for item in tree) if isinstance(tree, list) else 0


def shape(kind: GraphQLInputType, value: Any) -> Any:
    """What of a variable's value shapes a statement: two values of one shape share a plan."""
    if value is None:
        return None
    if isinstance(kind, GraphQLNonNull):
        return shape(kind.of_type, value)
    if get_named_type(kind).name == "ID":
        return _shape_of_ids(value if isinstance(value, list) else [value])
    if isinstance(kind, GraphQLList):
        return "[]" if _is_bound(kind.of_type) else tuple(shape(kind.of_type, item) for item in value)
    if isinstance(kind, GraphQLInputObjectType):
        return tuple((name, shape(kind.fields[name].type, value[name])) for name in value)
    return "$" if _is_bound(kind) else _concrete(value)


def _shape_of_ids(texts: Sequence[str | None]) -> Any:
    """Of ids, it matters which dates they have: the rows of each date are read together."""
    dates = dict.fromkeys(dates_of(text) for text in texts if text is not None)
    return tuple((on is not None, known_at is not None) for on, known_at in dates)


def dates_of(text: str) -> tuple[dt.date | None, dt.datetime | None]:
    """The date and the instant that an id names its row as of; none for what is no id."""
    named = ids.parsed(text)
    return (None, None) if named is None else (named.on, named.known_at)


def _is_bound(kind: GraphQLInputType) -> bool:
    if isinstance(kind, GraphQLNonNull):
        return _is_bound(kind.of_type)
    return isinstance(kind, GraphQLScalarType) and kind.name != "Boolean"


def _concrete(value: Any) -> str | bool:
    return value if isinstance(value, bool) else str(value)


def _from_ast(kind: GraphQLInputType, node: ValueNode, variables: Mapping[str, Any]) -> Any:
    """The tree of a literal, with the variables in it; `Undefined` for a variable that was left out."""
    if isinstance(kind, GraphQLNonNull):
        tree = _from_ast(kind.of_type, node, variables)
        if tree is None:
            # A variable that may be null, and has a default, passes validation; its null is found out here.
            raise Refusal("document/variables", "A variable is null where a value is needed.")
        return tree
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return Undefined
        return _from_value(kind, variables[name], lambda binding: binding.variables[name])
    if isinstance(node, NullValueNode):
        return None
    if isinstance(kind, GraphQLList):
        nodes = (node.values or ()) if isinstance(node, ListValueNode) else (node,)
        if _is_bound(kind.of_type):
            return _literal(kind, node)
        items = [_from_ast(kind.of_type, item, variables) for item in nodes]
        return [None if item is Undefined else item for item in items]
    if isinstance(kind, GraphQLInputObjectType):
        if not isinstance(node, ObjectValueNode):
            raise TypeError("validation lets only an object through here")
        return trees(kind.fields, {field.name.value: field.value for field in node.fields or ()}, variables)
    return _literal(kind, node)


def _literal(kind: Any, node: ValueNode) -> Tree:
    if isinstance(kind, GraphQLList):
        if _names_variable(node):
            return Scalar(lambda binding: _list(kind, node, binding.variables), _type(kind))
        values = _list(kind, node, {})
        return Scalar(lambda _: values, _type(kind))
    value = value_from_ast(node, kind)
    if value is Undefined:
        raise Refusal("plan/unusable-value", "A value in the document is too large for its type.")
    tree = _from_value(kind, value, lambda _: value)
    return replace(tree, spelled=value) if isinstance(tree, Scalar) else tree


def _names_variable(node: ValueNode) -> bool:
    """Whether the values of a literal list may differ from one request to the next."""
    nodes = (node.values or ()) if isinstance(node, ListValueNode) else (node,)
    return any(isinstance(each, VariableNode) or (each is not node and _names_variable(each)) for each in nodes)


def _list(kind: Any, node: ValueNode, variables: Mapping[str, Any]) -> Any:
    """A literal list, with the variables in it."""
    value = value_from_ast(node, kind, dict(variables))
    if value is Undefined:
        raise Refusal("document/variables", "A variable in a list is null or absent where a value is needed.")
    return _parameter_value(kind, value)


def _from_value(kind: GraphQLInputType, value: Any, read: Callable[[Binding], Any]) -> Tree:
    """The tree of a value that is already coerced, whose scalars a request is asked for by `read`."""
    if value is None:
        return None
    if isinstance(kind, GraphQLNonNull):
        return _from_value(kind.of_type, value, read)
    if isinstance(kind, GraphQLList):
        if _is_bound(kind.of_type):
            return Scalar(lambda binding: _parameter_value(kind, read(binding)), _type(kind))
        return [
            _from_value(kind.of_type, item, lambda binding, at=at: read(binding)[at])  # type: ignore[misc]
            for at, item in enumerate(value)
        ]
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: _from_value(kind.fields[name].type, item, lambda binding, name=name: read(binding)[name])  # type: ignore[misc]
            for name, item in value.items()
        }
    if isinstance(kind, GraphQLEnumType) or not _is_bound(kind):
        return _concrete(value)
    return Scalar(lambda binding: _parameter_value(kind, read(binding)), _type(kind))


def _parameter_value(kind: Any, value: Any) -> Any:
    """The value as asyncpg wants it. An exact decimal is compared with exact decimals: 69.57 is not 69.569999."""
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            raise Refusal("document/variables", "A variable is null where a value is needed.")
        return _parameter_value(kind.of_type, value)
    if isinstance(kind, GraphQLList):
        return [_parameter_value(kind.of_type, item) for item in value]
    if kind.name != "Float" or value is None:
        return value
    if not math.isfinite(value):
        raise Refusal("plan/unusable-value", "A number is too large.")
    return Decimal(str(value))


def _type(kind: Any) -> TypeEngine[Any]:
    if isinstance(kind, GraphQLNonNull):
        return _type(kind.of_type)
    if isinstance(kind, GraphQLList):
        return ARRAY(_type(kind.of_type))
    return _SQL_TYPES[kind.name]
