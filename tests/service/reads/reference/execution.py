"""A document becomes its data by graphql-core alone: fragments, aliases, directives, types and nulls are its own."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLScalarType, GraphQLSchema, build_schema, execute_sync, parse

from schema.graph import graph
from service.viewer import Viewer
from tests.service.reads.reference import fields, sandbox
from tests.service.reads.reference.approximate import Approximate
from tests.service.reads.reference.moments import Request
from tests.service.reads.reference.organisations import refuse_unknown
from tests.service.reads.reference.scope import seen_by
from tests.service.reads.reference.tables import Tables


def data(tables: Tables, text: str, variables: dict[str, Any], viewer: Viewer | None = None) -> dict[str, Any]:
    """The data of a valid document for who asks; an error is an error of the comparison."""
    result = execute_sync(
        SCHEMA,
        parse(text),
        context_value=Request(seen_by(tables, viewer)),
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
    tables = info.context.at(info.path.as_list(), info.field_name, arguments)
    refuse_unknown(tables, info.parent_type.name, info.field_name)
    if sandbox.is_left_out(tables, info.parent_type.fields[info.field_name].type, row, arguments):
        tables = sandbox.without(tables)
    value = fields.said(tables, info.parent_type.name, info.field_name, row, arguments)
    return float(value) if isinstance(value, Decimal) else value


def _carry(schema: GraphQLSchema, name: str, read: Callable[[Any], Any], printed: Callable[[Any], str]) -> None:
    """Set what a scalar of a printed schema reads and prints."""
    kind: Any = schema.type_map[name]
    kind.parse_value = kind.coerce_input_value = read
    kind.serialize = kind.coerce_output_value = printed


def _computed_elsewhere(schema: GraphQLSchema, name: str, *fields: str) -> None:
    """Mark numbers that the service computes in its own way: they agree to nine digits, not to the last."""
    maybe = GraphQLScalarType("Approximate", serialize=Approximate)
    number = GraphQLNonNull(maybe)
    for field in (schema.type_map[name].fields[each] for each in fields):  # type: ignore[attr-defined]
        if not isinstance(field.type, GraphQLNonNull):
            field.type = maybe
            continue
        is_list = isinstance(field.type.of_type, GraphQLList)
        field.type = GraphQLNonNull(GraphQLList(number)) if is_list else number


# The printed schema, read again, has no resolvers and no mappings: only what a client sees.
SCHEMA = build_schema(graph.as_str())
_carry(SCHEMA, "OdsCode", lambda code: code.strip().upper(), str)
_carry(SCHEMA, "Date", dt.date.fromisoformat, dt.date.isoformat)
_carry(SCHEMA, "DateTime", dt.datetime.fromisoformat, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}")
_computed_elsewhere(SCHEMA, "Distribution", "mean", "median", "deciles")
_computed_elsewhere(SCHEMA, "ProcessLimits", "mean", "lower", "upper")
_computed_elsewhere(SCHEMA, "CountChart", "mean", "sigmaZ")
_computed_elsewhere(SCHEMA, "CountChartPoint", "value", "lower", "upper", "lowerPrime", "upperPrime")
_computed_elsewhere(SCHEMA, "Growth", "percent")
_computed_elsewhere(SCHEMA, "SimilarPractice", "distance")
_computed_elsewhere(SCHEMA, "Target", "gap", "gapPercent")
_computed_elsewhere(SCHEMA, "TargetProgress", "gap", "gapPercent")
_computed_elsewhere(SCHEMA, "TraitDifference", "standardDeviation", "apart")
_computed_elsewhere(SCHEMA, "Funnel", "centre", "dispersion")
_computed_elsewhere(SCHEMA, "FunnelPoint", "lower95", "upper95", "lower998", "upper998", "score", "adjustedP")
_computed_elsewhere(SCHEMA, "ForecastPoint", "value", "lower", "upper")
_computed_elsewhere(SCHEMA, "ScorePart", "mean", "standardDeviation", "weight", "z", "contribution")
_computed_elsewhere(SCHEMA, "OrganisationScore", "score", "weightThere")
_computed_elsewhere(SCHEMA, "FigureOfNote", "p", "adjustedP")
