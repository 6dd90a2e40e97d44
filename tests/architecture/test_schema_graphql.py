"""The printed schema, beside the code and beside the contract that it has to offer."""

from pathlib import Path

from graphql import GraphQLSchema, build_schema, get_named_type, is_input_object_type, is_introspection_type

from schema.graph import graph

PROJECT = Path(__file__).parents[2]
SCHEMA: GraphQLSchema = graph._schema


def test_schema_graphql_is_the_schema_of_the_code():
    printed = (PROJECT / "schema" / "schema.graphql").read_text()
    assert printed.strip() == graph.as_str().strip(), "run `make schema`"


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


def test_every_field_can_be_answered_by_a_column_or_by_what_it_declares():
    """A field that is neither would only fail when somebody asks for it."""
    build_schema(graph.as_str())
    named = {get_named_type(field.type).name for field in SCHEMA.query_type.fields.values()}
    assert not any(is_input_object_type(SCHEMA.type_map[name]) for name in named)
