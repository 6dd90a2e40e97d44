"""Where the process limits of a series are recalculated, and why."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Text, text
from sqlmodel import Field, SQLModel

from schema.tables.columns import identity, instant


class RecalculationRow(SQLModel, table=True):
    """One row for each time that somebody says that a series has limits of its own from a day, or has not.

    Append-only, by trigger: of the rows for one day the latest counts.
    """

    __tablename__ = "recalculation"
    __table_args__ = (
        Index("ix_recalculation_day", "metric_id", "organisation_id", "starts", "id"),
        CheckConstraint("fix_after >= 12", name="fix_after"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    metric_id: int = Field(foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    starts: dt.date = Field(sa_column=Column(Date, nullable=False))
    holds: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    # How many figures from that day on the limits rest on; all of them where it is null.
    fix_after: int | None = Field(default=None, sa_column=Column(BigInteger))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_column=instant())
