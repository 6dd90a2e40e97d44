"""Messages to people: those that wait, those that were sent, and what somebody wants no messages about."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from schema.enumerations import MessageKind
from schema.tables.columns import identity, instant, one_of, term


class MessageRow(SQLModel, table=True):
    """One row for each message. Its key lets nobody get the same twice: person, kind, and what it is about.

    `facts` are what its text says. A link to sign in is not among them: it is made when the message is sent.
    """

    __tablename__ = "message"
    __table_args__ = (
        one_of("kind", MessageKind),
        UniqueConstraint("person_id", "kind", "about"),
        Index("ix_message_waiting", "next_attempt_at", postgresql_where=text("sent_at IS NULL")),
    )

    id: int | None = Field(default=None, sa_column=identity())
    person_id: int = Field(sa_column=Column(BigInteger, ForeignKey("person.id"), nullable=False))
    kind: MessageKind = Field(sa_column=term())
    about: str = Field(sa_column=Column(Text, nullable=False))
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_at: dt.datetime = Field(sa_column=instant())
    sent_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # How often in a row it could not be sent, and why.
    failures: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    problem: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    next_attempt_at: dt.datetime = Field(sa_column=instant())
    # Since when it is being sent. It is written first: a message that may have gone does not go again.
    claimed_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # Until when one process has it for itself.
    leased_until: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class UnsubscribedRow(SQLModel, table=True):
    """One row for each kind of message that a person does not want."""

    __tablename__ = "unsubscribed"
    __table_args__ = (one_of("kind", MessageKind),)

    person_id: int = Field(sa_column=Column(BigInteger, ForeignKey("person.id"), primary_key=True))
    kind: MessageKind = Field(sa_column=Column(Text, primary_key=True))
    since: dt.datetime = Field(sa_column=instant())
