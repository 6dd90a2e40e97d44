"""The people who get messages, those of them who sign in, and the links that sign them in."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

from schema.enumerations import Role
from schema.tables.columns import identity, instant, one_of, term


class PersonRow(SQLModel, table=True):
    """One row for each person who was invited, and for each contact: somebody without a role, who never signs in."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("role IS NULL OR email IS NOT NULL", name="who_signs_in_has_an_email"),
        CheckConstraint("role IS NOT NULL OR organisation_id IS NOT NULL", name="contact_has_an_organisation"),
        CheckConstraint("email IS NOT NULL OR telephone IS NOT NULL", name="can_be_reached"),
        # An address is one person's at a time, however it is written.
        Index("uq_person_email", text("lower(email)"), unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_person_organisation_id", "organisation_id"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    name: str = Field(sa_column=Column(Text, nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Text))
    telephone: str | None = Field(default=None, sa_column=Column(Text))
    role: Role | None = Field(default=None, sa_column=term(nullable=True))
    # The organisation that the role is held for, with its members; null: every organisation.
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    invited_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    invited_at: dt.datetime = Field(sa_column=instant())
    ended_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    # Their links stay as long as invitations until then. Links themselves are deleted after some time.
    first_signed_in_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class SignInLinkRow(SQLModel, table=True):
    """One row for each link that signs somebody in, once. Without a person it makes the first administrator.

    `token_sha256` is 64 hex digits; the token itself is in the link alone.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),)

    id: int | None = Field(default=None, sa_column=identity())
    token_sha256: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    person_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("person.id"), nullable=True, index=True)
    )
    made_at: dt.datetime = Field(sa_column=instant())
    ends_at: dt.datetime = Field(sa_column=instant())
    used_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
