"""The schema becomes what libraries of clients need to know of it: the files of docs/clients/.

Clients with a store keep objects by their `id`, and need to know which types have none, and which types an interface
stands for. They also need to know what a scalar is in TypeScript, and which arguments tell two lists apart.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

Kind = TypeVar("Kind", bound=GraphQLNamedType)

# What the arguments of a page are called: they do not make another list.
_OF_PAGES = frozenset({"first", "after", "last", "before"})
_CONNECTION = "Connection"
# Clients know by these endings that a type has no id.
_KNOWN_ENDINGS = (_CONNECTION, "Edge", "PageInfo")


def client_files(schema: GraphQLSchema) -> dict[str, str]:
    """The files by their names."""
    return {name: write(schema) for name, write in _FILES.items()}


def _scalars(schema: GraphQLSchema) -> str:
    words = "For graphql-codegen: `config: { scalars, strictScalars: true }`."
    return _constant(words, "scalars", _texts(schema), end=" as const")


def _texts(schema: GraphQLSchema) -> dict[str, str]:
    """Our own scalars, which are all texts in JSON."""
    own = (kind for kind in _types(schema, GraphQLScalarType) if not is_specified_scalar_type(kind))
    return {kind.name: "string" for kind in own}


def _possible_types(schema: GraphQLSchema) -> str:
    words = "For Apollo Client: `new InMemoryCache({ possibleTypes, typePolicies })`."
    kinds = {
        kind.name: sorted(each.name for each in schema.get_possible_types(kind))
        for kind in _types(schema, GraphQLInterfaceType)
    }
    return _constant(words, "possibleTypes: Record<string, string[]>", kinds)


def _type_policies(schema: GraphQLSchema) -> str:
    lines = []
    for kind in _types(schema, GraphQLObjectType):
        lists = [f"      {name}: relayStylePagination({_json(args)}),\n" for name, args in _lists(kind)]
        key = "" if _is_root(schema, kind) or "id" in kind.fields else "    keyFields: false,\n"
        fields = f"    fields: {{\n{''.join(lists)}    }},\n" if lists else ""
        if key or fields:
            lines.append(f"  {kind.name}: {{\n{key}{fields}  }},\n")
    return (
        "// For Apollo Client, with `possibleTypes`. Ask for `edges { node }` where you load more pages.\n"
        "import type { TypePolicies } from '@apollo/client';\n"
        "import { relayStylePagination } from '@apollo/client/utilities';\n\n"
        f"export const typePolicies: TypePolicies = {{\n{''.join(lines)}}};\n"
    )


def _lists(kind: GraphQLObjectType) -> Iterator[tuple[str, list[str]]]:
    """The fields of a type that come in pages, with the arguments that tell two of their lists apart."""
    for name, field in kind.fields.items():
        if get_named_type(field.type).name.endswith(_CONNECTION):
            yield name, [argument for argument in field.args if argument not in _OF_PAGES]


def _urql_keys(schema: GraphQLSchema) -> str:
    without = (
        kind.name
        for kind in _types(schema, GraphQLObjectType)
        if "id" not in kind.fields and not _is_root(schema, kind) and not kind.name.endswith(_KNOWN_ENDINGS)
    )
    lines = "".join(f"  {name}: () => null,\n" for name in without)
    return (
        "// For urql: `cacheExchange({ schema, keys })` of @urql/exchange-graphcache.\n"
        f"export const keys: Record<string, () => null> = {{\n{lines}}};\n"
    )


def _relay(schema: GraphQLSchema) -> str:
    settings = {
        "src": "./src",
        "schema": "./schema.graphql",
        "language": "typescript",
        "eagerEsModules": True,
        "noFutureProofEnums": True,
        "customScalarTypes": _texts(schema),
    }
    return orjson.dumps(settings, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _types(schema: GraphQLSchema, kind: type[Kind]) -> Iterable[Kind]:
    """The types of a kind, by name."""
    found = (each for each in schema.type_map.values() if isinstance(each, kind) and not is_introspection_type(each))
    return sorted(found, key=lambda each: each.name)


def _is_root(schema: GraphQLSchema, kind: GraphQLObjectType) -> bool:
    return kind in {schema.query_type, schema.mutation_type, schema.subscription_type}


def _constant(words: str, name: str, values: Mapping[str, Any], end: str = "") -> str:
    lines = "".join(f"  {key}: {_json(value)},\n" for key, value in values.items())
    return f"// {words}\nexport const {name} = {{\n{lines}}}{end};\n"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_FILES: dict[str, Callable[[GraphQLSchema], str]] = {
    "scalars.ts": _scalars,
    "possible-types.ts": _possible_types,
    "type-policies.ts": _type_policies,
    "urql-keys.ts": _urql_keys,
    "relay.config.json": _relay,
}
