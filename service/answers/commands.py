"""The mutations of the schema, each with its command: matched when a process starts, or it does not start."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLSchema, get_named_type

from service.writes.command import Command
from service.writes.commands import COMMANDS


class Unmatched(Exception):
    """The mutations of the schema and the commands are not the same."""


def commands_of(schema: GraphQLSchema, commands: Iterable[Command[Any]] = COMMANDS) -> Mapping[str, Command[Any]]:
    """The command of each mutation, by its name.

    Refusals: `Unmatched`, for a mutation without a command, a command without a mutation or with another input, and two
    commands with one name. Such a mutation would answer null, and do nothing.
    """
    listed = list(commands)
    names = [command.name for command in listed]
    named = dict(zip(names, listed, strict=True))
    mutations = schema.mutation_type.fields if schema.mutation_type else {}
    faults = [f"the mutation {name} has no command" for name in mutations if name not in named]
    faults += [f"the command {name} has no mutation" for name in named if name not in mutations]
    faults += [
        f"the command {name} takes another input than its mutation"
        for name, command in named.items()
        if name in mutations and get_named_type(mutations[name].args["input"].type).name != command.input.__name__
    ]
    faults += [f"two commands have the name {name}" for name, count in Counter(names).items() if count > 1]
    if faults:
        raise Unmatched(f"{'; '.join(faults)}.")
    return named
