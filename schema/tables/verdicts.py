"""What is calculated of each figure and kept, so that filters can ask for it; and which series have to be judged."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Float, Index, text
from sqlmodel import Field, SQLModel

from schema.enumerations import TrendDirection, Variation
from schema.tables.columns import one_of, term


class FigureVerdictRow(SQLModel, table=True):
    """One row for each figure: what its series says up to it, and its 95 % confidence interval, as things are now.

    Only `service.judging` writes them. They have no foreign key: it would make a publication wait for whoever has a
    figure locked.
    """

    __tablename__ = "figure_verdict"
    __table_args__ = (
        one_of("variation", Variation),
        one_of("trend", TrendDirection),
        CheckConstraint("(lower IS NULL) = (upper IS NULL) AND lower <= upper", name="interval_has_two_limits"),
        Index("ix_figure_verdict_variation", "variation", "figure_id"),
        Index("ix_figure_verdict_trend", "trend", "figure_id"),
    )

    figure_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    # Null where no target judges it.
    is_met: bool | None = None
    variation: Variation = Field(sa_column=term())
    trend: TrendDirection = Field(sa_column=term())
    # The limits as Python calculates them, in the unit of the metric; null where a figure has none.
    lower: float | None = Field(default=None, sa_column=Column(Float(53)))
    upper: float | None = Field(default=None, sa_column=Column(Float(53)))


class UnjudgedSeriesRow(SQLModel, table=True):
    """One row for each series that a transaction has touched, until its figures are judged again. Triggers write it.

    Each transaction has rows of its own, so none waits for another.
    """

    __tablename__ = "unjudged_series"

    metric_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    organisation_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    written_by: int = Field(
        sa_column=Column(
            BigInteger,
            primary_key=True,
            autoincrement=False,
            server_default=text("pg_current_xact_id()::text::bigint"),
        )
    )
    # A figure is judged by those before it: only figures of periods that end on this day or later are judged again.
    since: dt.date = Field(sa_column=Column(Date, nullable=False))
