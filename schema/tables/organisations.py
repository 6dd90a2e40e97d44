"""Organisations, their former names, successors and memberships with dates, and the CQC's ratings of practices."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlmodel import Field, Relationship, SQLModel

from schema.enumerations import CqcRating, OrganisationKind
from schema.tables.columns import identity, not_reversed, one_of, term
from schema.tables.sources import SourceRow


class OrganisationRow(SQLModel, table=True):
    """One row for each organisation of any of the six kinds."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("kind", OrganisationKind),
        CheckConstraint("code ~ '^[A-Z0-9][A-Z0-9-]{1,31}$'", name="code_is_upper_case"),
        not_reversed("opened_on", "closed_on"),
        Index("ix_organisation_kind_name", "kind", text("lower(name)"), "id"),
        Index("ix_organisation_real", "kind", text("lower(name)"), "id", postgresql_where=text("NOT is_synthetic")),
    )

    id: int | None = Field(default=None, sa_column=identity())
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    kind: OrganisationKind = Field(sa_column=term())
    name: str = Field(sa_column=Column(Text, nullable=False))
    postcode: str | None = Field(default=None, sa_column=Column(Text))
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    is_synthetic: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class OrganisationPastRow(SQLModel, table=True):
    """One row for each name and postcode that an organisation no longer has, with the last day on which it had them."""

    __tablename__ = "organisation_past"

    organisation_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    until: dt.date = Field(sa_column=Column(Date, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    postcode: str | None = Field(default=None, sa_column=Column(Text))


class SuccessionRow(SQLModel, table=True):
    """One row for each organisation that another one became, or a part of it, with the first day of that."""

    __tablename__ = "succession"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="not_of_itself"),
        Index("ix_succession_successor_id", "successor_id"),
    )

    predecessor_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    successor_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    starts: dt.date = Field(sa_column=Column(Date, nullable=False))


class MembershipRow(SQLModel, table=True):
    """One row for each stay of a member in a group; an organisation is in one group at a time."""

    __tablename__ = "membership"
    __table_args__ = (
        not_reversed("starts", "ends"),
        CheckConstraint("member_id <> group_id", name="not_of_itself"),
        ExcludeConstraint(
            ("member_id", "="),
            (text("daterange(starts, ends, '[]')"), "&&"),
            using="gist",
            name="ex_membership_one_group_at_a_time",
        ),
        Index("ix_membership_group_id", "group_id"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    member_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    group_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    starts: dt.date | None = None
    ends: dt.date | None = None
    source_id: int | None = Field(default=None, foreign_key="source.id", sa_type=BigInteger)


class AncestryRow(SQLModel, table=True):
    """One row for each group above an organisation and the days on which it was, at any distance.

    Derived: a trigger on `membership` writes it, so that "the practices of a board on a date" is one look-up.
    """

    __tablename__ = "ancestry"
    __table_args__ = (Index("ix_ancestry_ancestor_id", "ancestor_id", "distance"),)

    member_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    ancestor_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    distance: int
    period: Range[dt.date] = Field(sa_column=Column(DATERANGE, primary_key=True))


class CqcRatingRow(SQLModel, table=True):
    """One row for each rating that a practice was given; the latest is in force."""

    __tablename__ = "cqc_rating"
    __table_args__ = (one_of("rating", CqcRating), UniqueConstraint("organisation_id", "rated_on"))

    id: int | None = Field(default=None, sa_column=identity())
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    rating: CqcRating = Field(sa_column=term())
    rated_on: dt.date = Field(sa_column=Column(Date, nullable=False))
    source_id: int = Field(foreign_key="source.id", sa_type=BigInteger)
    source: SourceRow = Relationship()
