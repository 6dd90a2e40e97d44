"""A frozen dataclass ⇄ the JSON object that a statement brings: both sides are made from the fields of the class.

To add a computation:

1. Declare its inputs here as a frozen dataclass of numbers, texts, dates, enumerations and other such classes.
2. In `schema.sql`, make a `Record` of it once: a column for each field. A field without a column, or a column
   without a field, is refused when the module is imported.
3. Map the GraphQL field to `Computed(TheInputs, sql)`, where `sql` selects that record.
4. Write the function from the inputs to the value of the GraphQL type in `service.computed`, and name both in
   `service.reads.computations`.

A value of a GraphQL type is an object with an attribute for each field of the type: a method where the field has
arguments, and the id of a row where the field is mapped to `ById`.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, select
from sqlmodel import SQLModel

from schema.mapping import constant, row_of
from schema.tables import table

Inputs = TypeVar("Inputs")
Column = Callable[..., ColumnElement[Any]]
EMPTY_LIST: ColumnElement[Any] = literal_column("'[]'::json")


class Record(Generic[Inputs]):
    """How one class of inputs is selected: for each of its fields a column, made from the rows that it is about.

    A field is the column of the same name of the first row, which is a row of `row`, unless `columns` has it: as the
    name of another column of that row, or as a function of all rows.
    """

    def __init__(self, inputs: type[Inputs], row: type[SQLModel] | None = None, /, **columns: Column | str) -> None:
        fields = {each.name for each in dataclasses.fields(inputs)}  # type: ignore[arg-type]
        if unknown := columns.keys() - fields:
            raise TypeError(f"{inputs.__name__} has no field for the columns {sorted(unknown)}")
        names = {name: columns.get(name, name) for name in fields}
        own = set() if row is None else set(table(row).c.keys())
        if missing := {name for name, column in names.items() if isinstance(column, str) and column not in own}:
            raise TypeError(f"{inputs.__name__} has fields without a column: {sorted(missing)}")
        self._columns = {
            each.name: _column_named(column) if isinstance(column := names[each.name], str) else column
            for each in dataclasses.fields(inputs)  # type: ignore[arg-type]
        }

    def object(self, *rows: Any) -> ColumnElement[Any]:
        """The JSON object of the inputs, for rows that a statement has around it."""
        pairs = (part for name, column in self._columns.items() for part in (constant(name), column(*rows)))
        return func.json_build_object(*pairs)

    def list(
        self,
        *rows: Any,
        source: FromClause,
        where: Sequence[ColumnElement[bool]],
        order: Sequence[ColumnElement[Any]],
        around: Sequence[FromClause],
    ) -> ColumnElement[Any]:
        """The JSON list of the inputs of every row of `source`; `around` are the rows that its conditions refer to."""
        columns = (column(*rows).label(name) for name, column in self._columns.items())
        selected = select(*columns).select_from(source).where(*where).order_by(*order).correlate(*around)
        each = selected.subquery("each")
        return _listed(each, row_of(each))


def json_list(rows: Select[Any]) -> ColumnElement[Any]:
    """The JSON list of the only column of some rows, in their order."""
    each = rows.subquery("each")
    return _listed(each, next(iter(each.c)))


def _listed(rows: FromClause, value: ColumnElement[Any]) -> ColumnElement[Any]:
    listed: Select[Any] = select(func.coalesce(func.json_agg(value), EMPTY_LIST)).select_from(rows)
    return listed.scalar_subquery()


def _column_named(name: str) -> Column:
    return lambda row, *_: row.c[name]


def reader(inputs: type[Inputs]) -> Callable[[Any], Inputs]:
    """What reads the inputs from parsed JSON. A value of another type than the field's raises `ValidationError`."""
    return TypeAdapter(inputs).validate_python
