"""How commands declare what they take and what they answer.

An input is a frozen dataclass and a GraphQL input at once. Its arguments become an instance once, in the executor, and
an instance becomes the same arguments again, whoever made it.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, dataclass_transform

import strawberry
from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import TypeEngine
from strawberry import UNSET
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry.utils.str_converters import to_camel_case

from schema.mapping import Reach, RequestRows, reach

T = TypeVar("T")
KEY = "A text of your choice. A command sent again with the same key has one effect and one answer."
QUARTER = "The quarter: 2024-25-Q3."
QUERY = "The root of all queries, to read more in the same request."
PROBLEMS = "Everything that is wrong; empty when the command was carried out."


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(strawberry.field,))
def command_input(description: str) -> Callable[[type[T]], type[T]]:
    """A decorator for the input of a command: a GraphQL input, and a frozen dataclass.

    A field that was left out is None, like one that was sent as null. `as_arguments` still knows the difference.
    """

    def declare(cls: type[T]) -> type[T]:
        made = strawberry.input(cls, description=description)
        # Strawberry makes its dataclass without `frozen`: its constructor gives way to that of a frozen one.
        type.__delattr__(made, "__init__")
        type.__setattr__(made, "__post_init__", _settle)
        return dataclasses.dataclass(frozen=True, kw_only=True)(made)

    return declare


def _settle(self: Any) -> None:
    absent = frozenset(each.name for each in dataclasses.fields(self) if getattr(self, each.name) is UNSET)
    for name in absent:
        object.__setattr__(self, name, None)
    object.__setattr__(self, "_absent", absent)


def is_given(request: Any, name: str) -> bool:
    """Whether an input has a field, even as null: it was not left out."""
    return name not in vars(request)["_absent"]


def from_arguments(cls: type[T], arguments: Mapping[str, Any]) -> T:
    """The input that coerced GraphQL arguments make, with the inputs in its lists."""
    declared: Any = cls
    given = [(python_name, kind, name) for name, python_name, kind in _fields(declared) if name in arguments]
    return cls(**{python_name: _value(kind, arguments[name]) for python_name, kind, name in given})


@cache
def _fields(cls: type[Any]) -> list[tuple[str, str, Any]]:
    """The fields of an input: their names in GraphQL and in Python, and their types without lists and nulls."""
    fields = get_object_definition(cls, strict=True).fields
    return [(_in_graphql(each.python_name), each.python_name, _without_containers(each.type)) for each in fields]


# There are no more names than the inputs have.
_in_graphql = cache(to_camel_case)


def _without_containers(kind: Any) -> Any:
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    return kind


def _value(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(kind, each) for each in value]
    return from_arguments(kind, value) if isinstance(value, Mapping) else value


def as_arguments(value: Any) -> Any:
    """An input as the coerced GraphQL arguments that make it: what was left out is left out again."""
    if isinstance(value, list):
        return [as_arguments(each) for each in value]
    if not dataclasses.is_dataclass(value):
        return value
    absent: frozenset[str] = vars(value)["_absent"]
    return {
        _in_graphql(each.name): as_arguments(getattr(value, each.name))
        for each in dataclasses.fields(value)
        if each.name not in absent
    }


def answer_with(*things: str, hidden: tuple[tuple[str, TypeEngine[Any]], ...] = ()) -> RequestRows:
    """What a command did, as it comes with the request for its answer: the keys of the things, and the problems."""
    keys = tuple((f"{thing}_id", BigInteger()) for thing in things)
    return RequestRows("payload", hidden=(*keys, *hidden, ("problems", JSON())))


def thing(name: str) -> Reach:
    """The row that a command made or changed, by its key in the answer."""
    return reach(lambda row, other: other.c.id == row.c[f"{name}_id"])
