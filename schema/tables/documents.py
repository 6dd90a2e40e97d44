"""The documents that clients may name instead of sending them."""

import datetime as dt

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from schema.tables.columns import identity, instant

# What a document may be named: the characters of the GraphQL-over-HTTP draft.
IDENTIFIER = r"[A-Za-z0-9._~:-]{1,200}"


class TrustedDocumentRow(SQLModel, table=True):
    """One row for each name of a document: that of a front end's file, or its SHA-256. Two names may have one text."""

    __tablename__ = "trusted_document"
    __table_args__ = (
        CheckConstraint(f"identifier ~ '^{IDENTIFIER}$'", name="identifier_is_plain"),
        CheckConstraint("text_sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="hash_is_of_text"),
        Index("ix_trusted_document_text_sha256", "text_sha256"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    identifier: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    text_sha256: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    added_at: dt.datetime = Field(sa_column=instant())
