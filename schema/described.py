"""A StrEnum becomes an enumeration of the printed schema, with a sentence for each value."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import strawberry

E = TypeVar("E", bound=StrEnum)


def described(**sentences: str) -> Callable[[type[E]], type[E]]:
    """A decorator that publishes a StrEnum in GraphQL; every value needs its sentence, or the import fails."""

    def publish(enumeration: type[E]) -> type[E]:
        published: Any = strawberry.enum(enumeration, description=(enumeration.__doc__ or "").strip())
        for value in published.__strawberry_definition__.values:
            value.description = sentences.pop(value.name)
        if sentences:
            raise TypeError(f"{enumeration.__name__} has no value {', '.join(sentences)}")
        return enumeration

    return publish
