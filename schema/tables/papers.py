"""What each board's committee paper says: its outline, and the paper of each quarter with what people wrote for it."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from schema.papers import OutlineKind
from schema.tables.columns import identity, instant, one_of, term


class OutlineRow(SQLModel, table=True):
    """One row for each line of a board's paper, by `position`. `schema.papers` says what a kind becomes."""

    __tablename__ = "outline"
    __table_args__ = (
        one_of("kind", OutlineKind),
        CheckConstraint("(kind = 'ROW') = (metric_id IS NOT NULL)", name="a_row_has_its_metric"),
        CheckConstraint("(kind = 'TITLE') = (section IS NULL)", name="all_but_the_title_are_in_a_section"),
        UniqueConstraint("board_id", "position"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    board_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)
    # The heading of its section; lines with the same heading are one section.
    section: str | None = Field(default=None, sa_column=Column(Text))
    kind: OutlineKind = Field(sa_column=term())
    # A sentence with its places, the caption of a table, or the words at the start of a row.
    words: str = Field(sa_column=Column(Text, nullable=False))
    # The heading of a table's first column.
    heading: str | None = Field(default=None, sa_column=Column(Text))
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)


class PaperRow(SQLModel, table=True):
    """One row for each ICB and quarter with a paper. Once it is frozen no command changes it.

    `content` is what the service had written by then, as JSON, and `figure_ids` are the figures in it.
    """

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint("(frozen_at IS NULL) = (content IS NULL)", name="frozen_has_content"),
        CheckConstraint("(frozen_at IS NULL) = (frozen_by IS NULL)", name="frozen_by_somebody"),
        UniqueConstraint("board_id", "quarter"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    board_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    quarter: str = Field(sa_column=Column(Text, nullable=False))
    quarter_ends: dt.date
    addressed_to: str | None = Field(default=None, sa_column=Column(Text))
    sent_from: str | None = Field(default=None, sa_column=Column(Text))
    dated_on: dt.date | None = None
    recommendation: str | None = Field(default=None, sa_column=Column(Text))
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    frozen_at: dt.datetime | None = Field(default=None, sa_column=instant(nullable=True))
    frozen_by: str | None = Field(default=None, sa_column=Column(Text))
    content: str | None = Field(default=None, sa_column=Column(Text))
    figure_ids: list[int] = Field(default_factory=list, sa_column=Column(ARRAY(BigInteger), nullable=False))


class NarrativeRow(SQLModel, table=True):
    """One row for each section that somebody wrote about in a paper. Later papers carry it on."""

    __tablename__ = "narrative"
    __table_args__ = (UniqueConstraint("paper_id", "section"),)

    id: int | None = Field(default=None, sa_column=identity())
    paper_id: int = Field(sa_column=Column(BigInteger, ForeignKey("paper.id"), nullable=False))
    # The heading of the section.
    section: str = Field(sa_column=Column(Text, nullable=False))
    # Paragraphs, with an empty line between them.
    words: str = Field(sa_column=Column(Text, nullable=False))
    owner: str = Field(sa_column=Column(Text, nullable=False))
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    written_at: dt.datetime = Field(sa_column=instant())
    written_by: str = Field(sa_column=Column(Text, nullable=False))


class PaperActionRow(SQLModel, table=True):
    """One row for each action that a paper asks for. Later papers have it too, until one says how it ended."""

    __tablename__ = "paper_action"
    __table_args__ = (
        CheckConstraint("closed_in IS NULL OR outcome IS NOT NULL", name="closed_has_outcome"),
        UniqueConstraint("paper_id", "number"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    paper_id: int = Field(sa_column=Column(BigInteger, ForeignKey("paper.id"), nullable=False))
    # Its place among all actions of the ICB's papers, from 1.
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    # The ICB's latest figure of the metric when the action was first asked for.
    figure_id: int | None = Field(default=None, foreign_key="figure.id", sa_type=BigInteger)
    what: str = Field(sa_column=Column(Text, nullable=False))
    owner: str = Field(sa_column=Column(Text, nullable=False))
    due: dt.date
    outcome: str | None = Field(default=None, sa_column=Column(Text))
    # The last day of the quarter whose paper says that it is closed.
    closed_in: dt.date | None = None
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    written_at: dt.datetime = Field(sa_column=instant())
    written_by: str = Field(sa_column=Column(Text, nullable=False))
