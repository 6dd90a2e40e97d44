"""The column types that every table shares, and the CHECKs that go with them."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnClause,
    DateTime,
    Identity,
    MetaData,
    Numeric,
    Table,
    TableClause,
    Text,
)
from sqlalchemy import table as clause
from sqlmodel import SQLModel

metadata: MetaData = SQLModel.metadata
# Constraint names are part of the database's interface: migrations and the SQLSTATE table name them.
metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def table(row: type[SQLModel]) -> Table:
    """The table that a row class maps, with its columns as `c`."""
    return metadata.tables[str(row.__tablename__)]


class ReadColumn(ColumnClause[Any]):
    """A column that knows its name, its type and whether it is unique: `rows_of` has such columns.

    It has a class of its own because SQLAlchemy turns a comparison round for a subclass, as it does for `Column`.
    """

    inherit_cache = True
    unique = False


@cache
def rows_of(row: type[SQLModel]) -> TableClause:
    """The same table for statements that only read. It knows no more than they ask, so an alias of it is quick to make.

    A statement has many aliases, and SQLAlchemy makes every column again for each. That takes seven times as long where
    a column knows its keys and defaults.
    """
    columns = []
    for stored in table(row).c:
        column = ReadColumn(stored.name, stored.type)
        column.unique = bool(stored.unique)
        columns.append(column)
    return clause(table(row).name, *columns)


def key(row: SQLModel) -> int:
    """The key of a row that the database has given one."""
    stored: int | None = vars(row)["id"]
    if stored is None:
        raise ValueError("the row is not in the database yet")
    return stored


def identity(*, counts_rows: bool = False) -> Column[int]:
    """A surrogate key; it appears in global ids and nowhere else."""
    return Column(BigInteger, Identity(), primary_key=True, insert_sentinel=counts_rows)


def number(*, nullable: bool = True) -> Column[Any]:
    """An exact decimal of any scale: the digits that the source printed are the digits that are kept."""
    return Column(Numeric, nullable=nullable)


def instant(*, nullable: bool = False) -> Column[Any]:
    """A moment, with its time zone."""
    return Column(DateTime(timezone=True), nullable=nullable)


def term(*, nullable: bool = False, default: str | None = None) -> Column[str]:
    """One value of an enumeration, as text: a native enum type would outlive a downgrade. See `one_of`."""
    return Column(Text, nullable=nullable, server_default=default)


def one_of(column: str, enumeration: type[StrEnum]) -> CheckConstraint:
    """The CHECK that goes with `term`."""
    values = ", ".join(f"'{value}'" for value in enumeration)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_is_known")


def finite(columns: Iterable[str]) -> list[CheckConstraint]:
    """CHECKs that keep NaN and the infinities out: PostgreSQL's numeric accepts all three."""
    return [
        CheckConstraint(f"{column} NOT IN ('NaN', 'Infinity', '-Infinity')", name=f"{column}_is_finite")
        for column in columns
    ]


def not_reversed(starts: str, ends: str) -> CheckConstraint:
    """The CHECK that a stretch of days does not end before it starts; an absent end is open."""
    return CheckConstraint(f"{starts} <= {ends}", name=f"{starts}_not_after_{ends}")
