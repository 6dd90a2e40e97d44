"""What each board's committee paper says: its outline, line by line."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from schema.papers import OutlineKind
from schema.tables.columns import identity, one_of, term


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
