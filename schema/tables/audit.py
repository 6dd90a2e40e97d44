"""The audit, the counters and the answers that a command writes."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from schema.enumerations import Role
from schema.tables.columns import identity, instant, one_of, term

# The tables that the version of the data leaves out: what is not for everybody, and the counters themselves. An answer
# that is read from one of them is never kept.
UNVERSIONED = frozenset(
    {
        "actor",
        "api_key",
        "audit_event",
        "audit_head",
        "data_quality_issue",
        "data_version",
        "idempotent_answer",
        "judging",
        "message",
        "person",
        "return_comment",
        "session",
        "sign_in_link",
        "submission",
        "submission_entry",
        "submission_finding",
        "unjudged_series",
        "unjudged_target",
        "unsubscribed",
        "webhook",
    }
)
# What follows from versioned tables: it changes when one of them does, or says the same.
FOLLOWING = frozenset({"figure_count", "figure_verdict", "target_status"})


class AuditEventRow(SQLModel, table=True):
    """One row for each step of a command, written in its transaction. Append-only, by trigger.

    Another trigger gives each its position, without gaps, and a hash over the hash before it and all that it says.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        one_of("role", Role),
        Index("ix_audit_event_subject", "subject", "id"),
        Index("ix_audit_event_submission_id", "submission_id", "position"),
        UniqueConstraint("position"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    # Null when a row is made: the trigger fills both in.
    position: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=False))
    at: dt.datetime = Field(sa_column=instant())
    action: str = Field(sa_column=Column(Text, nullable=False))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    # Two keys may have one name; the prefix says which it was. Null: the command line, or an import.
    actor_key: str | None = Field(default=None, sa_column=Column(Text))
    role: Role = Field(sa_column=term())
    subject: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    submission_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    # Whose it is, and on which day their groups count: this decides who can see it. Null: administrators of everything.
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    groups_on: dt.date | None = Field(default=None, sa_column=Column(Date))
    hash: str | None = Field(default=None, sa_column=Column(Text, nullable=False))


class AuditHeadRow(SQLModel, table=True):
    """One row in all: position and hash of the latest audit event, kept apart, so that a cut tail is missed."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: str = Field(sa_column=Column(Text, nullable=False))


class DataVersionRow(SQLModel, table=True):
    """One row in all: the version of all that anybody may read.

    A trigger raises it in each transaction that changes a row of a table that is not in `UNVERSIONED` or `FOLLOWING`.
    """

    __tablename__ = "data_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int = Field(sa_column=Column(BigInteger, nullable=False))


class IdempotentAnswerRow(SQLModel, table=True):
    """One row for each idempotency key that an actor used: what was asked, and the answer it had."""

    __tablename__ = "idempotent_answer"

    actor: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    request: str = Field(sa_column=Column(Text, nullable=False))
    answer: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: dt.datetime = Field(sa_column=instant())
