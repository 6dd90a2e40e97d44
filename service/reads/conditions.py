"""What a filter needs to know of the statement around it: its rows, its values, and when both are from."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause

from schema import mapping
from schema.mapping import RelatedRows
from service.reads.arguments import Tree
from service.reads.bound_arguments import BoundArguments
from service.reads.filters import Filter
from service.reads.parameters import Parameters
from service.reads.plan import Field

# The argument of a list that asks for what is made up.
SANDBOX = "includeSynthetic"


class Around(Protocol):
    """The statement around a filter."""

    parameters: Parameters

    def name(self, kind: str) -> str:
        """A new alias."""

    def related(self, field: Field, kind: Any, row: Any) -> tuple[FromClause, RelatedRows]:
        """The rows that a field leads to."""

    def real(self, field: Field, kind: Any, other: FromClause, row: Any, of: Any) -> list[ColumnElement[bool]]:
        """The condition that a row of a list is not of the sandbox."""


def filter_at(listed: Field, around: Around) -> Filter:
    """What writes a filter's conditions: they are about the date, and what is known, of the field that it filters.

    They count what is made up for the sandbox where the field lists it.
    """
    given = {**listed.moment.arguments, SANDBOX: listed.arguments.get(SANDBOX)}

    def field_of(definition: Any) -> Field:
        declared = definition.extensions["strawberry-definition"]
        declared_mapping = declared.metadata.get(mapping.KEY)
        if isinstance(declared_mapping, mapping.Kept):
            declared_mapping = declared_mapping.now
        return Field("", declared.python_name, declared_mapping, given, definition.type, {})

    def related(definition: Any, kind: Any, row: FromClause, of: Any) -> tuple[FromClause, RelatedRows]:
        field = field_of(definition)
        other, rows = around.related(field, kind, row)
        return other, rows if of is None else rows.also(*around.real(field, kind, other, row, of))

    def value(definition: Any, row: FromClause) -> ColumnElement[Any]:
        field = field_of(definition)
        if isinstance(field.mapping, mapping.Expression):
            return field.mapping.sql(row, BoundArguments(field.arguments, around.parameters))
        return row.c[field.name]

    def among(definition: Any, row: FromClause, values: Sequence[str]) -> ColumnElement[bool] | None:
        field = field_of(definition)
        if not isinstance(field.mapping, mapping.Expression) or field.mapping.among is None:
            return None
        return field.mapping.among(row, BoundArguments(field.arguments, around.parameters), values)

    def rows(selects: Any, row: FromClause, arguments: dict[str, Tree]) -> FromClause:
        selected = selects(row, BoundArguments({**listed.moment.arguments, **arguments}, around.parameters))
        found: FromClause = selected.correlate(row).lateral(around.name("rows"))
        return found

    parameters = around.parameters
    return Filter(related, value, among, rows, lambda scalar: parameters.add(scalar.read, scalar.type))
