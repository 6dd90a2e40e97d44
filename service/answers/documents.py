"""The text of a document becomes a valid operation with coerced variables; each text is parsed and validated once.

A thread does it: validation compares fields with each other, so a document of 13 kB can take more than a second.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    NoUndefinedVariablesRule,
    NoUnusedVariablesRule,
    OperationDefinitionNode,
    SelectionSetNode,
    Token,
    TokenKind,
    VariablesInAllowedPositionRule,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.values import get_variable_values

from schema.errors import Refusal
from service.answers.errors import of_document
from service.answers.registered import Registered
from service.answers.request import GraphQLRequest
from service.cache import Cache
from service.reads.reader import Operation

# Validation compares every pair of fields in a selection: 10,000 tokens can take seconds. Send long lists as variables.
MOST_TOKENS = 4_000
# Validation compares all fields of one key with each other. Fragments that overlap repeat a field a few times.
MOST_REPEATS = 50
# These look through the whole document again for its variables. A document without a "$" has none.
_OF_VARIABLES = {NoUndefinedVariablesRule, NoUnusedVariablesRule, VariablesInAllowedPositionRule}
_WITHOUT_VARIABLES = tuple(rule for rule in specified_rules if rule not in _OF_VARIABLES)
# The memory of all documents that are kept; of any one, and for each character of it; in bytes, as measured.
MOST_MEMORY = 64_000_000
_MEMORY_OF_ANY, _MEMORY_OF_A_CHARACTER = 30_000, 90
# A list of variables for a filter is long at a thousand; a whole quarter's figures are about five thousand values.
MOST_VALUES = 100_000


@dataclass(frozen=True)
class Document:
    """A document that passed validation."""

    text: str
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]


class Documents:
    """The documents of recent requests."""

    def __init__(
        self, schema: GraphQLSchema, registered: Registered | None = None, *, most_memory: int = MOST_MEMORY
    ) -> None:
        self._schema = schema
        self._registered = registered
        self._cache: Cache[str, Document] = Cache(most_memory, _memory)

    async def operation(self, request: GraphQLRequest) -> Operation:
        """The operation that a request names. Refusals: the `document/` codes, and those of `Registered.text`."""
        text = request.query if self._registered is None else await self._registered.text(request)
        document = await self._cache.kept_by_thread(text, lambda: self.validated(text), size=len(text))
        if self._registered is not None:
            self._registered.keep(request)
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
        """The variables, coerced to their types. Refusals: `document/variables`, `document/too-large`."""
        _check_values(given)
        definitions = operation.definition.variable_definitions or ()
        found = get_variable_values(self._schema, definitions, dict(given), max_errors=20)
        if isinstance(found, list):
            raise of_document("document/variables", found)
        coerced: dict[str, Any] = found.coerced
        return coerced

    def validated(self, text: str) -> Document:
        """The document of a text. Refusals: `document/syntax`, `document/invalid`, `document/too-large`."""
        try:
            node = parse(text, max_tokens=MOST_TOKENS)
            parts = [*_parts(node)]
            _check_repeats(parts)
            rules = specified_rules if "$" in text else _WITHOUT_VARIABLES
            errors = validate(self._schema, node, rules, max_errors=20)
        except GraphQLSyntaxError as reason:
            if f"more than {MOST_TOKENS} tokens" in reason.message.replace("more that", "more than"):
                message = f"The document has more than {MOST_TOKENS:,} words and signs."
                raise Refusal("document/too-large", message) from reason
            raise of_document("document/syntax", [reason]) from reason
        if errors:
            raise of_document("document/invalid", errors)
        operations = tuple(each for each in node.definitions if isinstance(each, OperationDefinitionNode))
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        _drop_tokens(parts)
        return Document(text, operations, fragments)


def _check_values(variables: Mapping[str, Any]) -> None:
    """Passes when the variables have so many values at most. It stops at the first excess, before any is coerced."""
    count = 0
    to_count: list[Any] = [variables]
    while to_count:
        value = to_count.pop()
        if isinstance(value, dict | list):
            count += len(value)
            if count > MOST_VALUES:
                raise Refusal("document/too-large", f"The variables have more than {MOST_VALUES:,} values.")
            to_count += value.values() if isinstance(value, dict) else value


def _check_repeats(parts: Sequence[Node]) -> None:
    """Passes when no selection asks for one field too often."""
    for node in parts:
        if isinstance(node, SelectionSetNode):
            keys = Counter((each.alias or each.name).value for each in node.selections if isinstance(each, FieldNode))
            for key, count in keys.most_common(1):
                if count > MOST_REPEATS:
                    message = f"One selection asks for {key!r} {count:,} times. The most is {MOST_REPEATS}."
                    raise Refusal("document/too-large", message)


def _drop_tokens(parts: Sequence[Node]) -> None:
    """Let go of the words that a document was parsed from. Errors need only the places of its parts."""
    for node in parts:
        if node.loc:
            node.loc.start_token = node.loc.end_token = _NO_TOKEN


def _parts(document: DocumentNode) -> Iterator[Node]:
    """All parts of a document."""
    to_see: list[Node] = [document]
    while to_see:
        node = to_see.pop()
        yield node
        for key in node.keys:
            below = getattr(node, key, None)
            to_see += [each for each in (below if isinstance(below, tuple) else (below,)) if isinstance(each, Node)]


_NO_TOKEN = Token(TokenKind.SOF, 0, 0, 0, 0)


def _memory(document: Document) -> int:
    return _MEMORY_OF_ANY + _MEMORY_OF_A_CHARACTER * len(document.text)
