"""What is collected: from which organisations, in which quarters, by which date, and with which exceptions."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from schema.enumerations import OrganisationKind
from schema.tables.columns import identity, instant, not_reversed, one_of, term


class QuarterRow(SQLModel, table=True):
    """One row for each quarter whose dates somebody set. A quarter without a row is open from its first day."""

    __tablename__ = "quarter"
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{4}-[0-9]{2}-Q[1-4]$'", name="code_is_a_quarter_s"),
        not_reversed("soft_deadline", "hard_deadline"),
    )

    code: str = Field(sa_column=Column(Text, primary_key=True))
    opens_on: dt.date | None = None
    # What is submitted after it is late; what is submitted after the hard deadline is refused. Both inclusive.
    soft_deadline: dt.date | None = None
    hard_deadline: dt.date | None = None


class CollectionRow(SQLModel, table=True):
    """One row for a metric that is collected from every organisation of a kind within one, in some quarters."""

    __tablename__ = "collection"
    __table_args__ = (
        one_of("kind", OrganisationKind),
        not_reversed("starts", "ends"),
        CheckConstraint("quarters <@ ARRAY[1, 2, 3, 4] AND cardinality(quarters) > 0", name="quarters_are_1_to_4"),
        UniqueConstraint("metric_id", "kind", "within_id", "starts"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    metric_id: int = Field(foreign_key="metric.id", sa_type=BigInteger)
    kind: OrganisationKind = Field(sa_column=term())
    within_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    # The quarters that end from the one day to the other, and are one of these in the financial year.
    starts: dt.date = Field(sa_column=Column(Date, nullable=False))
    ends: dt.date | None = None
    quarters: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    # A deadline of its own: the number of days after the last day of each quarter. A day for all quarters, `due`, is
    # what collections of 0.3.0 had instead.
    due_days: int | None = Field(default=None, sa_type=BigInteger)
    due: dt.date | None = None
    source_id: int | None = Field(default=None, foreign_key="source.id", sa_type=BigInteger)


class CollectionExceptionRow(SQLModel, table=True):
    """One row for an organisation that is exempt from a quarter (`until` is null) or has a later deadline, and why.

    Without a metric it applies to all metrics.
    """

    __tablename__ = "collection_exception"
    __table_args__ = (Index("ix_collection_exception_quarter", "quarter", "organisation_id"),)

    id: int | None = Field(default=None, sa_column=identity())
    quarter: str = Field(sa_column=Column(Text, nullable=False))
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    until: dt.date | None = None
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    recorded_at: dt.datetime = Field(sa_column=instant())
