"""The ids of rows in SQL: as `schema.ids` makes them one by one."""

from sqlalchemy import ColumnElement, FromClause, Text, cast, func, literal_column

from schema.ids import kind


def column(row: FromClause, table: str, dates: ColumnElement[str]) -> ColumnElement[str]:
    """The id of each row of a table, in SQL; `dates` is what ids end with at the moment of the row."""
    return opaque(literal_column(f"'{kind(table)}:'", Text).concat(cast(row.c.id, Text)).concat(dates))


def opaque(text: ColumnElement[str]) -> ColumnElement[str]:
    """Text as base64 for addresses, without padding, in SQL. PostgreSQL's own breaks lines after 76 characters."""
    encoded = func.encode(func.convert_to(text, literal_column("'UTF8'")), literal_column("'base64'"))
    return func.translate(encoded, literal_column("E'+/=\\n'"), literal_column("'-_'"))
