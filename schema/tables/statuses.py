"""The status and the gap of each target on every day to come, and which targets have to be judged again first."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Text, text
from sqlmodel import Field, SQLModel

from schema.enumerations import TargetStatus
from schema.tables.columns import number, one_of, term


class TargetStatusRow(SQLModel, table=True):
    """One row for each stretch of days on which a target has one status and one gap, as the figures are now.

    The stretches of a target follow each other without a gap; the last one never ends. Only `service.judging` writes
    them. They have no foreign key: it would make a publication wait for whoever has a target locked.
    """

    __tablename__ = "target_status"
    __table_args__ = (
        one_of("status", TargetStatus),
        CheckConstraint("starts <= ends", name="starts_before_it_ends"),
        Index("ix_target_status_status", "status", "target_id", "starts", "ends"),
    )

    target_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    starts: dt.date = Field(sa_column=Column(Date, primary_key=True))
    # Infinity where it does not end.
    ends: dt.date = Field(sa_column=Column(Date, nullable=False))
    status: TargetStatus = Field(sa_column=term())
    # How far the figure that decides is from the target, in its unit and in percent of the target; null without one.
    gap: Decimal | None = Field(default=None, sa_column=number())
    gap_percent: Decimal | None = Field(default=None, sa_column=number())


class UnjudgedTargetRow(SQLModel, table=True):
    """One row for each target that a transaction has touched, until it is judged again. Triggers write it.

    Each transaction has rows of its own, so none waits for another.
    """

    __tablename__ = "unjudged_target"

    target_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    written_by: int = Field(
        sa_column=Column(
            BigInteger,
            primary_key=True,
            autoincrement=False,
            server_default=text("pg_current_xact_id()::text::bigint"),
        )
    )


class JudgingRow(SQLModel, table=True):
    """One row in all: by which method targets were judged, and since which day their statuses are kept."""

    __tablename__ = "judging"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    method: str = Field(sa_column=Column(Text, nullable=False))
    since: dt.date = Field(sa_column=Column(Date, nullable=False))
