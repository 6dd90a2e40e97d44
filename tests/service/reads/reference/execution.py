"""A document becomes its data by graphql-core alone: it does fragments, aliases, directives, types and nulls its way."""

import datetime as dt
from decimal import Decimal
from typing import Any

from graphql import GraphQLScalarType, GraphQLSchema, build_schema, execute_sync, parse

from schema.graph import graph
from tests.service.reads.reference.fields import said
from tests.service.reads.reference.tables import Tables


def data(tables: Tables, text: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The data of a valid document; an error is an error of the comparison."""
    result = execute_sync(
        SCHEMA,
        parse(text),
        context_value=tables,
        root_value={},
        variable_values=variables,
        field_resolver=_resolved,
        type_resolver=lambda row, _, __: row["__typename"],
    )
    if result.errors:
        raise result.errors[0]
    assert result.data is not None
    return dict(result.data)


def _resolved(row: Any, info: Any, **arguments: Any) -> Any:
    value = said(info.context, info.parent_type.name, info.field_name, row, arguments)
    return float(value) if isinstance(value, Decimal) else value


def _date(value: Any) -> dt.date:
    return dt.date.fromisoformat(value)


def _instant(value: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(value)


def _printed(schema: GraphQLSchema) -> GraphQLSchema:
    """The schema with scalars that know what they carry."""
    scalars = {name: kind for name, kind in schema.type_map.items() if isinstance(kind, GraphQLScalarType)}
    scalars["Date"].parse_value = _date  # type: ignore[method-assign]
    scalars["Date"].serialize = dt.date.isoformat  # type: ignore[method-assign]
    scalars["DateTime"].parse_value = _instant  # type: ignore[method-assign]
    scalars["DateTime"].serialize = lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"  # type: ignore[method-assign]
    scalars["OdsCode"].parse_value = lambda code: code.strip().upper()  # type: ignore[method-assign]
    return schema


# The printed schema, read again, has no resolvers and no mappings: only what a client sees.
SCHEMA = _printed(build_schema(graph.as_str()))
