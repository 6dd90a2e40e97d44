"""Where the process limits of a series are reckoned anew, and why."""

import datetime as dt

from sqlalchemy import BigInteger, Column, Date, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from schema.tables.columns import identity, instant


class RecalculationRow(SQLModel, table=True):
    """One row for each day from which a series has limits of its own: the process changed, and somebody says how."""

    __tablename__ = "recalculation"
    __table_args__ = (UniqueConstraint("metric_id", "organisation_id", "starts"),)

    id: int | None = Field(default=None, sa_column=identity())
    metric_id: int = Field(foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    starts: dt.date = Field(sa_column=Column(Date, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_column=instant())
