"""The addresses that events are sent to."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from schema.tables.columns import identity, instant


class WebhookRow(SQLModel, table=True):
    """An address, the subscription whose answers it gets, and how far it has come."""

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("position >= 0 AND number >= 0", name="place_is_known"),
        CheckConstraint("(failures = 0) = (failing_since IS NULL)", name="failing_has_beginning"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    url: str = Field(sa_column=Column(Text, nullable=False))
    # What signs the messages, so it is kept as it is. Whoever only reads has no right to see it.
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    document: str = Field(sa_column=Column(Text, nullable=False))
    # A JSON object.
    variables: str = Field(sa_column=Column(Text, nullable=False))
    # The organisation whose events it gets, with those of its members; none: of every one.
    organisation_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("organisation.id"), nullable=True)
    )
    created_at: dt.datetime = Field(sa_column=instant())
    ended_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # The place of the last event that it has, or does not want.
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    # How often in a row the next event could not be sent, and since when.
    failures: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    failing_since: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    next_attempt_at: dt.datetime = Field(sa_column=instant())
    delivered_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    problem: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    # Until when one process has it for itself.
    leased_until: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
