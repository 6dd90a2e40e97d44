"""The codes that the arguments of a document name things by, so that one that nothing has is refused.

A field that looks one thing up by its own code answers null instead: its argument does not say what it names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type
from sqlmodel import SQLModel

from schema import mapping
from schema.errors import Refusal
from schema.periods import period_named
from service.reads.arguments import Binding, Scalar, Tree
from service.reads.places import NOWHERE, Place

# The operators of a filter that compare with whole codes.
_WHOLE = ("eq", "ne", "in", "notIn")


@dataclass(frozen=True)
class Code:
    """A code of a request: the place that it is in, such as `filter.metric.code`, and the field it is for."""

    text: str
    argument: str
    field: str
    place: Place


@dataclass(frozen=True)
class Given:
    """One place in a document where codes of rows are given: one code, or a list."""

    rows: type[SQLModel]
    argument: str
    field: str
    scalar: Scalar
    place: Place

    def codes(self, binding: Binding) -> list[Code]:
        """The codes of a request."""
        read = self.scalar.read(binding)
        texts = read if isinstance(read, list) else [read]
        return [Code(text, self.argument, self.field, self.place) for text in texts if text is not None]

    def check_periods(self, binding: Binding) -> None:
        """Refusals: `plan/unknown-period`, for a text that is not exactly the code of a period."""
        with self.place.of_refusals():
            for code in self.codes(binding):
                period = period_named(code.text)
                if period is None or period.code != code.text:
                    write = "the code of a period" if period is None else f"a code: write {period.code}"
                    place = f"The argument `{code.argument}` of `{code.field}`"
                    raise Refusal("plan/unknown-period", f"{place} is {code.text[:80]!r}, which is not {write}.")


def given(
    field: str, arguments: Mapping[str, Tree], definitions: Mapping[str, Any], place: Place = NOWHERE
) -> Iterator[Given]:
    """The places of a field's arguments where codes are given."""
    for name, tree in arguments.items():
        for path, rows, scalar in _within(name, tree, definitions[name]):
            yield Given(rows, path, field, scalar, place)


def _within(path: str, tree: Tree, definition: Any) -> Iterator[tuple[str, type[SQLModel], Scalar]]:
    rows = named_by(definition)
    if isinstance(tree, list):
        for item in tree:
            yield from _within(path, item, definition)
    elif isinstance(tree, Scalar):
        if rows is not None:
            yield path, rows, tree
    elif isinstance(tree, dict) and rows is not None:
        for name, operand in tree.items():
            if name in _WHOLE and isinstance(operand, Scalar):
                yield path, rows, operand
    elif isinstance(tree, dict):
        kind = get_named_type(definition.type)
        inner = kind.fields if isinstance(kind, GraphQLInputObjectType) else {}
        for name, part in tree.items():
            yield from _within(path if name in {"and", "or", "not"} else f"{path}.{name}", part, inner[name])


def named_by(definition: Any) -> type[SQLModel] | None:
    """The rows that the values of an argument, or of a field of an input, name by their codes."""
    declared = definition.extensions.get("strawberry-definition")
    rows: type[SQLModel] | None = None if declared is None else declared.metadata.get(mapping.NAMES)
    return rows
