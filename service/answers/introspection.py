"""Questions about the schema itself: graphql-core answers them in a thread, and the answers are kept.

They have a price of their own, because no statement is planned for them: how many values the answer could have.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    execute_sync,
    get_introspection_query,
    parse,
)

from schema.errors import Refusal
from service.cache import Cache
from service.reads.reader import Operation

FIELDS = frozenset({"__schema", "__type"})
# The standard query takes the whole schema; explorers and generators add little to it.
MOST_PRICE = 3
MOST_OF_TYPES = 20
# The bytes of all answers that are kept.
MOST_MEMORY = 32_000_000


class Introspection:
    """Answers the parts of operations that ask for `__schema` and `__type`."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._sizes = _sizes(schema)
        self._kept: Cache[tuple[str, str | None, bytes], bytes] = Cache(MOST_MEMORY, len)
        standard = parse(get_introspection_query(input_value_deprecation=True))
        self._most = MOST_PRICE * self._price(standard.definitions)

    async def data(
        self, operation: Operation, fields: Mapping[str, Sequence[FieldNode]], variables: Mapping[str, Any]
    ) -> bytes:
        """The JSON of the operation's fields about the schema. Refusals: `plan/too-costly`."""
        self._check(fields, operation)
        key = (operation.text, operation.name, orjson.dumps(variables))
        return await self._kept.kept_by_thread(key, lambda: self._executed(operation, variables))

    def _check(self, fields: Mapping[str, Sequence[FieldNode]], operation: Operation) -> None:
        names = [nodes[0].name.value for nodes in fields.values()]
        if names.count("__schema") > 1 or len(names) > MOST_OF_TYPES:
            message = f"An operation can ask for one __schema, and for {MOST_OF_TYPES} fields about the schema in all."
            raise Refusal("plan/too-costly", message)
        if self._price((operation.definition, *operation.fragments.values())) > self._most:
            raise Refusal(
                "plan/too-costly", f"The document asks for more than {MOST_PRICE} times the whole schema at once."
            )

    def _price(self, definitions: Iterable[Any]) -> int:
        """How many values an operation could bring: each field for as many objects as the schema has of them."""
        definitions = tuple(definitions)
        fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
        known: dict[str, int] = {}

        def price(selections: SelectionSetNode | None) -> int:
            return sum(price_of(each) for each in selections.selections) if selections else 0

        def price_of(selection: Any) -> int:
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in known:
                    known[name] = price(fragments[name].selection_set)
                return known[name]
            if isinstance(selection, InlineFragmentNode):
                return price(selection.selection_set)
            return 1 + self._sizes.get(selection.name.value, 1) * price(selection.selection_set)

        return sum(price(each.selection_set) for each in definitions if not isinstance(each, FragmentDefinitionNode))

    def _executed(self, operation: Operation, variables: Mapping[str, Any]) -> bytes:
        document = DocumentNode(definitions=(operation.definition, *operation.fragments.values()))
        result = execute_sync(self._schema, document, variable_values=dict(variables))
        if result.errors:
            raise result.errors[0]
        return orjson.dumps(result.data)


def _sizes(schema: GraphQLSchema) -> dict[str, int]:
    """How many objects the lists of an introspection have, on average over all types."""
    types = list(schema.type_map.values())
    with_fields = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for each in with_fields for field in each.fields.values()]
    inputs = [field for each in types if isinstance(each, GraphQLInputObjectType) for field in each.fields]
    values = [value for each in types if isinstance(each, GraphQLEnumType) for value in each.values]
    return {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": _average(len(fields), types),
        "inputFields": _average(len(inputs), types),
        "enumValues": _average(len(values), types),
        "args": _average(sum(len(field.args) for field in fields), fields),
    }


def _average(count: int, among: Sequence[object]) -> int:
    """The average, at least one: an answer is never for nothing."""
    return max(1, round(count / max(1, len(among))))
