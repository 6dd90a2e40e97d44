"""Arguments of random documents: a value for a type, and its text, with variables in the place of some of its parts."""

import json
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from tests.service.reads.documents.orders import ORDERS
from tests.service.reads.documents.pools import Pools


class Arguments:
    """Writes the arguments of one document and keeps its variables."""

    def __init__(self, random: Random, pools: Pools) -> None:
        self._random = random
        self._pools = pools
        self.values: dict[str, Any] = {}
        self.definitions: list[str] = []

    def value(self, kind: Any, where: str, depth: int = 0) -> Any:
        """A value of an input type, ready for JSON; `where` names the place, for the pools."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, where, depth)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, where, depth + 1) for _ in range(self._random.randrange(4))]
        if isinstance(kind, GraphQLEnumType):
            return self._random.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, where, depth)
        return (
            self._random.random() < 0.5 if kind.name == "Boolean" else self._pools.sent(self._random, where, kind.name)
        )

    def order(self, kind: Any) -> Any:
        """An order: one of those that there are cursors for."""
        return self._random.choice(ORDERS[get_named_type(kind).name])

    def text(self, kind: Any, value: Any) -> str:
        """The text of a value, or of a variable that has it."""
        if self._random.random() < 0.15:
            return self.variable(kind, value)
        if isinstance(kind, GraphQLNonNull):
            return self.text(kind.of_type, value) if value is not None else "null"
        if value is None:
            return "null"
        if isinstance(kind, GraphQLList):
            if len(value) == 1 and self._random.random() < 0.3:
                return self.text(GraphQLNonNull(get_named_type(kind)), value[0])
            return "[" + ", ".join(self.text(kind.of_type, one) for one in value) + "]"
        if isinstance(kind, GraphQLInputObjectType):
            return "{" + ", ".join(f"{name}: {self._of_field(kind, name, one)}" for name, one in value.items()) + "}"
        return (
            value if isinstance(kind, GraphQLEnumType) else json.dumps(value, ensure_ascii=self._random.random() < 0.5)
        )

    def variable(self, kind: Any, value: Any) -> str:
        """A new variable with this value, sent or as its default."""
        name = f"v{len(self.definitions)}"
        must = kind if isinstance(kind, GraphQLNonNull) or value is None else GraphQLNonNull(kind)
        if value is not None and self._random.random() < 0.2:
            default = Arguments.text(_Plain(self._random, self._pools), kind, value)
            self.definitions.append(f"${name}: {kind} = {default}")
            if self._random.random() < 0.5:
                self.values[name] = value
            return f"${name}"
        self.values[name] = value
        self.definitions.append(f"${name}: {self._random.choice([kind, must])}")
        return f"${name}"

    def absent(self, kind: Any) -> str:
        """A new variable that is not sent."""
        name = f"v{len(self.definitions)}"
        self.definitions.append(f"${name}: {kind}")
        return f"${name}"

    def _of_field(self, kind: GraphQLInputObjectType, name: str, value: Any) -> str:
        """A field of an input object: a variable there is never null, since filters and orders refuse nulls."""
        return self.text(_needed(kind.fields[name].type), value)

    def _object(self, kind: GraphQLInputObjectType, where: str, depth: int) -> Any:
        if kind.extensions["strawberry-definition"].is_one_of:
            name = self._random.choice(list(kind.fields))
            own = f"{kind.name}.{name}"
            return {name: self.value(kind.fields[name].type, own if self._pools.has(own) else where)}
        if "eq" in kind.fields:
            return self._operators(kind, where)
        names = [name for name in kind.fields if depth < 2 or not _is_nested(kind.fields[name].type)]
        chosen = self._random.sample(names, min(self._random.choice([1, 1, 1, 2, 2, 3, 0]), len(names)))
        chosen += [name for name in kind.fields if _is_needed(kind.fields[name].type) and name not in chosen]
        return {name: self.value(kind.fields[name].type, f"{kind.name}.{name}", depth + 1) for name in chosen}

    def _operators(self, kind: GraphQLInputObjectType, where: str) -> Any:
        names = [name for name in kind.fields for _ in range(3 if name in {"contains", "startsWith"} else 1)]
        chosen = {self._random.choice(names) for _ in range(self._random.choice([1, 1, 1, 1, 2, 0]))}
        return {name: self._operand(kind.fields[name].type, name, where) for name in sorted(chosen)}

    def _operand(self, kind: Any, name: str, where: str) -> Any:
        if name in {"contains", "startsWith"}:
            return self._pools.piece(self._random, where)
        return self.value(kind, where)


class _Plain(Arguments):
    """Writes values without variables: a default has none."""

    def variable(self, kind: Any, value: Any) -> str:
        """The value itself."""
        return self.text(kind, value)


def _needed(kind: Any) -> Any:
    return kind if isinstance(kind, GraphQLNonNull) else GraphQLNonNull(kind)


def _is_needed(kind: Any) -> bool:
    return isinstance(kind, GraphQLNonNull)


def _is_nested(kind: Any) -> bool:
    named = get_named_type(kind)
    return isinstance(named, GraphQLInputObjectType) and "eq" not in named.fields
