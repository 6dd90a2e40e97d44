"""Current targets, their dated revisions, and the milestones on the way."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, Range
from sqlmodel import Field, Relationship, SQLModel

from schema.enumerations import Comparator, Frequency, OrganisationKind, TargetKind
from schema.tables.columns import finite, identity, instant, number, one_of, term
from schema.tables.metrics import MetricRow
from schema.tables.organisations import OrganisationRow
from schema.tables.sources import SourceRow


def _possible() -> list[CheckConstraint]:
    return [
        one_of("comparator", Comparator),
        one_of("kind", TargetKind),
        one_of("frequency", Frequency),
        *finite(["value", "upper_value", "baseline"]),
        CheckConstraint("(comparator = 'BETWEEN') = (upper_value IS NOT NULL)", name="only_between_has_upper_value"),
        CheckConstraint("value <= upper_value", name="value_not_above_upper_value"),
        CheckConstraint("(baseline IS NULL) = (baseline_on IS NULL)", name="baseline_has_its_date"),
        CheckConstraint("baseline_on < due", name="baseline_before_due"),
        CheckConstraint("start < due", name="start_before_due"),
        CheckConstraint("revision >= 1", name="revision_starts_at_1"),
        CheckConstraint("members_needed >= 1", name="members_needed_is_positive"),
        CheckConstraint(
            "members_needed_percent > 0 AND members_needed_percent <= 100", name="members_needed_percent_is_a_share"
        ),
        CheckConstraint("members_needed IS NULL OR members_needed_percent IS NULL", name="members_needed_once"),
    ]


class TargetRow(SQLModel, table=True):
    """One row for each target, as it is now: its latest revision.

    A target with `applies_to` is for each member of that kind of its organisation. Triggers write a row for each of
    them (`inherit_targets`), with the days on which it is in force there, and keep it when the register changes.
    """

    __tablename__ = "target"
    __table_args__ = (
        *_possible(),
        one_of("applies_to", OrganisationKind),
        CheckConstraint("(inherited_from_id IS NULL) = (days IS NULL)", name="inherited_has_its_days"),
        CheckConstraint("applies_to IS NULL OR inherited_from_id IS NULL", name="inherited_is_not_passed_on"),
        UniqueConstraint(
            "metric_id",
            "organisation_id",
            "due",
            "applies_to",
            "inherited_from_id",
            postgresql_nulls_not_distinct=True,
            name="uq_target_key",
        ),
        UniqueConstraint("inherited_from_id", "organisation_id", name="uq_target_inherited_from_id_organisation_id"),
        ForeignKeyConstraint(["inherited_from_id"], ["target.id"], name="fk_target_inherited_from_id"),
        ForeignKeyConstraint(
            ["rule_id", "revision"],
            ["target_revision.target_id", "target_revision.revision"],
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
            name="fk_target_current_revision",
        ),
        Index("ix_target_series", "organisation_id", "metric_id"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    metric_id: int = Field(foreign_key="metric.id", sa_type=BigInteger)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=BigInteger)
    comparator: Comparator = Field(sa_column=term())
    value: Decimal = Field(sa_column=number(nullable=False))
    upper_value: Decimal | None = Field(default=None, sa_column=number())
    baseline: Decimal | None = Field(default=None, sa_column=number())
    baseline_on: dt.date | None = None
    # The day after which periods have to end to be judged; None: as the method says.
    start: dt.date | None = None
    due: dt.date | None = None
    kind: TargetKind = Field(default=TargetKind.HOLD, sa_column=term(default=TargetKind.HOLD))
    # The length of the periods whose figures it judges; None: that of most figures.
    frequency: Frequency | None = Field(default=None, sa_column=term(nullable=True))
    # How many members have to meet it, as a number or a percentage; None: all.
    members_needed: int | None = Field(default=None, sa_type=BigInteger)
    members_needed_percent: Decimal | None = Field(default=None, sa_column=number())
    source_id: int = Field(foreign_key="source.id", sa_type=BigInteger)
    revision: int = 1
    applies_to: OrganisationKind | None = Field(default=None, sa_column=term(nullable=True))
    inherited_from_id: int | None = Field(default=None, sa_type=BigInteger)
    days: list[Range[dt.date]] | None = Field(default=None, sa_column=Column(DATEMULTIRANGE))
    # Whose revisions and milestones it has: its own, or those of the target that it inherits.
    rule_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Computed("coalesce(inherited_from_id, id)", persisted=True))
    )

    metric: MetricRow = Relationship()
    organisation: OrganisationRow = Relationship()
    source: SourceRow = Relationship()
    revisions: list["TargetRevisionRow"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "TargetRow.rule_id == TargetRevisionRow.target_id",
            "foreign_keys": "TargetRevisionRow.target_id",
            "order_by": "TargetRevisionRow.revision",
            "viewonly": True,
        }
    )
    milestones: list["MilestoneRow"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": (
                "and_(TargetRow.rule_id == MilestoneRow.target_id, TargetRow.revision == MilestoneRow.revision)"
            ),
            "foreign_keys": "[MilestoneRow.target_id, MilestoneRow.revision]",
            "order_by": "MilestoneRow.due",
            "viewonly": True,
        }
    )


class TargetRevisionRow(SQLModel, table=True):
    """One row for each time a target was set or changed, with the reason. Append-only, by trigger."""

    __tablename__ = "target_revision"
    __table_args__ = (*_possible(),)

    target_id: int = Field(sa_column=Column(ForeignKey("target.id"), primary_key=True))
    revision: int = Field(primary_key=True)
    comparator: Comparator = Field(sa_column=term())
    value: Decimal = Field(sa_column=number(nullable=False))
    upper_value: Decimal | None = Field(default=None, sa_column=number())
    baseline: Decimal | None = Field(default=None, sa_column=number())
    baseline_on: dt.date | None = None
    start: dt.date | None = None
    due: dt.date | None = None
    kind: TargetKind = Field(default=TargetKind.HOLD, sa_column=term(default=TargetKind.HOLD))
    frequency: Frequency | None = Field(default=None, sa_column=term(nullable=True))
    members_needed: int | None = Field(default=None, sa_type=BigInteger)
    members_needed_percent: Decimal | None = Field(default=None, sa_column=number())
    # The day from which it counts; None: the day on which it was recorded.
    counts_from: dt.date | None = None
    source_id: int = Field(foreign_key="source.id", sa_type=BigInteger)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: dt.datetime = Field(sa_column=instant())
    recorded_by: str | None = Field(default=None, sa_column=Column(Text))


# The columns that a revision copies from its target.
REVISED_TARGET = tuple(name for name in TargetRevisionRow.model_fields if name in TargetRow.model_fields)


class MilestoneRow(SQLModel, table=True):
    """One row for each value that a revision of a target asks for on the way to its due date."""

    __tablename__ = "milestone"
    __table_args__ = (
        ForeignKeyConstraint(["target_id", "revision"], ["target_revision.target_id", "target_revision.revision"]),
        *finite(["value"]),
    )

    target_id: int = Field(primary_key=True, sa_type=BigInteger)
    revision: int = Field(primary_key=True)
    due: dt.date = Field(primary_key=True)
    value: Decimal = Field(sa_column=number(nullable=False))
