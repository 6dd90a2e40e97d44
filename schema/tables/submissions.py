"""Submissions: what the primary care team sends for a quarter, the findings about it, and what it published."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from schema.enumerations import Qualifier, Severity, SubmissionStatus
from schema.tables.columns import finite, identity, instant, one_of, term
from schema.tables.measured import NUMBERS, SENT, Sent


class SubmissionRow(SQLModel, table=True):
    """One row for each submission. Its version goes up by one with every change, and a trigger holds its moves."""

    __tablename__ = "submission"
    __table_args__ = (
        one_of("status", SubmissionStatus),
        CheckConstraint("version >= 1", name="version_starts_at_1"),
        CheckConstraint("amends_id <> id", name="not_an_amendment_of_itself"),
        CheckConstraint("(amends_id IS NULL) = (first_id IS NULL)", name="an_amendment_has_a_first_version"),
        CheckConstraint(
            "status NOT IN ('PUBLISHED', 'SUPERSEDED') OR published_at IS NOT NULL", name="has_its_instant"
        ),
        Index("ix_submission_organisation_id", "organisation_id", "quarter_ends"),
        # One amendment of a submission is on its way at a time.
        Index(
            "uq_submission_open_amendment",
            "amends_id",
            unique=True,
            postgresql_where=text("status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED')"),
        ),
    )

    id: int | None = Field(default=None, sa_column=identity())
    quarter: str = Field(sa_column=Column(Text, nullable=False))
    # Whose members count, and so who sees it, is decided by the memberships of this day.
    quarter_ends: dt.date = Field(sa_column=Column(Date, nullable=False))
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    status: SubmissionStatus = Field(sa_column=term())
    version: int = 1
    title: str = Field(sa_column=Column(Text, nullable=False))
    # What stands for the reason of every row that gives none: that of an amendment, or of a one-call update.
    reason: str | None = Field(default=None, sa_column=Column(Text))
    public_note: str | None = Field(default=None, sa_column=Column(Text))
    created_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    created_at: dt.datetime = Field(sa_column=instant())
    edited_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    submitted_by_id: int | None = Field(default=None, foreign_key="actor.id", sa_type=BigInteger)
    submitted_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    is_late: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    decided_by_id: int | None = Field(default=None, foreign_key="actor.id", sa_type=BigInteger)
    decided_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decision_reason: str | None = Field(default=None, sa_column=Column(Text))
    published_by_id: int | None = Field(default=None, foreign_key="actor.id", sa_type=BigInteger)
    published_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    amends_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    # The first of the versions that follow each other by amendment; null for a first one itself.
    first_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    checked_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class SubmissionEntryRow(Sent, table=True):
    """One row for each figure of a submission, as it was sent; the ids are null where a code names nothing here."""

    __tablename__ = "submission_entry"
    __table_args__ = (
        UniqueConstraint("submission_id", "row"),
        *finite(name for name in NUMBERS if name in SENT),
        one_of("qualifier", Qualifier),
        CheckConstraint("row >= 0", name="row_starts_at_0"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    submission_id: int = Field(sa_column=Column(ForeignKey("submission.id"), nullable=False))
    row: int
    metric_code: str = Field(sa_column=Column(Text, nullable=False))
    organisation_code: str = Field(sa_column=Column(Text, nullable=False))
    period_code: str = Field(sa_column=Column(Text, nullable=False))
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    period_id: int | None = Field(default=None, foreign_key="period.id", sa_type=BigInteger)
    qualifier: Qualifier = Field(default=Qualifier.EXACT, sa_column=term(default="EXACT"))
    is_provisional: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # Where the figure was printed; null: the return itself is its source.
    source_title: str | None = Field(default=None, sa_column=Column(Text))
    source_reference: str | None = Field(default=None, sa_column=Column(Text))
    is_nil_return: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    reason: str | None = Field(default=None, sa_column=Column(Text))
    # The revision of the published figure that whoever saved the row could see: 0 when there was none.
    base_revision: int = 0


class SubmissionFindingRow(SQLModel, table=True):
    """One row for each finding of the last check of a submission's figures."""

    __tablename__ = "submission_finding"
    __table_args__ = (one_of("severity", Severity), UniqueConstraint("submission_id", "position"))

    id: int | None = Field(default=None, sa_column=identity())
    submission_id: int = Field(sa_column=Column(ForeignKey("submission.id"), nullable=False))
    position: int
    code: str = Field(sa_column=Column(Text, nullable=False))
    severity: Severity = Field(sa_column=term())
    message: str = Field(sa_column=Column(Text, nullable=False))
    remedy: str = Field(sa_column=Column(Text, nullable=False))
    path: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    row: int | None = None
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    accepted_reason: str | None = Field(default=None, sa_column=Column(Text))


class ReturnCommentRow(SQLModel, table=True):
    """One row for each comment of somebody who returned a submission: on one answer, or on all answers of a theme.

    It is kept when the submission is sent again: `answered_at` says that what it is about was changed after it.
    """

    __tablename__ = "return_comment"
    __table_args__ = (
        CheckConstraint("(metric_id IS NULL) = (organisation_id IS NULL)", name="an_answer_has_both"),
        CheckConstraint("(metric_id IS NULL) <> (theme_id IS NULL)", name="about_an_answer_or_a_theme"),
        Index("ix_return_comment_submission_id", "submission_id"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    submission_id: int = Field(sa_column=Column(BigInteger, ForeignKey("submission.id"), nullable=False))
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=BigInteger)
    theme_id: int | None = Field(default=None, foreign_key="theme.id", sa_type=BigInteger)
    words: str = Field(sa_column=Column(Text, nullable=False))
    written_by_id: int = Field(foreign_key="actor.id", sa_type=BigInteger)
    written_at: dt.datetime = Field(sa_column=instant())
    answered_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))


class NilReturnRow(SQLModel, table=True):
    """One row for each cell that a published submission says has no figure: that is an answer, not a gap."""

    __tablename__ = "nil_return"

    metric_id: int = Field(sa_column=Column(ForeignKey("metric.id"), primary_key=True))
    organisation_id: int = Field(sa_column=Column(ForeignKey("organisation.id"), primary_key=True))
    period_id: int = Field(sa_column=Column(ForeignKey("period.id"), primary_key=True))
    period_ends: dt.date = Field(sa_column=Column(Date, nullable=False))
    submission_id: int = Field(foreign_key="submission.id", sa_type=BigInteger)
    published_at: dt.datetime = Field(sa_column=instant())
    is_withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class ReplacedNilReturnRow(SQLModel, table=True):
    """One row for each time a nil return was replaced. It stands again when what replaced it is withdrawn."""

    __tablename__ = "replaced_nil_return"
    __table_args__ = (Index("ix_replaced_nil_return_cell", "metric_id", "organisation_id", "period_id"),)

    id: int | None = Field(default=None, sa_column=identity())
    metric_id: int = Field(foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    period_id: int = Field(foreign_key="period.id", sa_type=BigInteger)
    period_ends: dt.date = Field(sa_column=Column(Date, nullable=False))
    submission_id: int = Field(foreign_key="submission.id", sa_type=BigInteger)
    published_at: dt.datetime = Field(sa_column=instant())
    replaced_by_id: int = Field(foreign_key="submission.id", sa_type=BigInteger)
