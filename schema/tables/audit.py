"""What was done, by whom, and the counters and answers that a command leaves behind it."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from schema.enumerations import Role
from schema.tables.columns import identity, instant, one_of, term


class AuditEventRow(SQLModel, table=True):
    """One row for each step of a command, written in its transaction. Append-only, by trigger."""

    __tablename__ = "audit_event"
    __table_args__ = (one_of("role", Role), Index("ix_audit_event_subject", "subject", "id"))

    id: int | None = Field(default=None, sa_column=identity())
    at: dt.datetime = Field(sa_column=instant())
    action: str = Field(sa_column=Column(Text, nullable=False))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    # Two keys may have one name; the prefix says which it was. Null: the command line, or an import.
    actor_key: str | None = Field(default=None, sa_column=Column(Text))
    role: Role = Field(sa_column=term())
    subject: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))


class DataVersionRow(SQLModel, table=True):
    """One row in all: a number that every publishing transaction raises, so that nobody can be shown stale data."""

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
