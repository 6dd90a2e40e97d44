"""Data quality issues: what does not add up in published figures, who looks into it, and what became of it."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from schema.enumerations import DataQualityState
from schema.tables.columns import identity, instant, one_of, term


class DataQualityIssueRow(SQLModel, table=True):
    """One row for each kind of doubt about a series that was ever found. It stays when the doubt has gone.

    `facts` is what the doubt says without the names and the period: what people decided holds until it changes.
    """

    __tablename__ = "data_quality_issue"
    __table_args__ = (
        one_of("state", DataQualityState),
        CheckConstraint("(state = 'CORRECTED') = (corrected_at IS NOT NULL)", name="corrected_has_its_instant"),
        CheckConstraint(
            "state NOT IN ('EXPLAINED', 'WILL_NOT_BE_FIXED') OR comment IS NOT NULL", name="settled_has_a_comment"
        ),
        UniqueConstraint("code", "metric_id", "organisation_id"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    # A code of `schema.errors.DOUBTS`.
    code: str = Field(sa_column=Column(Text, nullable=False))
    metric_id: int = Field(sa_column=Column(BigInteger, ForeignKey("metric.id"), nullable=False))
    organisation_id: int = Field(sa_column=Column(BigInteger, ForeignKey("organisation.id"), nullable=False))
    # The period of the figure in doubt.
    period_id: int = Field(sa_column=Column(BigInteger, ForeignKey("period.id"), nullable=False))
    message: str = Field(sa_column=Column(Text, nullable=False))
    facts: str = Field(sa_column=Column(Text, nullable=False))
    state: DataQualityState = Field(sa_column=term())
    # Who looks into it: the person on record, and their name then, which readers of figures do not see.
    owner_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInteger)
    owner: str | None = Field(default=None, sa_column=Column(Text))
    comment: str | None = Field(default=None, sa_column=Column(Text))
    found_at: dt.datetime = Field(sa_column=instant())
    # When its facts last changed, or it came back.
    changed_at: dt.datetime = Field(sa_column=instant())
    corrected_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    # When something was last decided about it, and who did; null while nobody has.
    written_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    written_by: str | None = Field(default=None, sa_column=Column(Text))
