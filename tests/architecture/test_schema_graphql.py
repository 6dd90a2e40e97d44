"""The printed schema, beside the code and beside the contract that it has to offer."""

from pathlib import Path

from graphql import GraphQLObjectType, GraphQLSchema, is_introspection_type

from schema.graph import graph
from schema.mapping import ENTITY, KEY

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
