"""The mutations of the schema, each with its command: matched when a process starts, or it does not start.

`input_of` reads the input of a command from the field that asks for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import FieldNode, GraphQLSchema, Undefined, get_named_type, value_from_ast

from schema.commands.declaring import from_arguments
from schema.errors import Refusal
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


def input_of(command: Command[Any], schema: GraphQLSchema, node: FieldNode, variables: Mapping[str, Any]) -> Any:
    """The input of a command that a field asks for, as an instance of its class. Refusals: `document/variables`."""
    root = schema.mutation_type
    values = {argument.name.value: argument.value for argument in node.arguments or ()}
    arguments = (
        value_from_ast(values["input"], root.fields[node.name.value].args["input"].type, dict(variables))
        if root
        else None
    )
    if arguments is Undefined or arguments is None:
        raise Refusal("document/variables", "A variable in an input is null where a value is needed.")
    return from_arguments(command.input, arguments)
