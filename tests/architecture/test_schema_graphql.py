"""The printed schema, compared with the code and with the contract that it keeps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_introspection_type,
    parse,
    print_ast,
)

from schema.errors import codes_page
from schema.graph import graph
from schema.mapping import ENTITY, KEY
from service.clients import client_files

PROJECT = Path(__file__).parents[2]
SCHEMA: GraphQLSchema = graph._schema
CONTRACT = Path(__file__).parent / "contract.graphql"


def test_schema_graphql_is_the_schema_of_the_code():
    printed = (PROJECT / "schema" / "schema.graphql").read_text()
    assert printed.strip() == graph.as_str().strip(), "run `make schema`"


def test_codes_md_lists_every_code():
    assert (PROJECT / "schema" / "CODES.md").read_text() == codes_page(), "run `make schema`"


def test_the_files_for_clients_are_those_of_the_schema():
    written = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "docs" / "clients").iterdir()}
    assert written == client_files(SCHEMA), "run `make schema`"


def promised() -> Iterator[tuple[str, str]]:
    """What the contract promises and the schema lacks, with what the schema has instead."""
    for definition in parse(CONTRACT.read_text()).definitions:
        kind: Any = SCHEMA.get_type(definition.name.value)  # type: ignore[attr-defined]
        name = definition.name.value  # type: ignore[attr-defined]
        if kind is None:
            yield name, "no such type"
            continue
        for value in getattr(definition, "values", ()) or ():
            if value.name.value not in kind.values:
                yield f"{name}.{value.name.value}", "no such value"
        for field in getattr(definition, "fields", ()) or ():
            yield from _field(f"{name}.{field.name.value}", field, kind.fields.get(field.name.value))


def _field(name: str, field: Any, found: Any) -> Iterator[tuple[str, str]]:
    if found is None:
        yield name, "no such field"
        return
    if str(found.type) != print_ast(field.type):
        yield name, str(found.type)
    for argument in getattr(field, "arguments", ()) or ():
        other = found.args.get(argument.name.value)
        if other is None or str(other.type) != print_ast(argument.type):
            yield f"{name}({argument.name.value})", "none" if other is None else str(other.type)


def test_the_schema_offers_what_the_contract_promises():
    assert list(promised()) == []


def test_every_type_field_argument_and_value_has_a_description():
    without = []
    for name, kind in SCHEMA.type_map.items():
        if is_introspection_type(kind) or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        without += [name] * (not kind.description)
        for field_name, field in getattr(kind, "fields", {}).items():
            without += [f"{name}.{field_name}"] * (not field.description)
            for argument_name, argument in getattr(field, "args", {}).items():
                without += [f"{name}.{field_name}({argument_name})"] * (not argument.description)
        without += [f"{name}.{value}" for value, it in getattr(kind, "values", {}).items() if not it.description]
    assert without == []


def test_every_field_is_a_column_or_says_what_it_is():
    """A field that is neither would fail only when somebody asks for it."""
    neither = []
    for name, kind in SCHEMA.type_map.items():
        declared = getattr(kind.extensions.get("strawberry-definition"), "origin", None)
        entity = getattr(declared, ENTITY, None)
        if not isinstance(kind, GraphQLObjectType) or entity is None or entity.table is None:
            continue
        columns = set(entity.table.__table__.c.keys())
        for field_name, field in kind.fields.items():
            definition = field.extensions["strawberry-definition"]
            is_said = definition.metadata.get(KEY) is not None or definition.python_name in columns
            neither += [f"{name}.{field_name}"] * (not is_said)
    assert neither == []


# What leads to other organisations one by one: nobody is left out of it.
PATHS = {"ancestors", "successors", "predecessors"}


def test_every_list_of_organisations_can_have_closed_ones():
    interface: Any = SCHEMA.type_map["Organisation"]
    organisations = {interface.name, *(one.name for one in SCHEMA.get_possible_types(interface))}
    without = []
    for kind in SCHEMA.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.endswith(("Connection", "Edge")):
            continue
        for name, field in kind.fields.items():
            listed = get_named_type(field.type).name.removesuffix("Connection")
            is_list = f"[{listed}!]!" == str(field.type) or f"{listed}Connection!" == str(field.type)
            if is_list and listed in organisations and name not in PATHS:
                without += [f"{kind.name}.{name}"] * (not {"on", "includeClosed"} <= field.args.keys())
    assert without == []
