"""The text of a document becomes a valid operation with coerced variables; each text is parsed and validated once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from schema.errors import Refusal
from service.answers.errors import of_document
from service.answers.request import GraphQLRequest
from service.cache import Cache
from service.reads.reader import Operation

# Validation compares every pair of fields in a selection: 10,000 tokens can take seconds. Send long lists as variables.
MOST_TOKENS = 4_000


@dataclass(frozen=True)
class Document:
    """A document that passed validation."""

    text: str
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]


class Documents:
    """The documents of recent requests."""

    def __init__(self, schema: GraphQLSchema, *, size: int = 2_000) -> None:
        self._schema = schema
        self._cache: Cache[str, Document] = Cache(size)

    def operation(self, request: GraphQLRequest) -> Operation:
        """The operation that a request names. Refusals: the `document/` codes."""
        document = self._cache.kept(request.query, lambda: self._validated(request.query))
        named = [
            operation
            for operation in document.operations
            if request.operation_name is None
            or (operation.name is not None and operation.name.value == request.operation_name)
        ]
        if len(named) != 1:
            what = f"named {request.operation_name!r}" if request.operation_name else "that is the only one"
            raise Refusal("document/unknown-operation", f"The document has no operation {what}.")
        return Operation(document.text, named[0], document.fragments)

    def variables(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables, coerced to their types. Refusals: `document/variables`."""
        definitions = operation.definition.variable_definitions or ()
        found = get_variable_values(self._schema, definitions, dict(given), max_errors=20)
        if isinstance(found, list):
            raise of_document("document/variables", found)
        coerced: dict[str, Any] = found.coerced
        return coerced

    def _validated(self, text: str) -> Document:
        try:
            node = parse(text, max_tokens=MOST_TOKENS)
            errors = validate(self._schema, node, max_errors=20)
        except GraphQLSyntaxError as reason:
            if f"more than {MOST_TOKENS} tokens" in reason.message.replace("more that", "more than"):
                message = f"The document has more than {MOST_TOKENS:,} words and signs."
                raise Refusal("document/too-large", message) from reason
            raise of_document("document/syntax", [reason]) from reason
        if errors:
            raise of_document("document/invalid", errors)
        operations = tuple(each for each in node.definitions if isinstance(each, OperationDefinitionNode))
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        return Document(text, operations, fragments)
