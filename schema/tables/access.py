"""Who may come in: API keys, of which only the fingerprint is stored."""

import datetime as dt

from sqlalchemy import CheckConstraint, Column, Text
from sqlmodel import Field, SQLModel

from schema.enumerations import Role
from schema.tables.columns import identity, instant, one_of, term


class ApiKeyRow(SQLModel, table=True):
    """One row for each key. `secret_sha256` is 64 hex digits; the key itself is shown once and kept nowhere."""

    __tablename__ = "api_key"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("secret_sha256 ~ '^[0-9a-f]{64}$'", name="secret_is_hashed"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    name: str = Field(sa_column=Column(Text, nullable=False))
    role: Role = Field(sa_column=term())
    prefix: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    secret_sha256: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    created_at: dt.datetime = Field(sa_column=instant())
    expires_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    revoked_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    last_used_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
