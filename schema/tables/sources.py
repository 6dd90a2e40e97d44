"""Where a figure, a target or a rating was published."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from schema.tables.columns import identity


@dataclass(frozen=True)
class Citation:
    """A source as people cite it: its title, and the section, paragraph or table in it."""

    title: str
    reference: str | None = None


class SourceRow(SQLModel, table=True):
    """One row for each place that can be cited: a publication and the paragraph or table in it."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("title", "reference", postgresql_nulls_not_distinct=True),)

    id: int | None = Field(default=None, sa_column=identity())
    title: str = Field(sa_column=Column(Text, nullable=False))
    reference: str | None = Field(default=None, sa_column=Column(Text))
    url: str | None = Field(default=None, sa_column=Column(Text))
    published_on: dt.date | None = None
