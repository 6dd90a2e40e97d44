"""Who may come in, by which key, and under which name their changes stand."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Text, UniqueConstraint
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
    # The organisation that the role is held for, with its members; null: every organisation.
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    prefix: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    secret_sha256: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    created_at: dt.datetime = Field(sa_column=instant())
    expires_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    revoked_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    last_used_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ActorRow(SQLModel, table=True):
    """One row for each name and role under which somebody changed something. Append-only, by trigger.

    `identity` is the prefix of a key, or issuer and subject of who signed in; without either it is the name.
    """

    __tablename__ = "actor"
    __table_args__ = (one_of("role", Role), UniqueConstraint("identity", "name", "role"))

    id: int | None = Field(default=None, sa_column=identity())
    identity: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    role: Role = Field(sa_column=term())


class SessionRow(SQLModel, table=True):
    """One row for each sign-in by a browser. `token_sha256` is 64 hex digits; the token itself is in the cookie alone.

    It is in force until `ends_at`, unless it has ended before. Rows are removed 30 days later.
    """

    __tablename__ = "session"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    token_sha256: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    role: Role = Field(sa_column=term())
    # Issuer and subject.
    identity: str = Field(sa_column=Column(Text, nullable=False))
    # The organisation that the role is held for, with its members; null: every organisation.
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    began_at: dt.datetime = Field(sa_column=instant())
    ends_at: dt.datetime = Field(sa_column=instant())
    last_used_at: dt.datetime = Field(sa_column=instant())
    ended_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
