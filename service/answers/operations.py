"""The root fields of an operation, and an operation with some of them only."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode

from service.reads.plan import Planner
from service.reads.reader import Operation

# The nodes of each root field, by the key that it has in the answer.
Fields = Mapping[str, list[FieldNode]]


def root_fields(schema: GraphQLSchema, operation: Operation, variables: Mapping[str, Any]) -> Fields:
    """The root fields of an operation, without those that its variables leave out."""
    root = schema.get_root_type(operation.definition.operation)
    if root is None:
        raise TypeError("validation lets only operations with a root through")
    planner = Planner(schema, operation.fragments, variables)
    return planner.fields(root, [operation.definition.selection_set])


def with_only(operation: Operation, fields: Fields) -> Operation:
    """The operation with some of its root fields only."""
    nodes = tuple(node for each in fields.values() for node in each)
    definition = operation.definition
    reduced = OperationDefinitionNode(
        operation=definition.operation,
        name=definition.name,
        variable_definitions=definition.variable_definitions,
        directives=definition.directives,
        selection_set=SelectionSetNode(selections=nodes),
    )
    return Operation(operation.text, reduced, operation.fragments, tuple(fields))
