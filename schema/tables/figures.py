"""Current figures, and the append-only revisions that they come from."""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, Relationship, SQLModel

from schema.enumerations import FigureOrigin, FigureStatus, Qualifier, Unit
from schema.tables.columns import finite, identity, instant, one_of, term
from schema.tables.measured import NUMBERS, Measured
from schema.tables.metrics import MetricRow, PeriodRow
from schema.tables.organisations import OrganisationRow
from schema.tables.sources import SourceRow


def _possible() -> list[CheckConstraint]:
    """What no figure may be, whatever the door; a figure and its revisions are held to the same."""
    return [
        *finite(NUMBERS),
        one_of("unit", Unit),
        CheckConstraint("unit <> 'PERCENT' OR value BETWEEN 0 AND 100", name="percentage_is_0_to_100"),
        CheckConstraint("unit <> 'PERCENT' OR numerator <= denominator", name="numerator_within_denominator"),
        CheckConstraint("unit <> 'YES_NO' OR value IN (0, 1)", name="yes_no_is_1_or_0"),
        one_of("qualifier", Qualifier),
        one_of("status", FigureStatus),
        one_of("origin", FigureOrigin),
        CheckConstraint(
            "(rests_on IS NULL) = (of IS NULL) AND rests_on BETWEEN 0 AND of", name="rests_on_some_of_its_members"
        ),
        CheckConstraint("origin = 'DERIVED' OR rests_on IS NULL", name="only_a_derived_figure_rests_on_members"),
        CheckConstraint("denominator > 0", name="denominator_is_positive"),
        CheckConstraint("numerator >= 0", name="numerator_is_not_negative"),
        CheckConstraint("revision >= 1", name="revision_starts_at_1"),
        CheckConstraint(
            "(lower_confidence_limit IS NULL) = (upper_confidence_limit IS NULL) "
            "AND lower_confidence_limit <= value AND value <= upper_confidence_limit",
            name="confidence_limits_contain_value",
        ),
    ]


_IS_LISTED = text("status <> 'WITHDRAWN'")


class FigureRow(Measured, table=True):
    """One row for each metric, organisation and period, as it is now: its latest revision."""

    __tablename__ = "figure"
    __table_args__ = (
        *_possible(),
        UniqueConstraint("metric_id", "organisation_id", "period_id"),
        # The target of a revision's composite key: a revision carries its unit, so that the same CHECKs hold it.
        UniqueConstraint("id", "unit"),
        ForeignKeyConstraint(
            ["metric_id", "unit", "is_synthetic"], ["metric.id", "metric.unit", "metric.is_synthetic"]
        ),
        ForeignKeyConstraint(["period_id", "period_ends"], ["period.id", "period.ends"]),
        # The current row points at a revision that exists; deferred, because each needs the other first.
        ForeignKeyConstraint(
            ["id", "revision"],
            ["figure_revision.figure_id", "figure_revision.revision"],
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
            name="fk_figure_current_revision",
        ),
        Index("ix_figure_series", "metric_id", "organisation_id", "period_ends"),
        Index("ix_figure_organisation", "organisation_id", "metric_id", "period_ends"),
        Index("ix_figure_period", "period_ends", "id"),
        # Where a database has little but the sandbox, the real ones are found without it.
        Index("ix_figure_real", "period_ends", "id", postgresql_where=text("NOT is_synthetic")),
        # The orders of lists: a page is read without what comes after it. The first one also counts by itself.
        Index(
            "ix_figure_metric_value",
            *("metric_id", "value", "id"),
            postgresql_include=("organisation_id", "is_synthetic"),
            postgresql_where=_IS_LISTED,
        ),
        Index("ix_figure_value", "value", "id", postgresql_where=_IS_LISTED),
        Index("ix_figure_published_at", "published_at", "id", postgresql_where=_IS_LISTED),
    )

    # Half of a foreign key: SQLAlchemy does not see that it counts up, and would insert one row at a time.
    id: int | None = Field(default=None, sa_column=identity(counts_rows=True))
    metric_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    unit: Unit = Field(sa_column=term())
    is_synthetic: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    period_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    period_ends: dt.date
    status: FigureStatus = Field(default=FigureStatus.PUBLISHED, sa_column=term())
    source_id: int = Field(foreign_key="source.id", sa_type=BigInteger)
    origin: FigureOrigin = Field(default=FigureOrigin.SENT, sa_column=term(default="SENT"))
    # Of a figure that was calculated from members' figures: from how many, of how many members.
    rests_on: int | None = Field(default=None, sa_type=BigInteger)
    of: int | None = Field(default=None, sa_type=BigInteger)
    revision: int = 1
    published_at: dt.datetime = Field(sa_column=instant())

    metric: MetricRow = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "FigureRow.metric_id == MetricRow.id",
            "foreign_keys": "FigureRow.metric_id",
        }
    )
    organisation: OrganisationRow = Relationship()
    period: PeriodRow = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "FigureRow.period_id == PeriodRow.id",
            "foreign_keys": "FigureRow.period_id",
        }
    )
    source: SourceRow = Relationship()
    revisions: list["FigureRevisionRow"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "FigureRow.id == FigureRevisionRow.figure_id",
            "foreign_keys": "FigureRevisionRow.figure_id",
            "order_by": "FigureRevisionRow.revision",
            "viewonly": True,
        }
    )


class FigureCountRow(SQLModel, table=True):
    """How many figures an organisation has of each status, real and made up. Triggers keep it, in each transaction.

    It has no foreign key: it would make a publication wait for whoever has an organisation locked.
    """

    __tablename__ = "figure_count"

    organisation_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    is_synthetic: bool = Field(primary_key=True)
    status: FigureStatus = Field(sa_column=Column(Text, primary_key=True))
    figures: int = Field(sa_column=Column(BigInteger, nullable=False))


class FigureRevisionRow(Measured, table=True):
    """One row for each time a figure was published: 1 is the first. Append-only, by trigger."""

    __tablename__ = "figure_revision"
    __table_args__ = (
        *_possible(),
        ForeignKeyConstraint(["figure_id", "unit"], ["figure.id", "figure.unit"]),
        CheckConstraint("restores < revision", name="restores_an_earlier_one"),
        Index("ix_figure_revision_submission_id", "submission_id"),
    )

    figure_id: int = Field(primary_key=True, sa_type=BigInteger)
    revision: int = Field(primary_key=True)
    unit: Unit = Field(sa_column=term())
    status: FigureStatus = Field(default=FigureStatus.PUBLISHED, sa_column=term())
    source_id: int = Field(foreign_key="source.id", sa_type=BigInteger)
    origin: FigureOrigin = Field(default=FigureOrigin.SENT, sa_column=term(default="SENT"))
    # Of a figure that was calculated from members' figures: from how many, of how many members.
    rests_on: int | None = Field(default=None, sa_type=BigInteger)
    of: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, sa_column=Column(Text))
    published_at: dt.datetime = Field(sa_column=instant())
    published_by: str | None = Field(default=None, sa_column=Column(Text))
    # The submission that it stands by: the one that published it, or that published the revision that it restores.
    # Null: an import, or a figure that was restored by itself after its submission was withdrawn.
    submission_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    # The earlier revision that it brings back.
    restores: int | None = Field(default=None, sa_type=BigInteger)


# The columns that a revision copies from its figure.
REVISED_FIGURE = tuple(name for name in FigureRevisionRow.model_fields if name in FigureRow.model_fields)
