"""Rows that a request brings along as JSON become a FROM clause."""

from typing import Any

from graphql import get_named_type, is_leaf_type
from sqlalchemy import FromClause, Text, cast, column, func
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from schema.mapping import RequestRows
from service.reads.arguments import sql_type
from service.reads.parameters import Parameters

_TYPED = {"Int", "Float", "Date", "DateTime"}


def request_rows(mapping: RequestRows, kind: Any, row: Any, parameters: Parameters, name: str) -> FromClause:
    """The rows of the request under a name; below a row, those in its column of that name.

    Their columns are the leaves of the GraphQL type, and those that the declaration hides.
    """
    parameters.are_of_a_request = True
    parameters.are_of_one_request |= mapping.is_of_one_request
    columns = [column(hidden, of) for hidden, of in mapping.hidden]
    for definition in kind.fields.values():
        leaf = get_named_type(definition.type)
        if is_leaf_type(leaf):
            python_name = definition.extensions["strawberry-definition"].python_name
            scalar = sql_type(leaf.name) if leaf.name in _TYPED else Text()
            columns.append(column(python_name, ARRAY(scalar) if "[" in str(definition.type) else scalar))
    if row is not None and mapping.name in row.c:
        source = row.c[mapping.name]
    else:
        text = parameters.add(lambda binding: binding.rows.get(mapping.name, "[]"), Text())
        source = cast(text, JSON)
    return func.json_to_recordset(source).table_valued(*columns, name=name).render_derived(with_types=True)
