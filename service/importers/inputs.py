"""The cells of a line become the input of a command, by the names and types of its fields in the schema."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from schema.commands.declaring import from_arguments
from schema.graph import graph
from schema.periods import period_named
from service.writes.command import Command
from service.writes.outcome import Problem, Refused, problem

# What a file does not say: whether it is a rehearsal, and the keys, are those of the whole file.
OF_THE_FILE = frozenset({"validateOnly", "idempotencyKey"})
# A cell that removes what is on record; an empty one leaves it.
NULL = "null"
_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


def columns_of(command: Command[Any]) -> list[str]:
    """The fields of a command's input, in their order, that a line can give."""
    return [name for name in _type_of(command).fields if name not in OF_THE_FILE]


def input_of(command: Command[Any], cells: Mapping[str, str], *, key: str) -> Any:
    """The input that the cells of a line make; empty cells are left out of `cells`.

    Refused: `register/malformed`, `document/malformed-code`, for each cell that is wrong or missing.
    """
    kind, known, values = _type_of(command), columns_of(command), {}
    problems = [_wrong(name, f"{command.name} takes no {name}.") for name in cells if name not in known]
    for name in known:
        if name in cells:
            try:
                values[name] = _value(kind.fields[name].type, cells[name])
            except GraphQLError as reason:
                problems.append(_wrong(name, reason.message, reason.extensions))
        elif is_required_input_field(kind.fields[name]):
            problems.append(_wrong(name, f"{command.name} needs a value for {name}."))
    if problems:
        raise Refused(*problems)
    return from_arguments(command.input, {**values, "idempotencyKey": key})


def _type_of(command: Command[Any]) -> GraphQLInputObjectType:
    kind = graph._schema.type_map[command.input.__name__]
    if not isinstance(kind, GraphQLInputObjectType):
        raise TypeError(f"{command.input.__name__} is not an input")
    return kind


def _wrong(name: str, message: str, extensions: Mapping[str, Any] | None = None) -> Problem:
    """The problem of a cell: with the code and the remedy of what its type refuses, where that has its own."""
    found = problem("register/malformed", message, name)
    return replace(found, code=extensions["code"], remedy=extensions["hint"]) if extensions else found


def _value(kind: Any, text: str, *, within: bool = False) -> Any:
    """The value of a text: of a cell, or `within` a part of one, where a list has commas."""
    if text == NULL and not is_non_null_type(kind):
        return None
    kind = get_nullable_type(kind)
    if is_list_type(kind):
        item = get_nullable_type(kind.of_type)
        return [_value(kind.of_type, part.strip(), within=within) for part in _parts(item, text, within)]
    if is_input_object_type(kind):
        return _parts_of_one(kind, text)
    return kind.parse_value(_READ.get(kind.name, str)(text))


def _parts(item: Any, text: str, within: bool) -> Iterable[str]:
    """The items of a list: with spaces between them, or with `|` where an item has spaces itself."""
    if within:
        return text.split(",")
    has_spaces = is_input_object_type(item) and any(
        get_nullable_type(each.type).name == "String" for each in item.fields.values() if not is_list_type(each.type)
    )
    return text.split("|") if has_spaces else text.split()


def _parts_of_one(kind: GraphQLInputObjectType, text: str) -> dict[str, Any]:
    """An item with several fields, in their order and with `:` between them: `U12550:2025-04-01`."""
    names, parts = list(kind.fields), [part.strip() for part in text.split(":")]
    given = {name: part for name, part in zip(names, parts, strict=False) if part}
    needed = {name for name, each in kind.fields.items() if is_required_input_field(each)}
    if len(parts) > len(names) or not needed <= set(given):
        raise GraphQLError(f"{text[:80]!r} is not {':'.join(names)}.")
    return {name: _value(kind.fields[name].type, part, within=True) for name, part in given.items()}


def _day(text: str) -> str:
    """A day as the schema writes it. Spreadsheets make 31/01/2025 of 2025-01-31."""
    period = period_named(text)
    return text if period is None or period.starts != period.ends else period.starts.isoformat()


def _whole(text: str) -> int:
    if not re.fullmatch("-?[0-9]+", text):
        raise GraphQLError(f"{text[:40]!r} is not a whole number.")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES_OR_NO:
        raise GraphQLError(f"{text[:40]!r} is neither yes nor no.")
    return _YES_OR_NO[text.lower()]


_READ: Mapping[str, Any] = {"Date": _day, "Int": _whole, "Boolean": _yes_or_no}
