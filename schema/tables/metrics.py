"""What is measured: themes, metrics and their parts, and the periods that figures are for."""

import datetime as dt
from decimal import Decimal
from typing import Optional

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, Relationship, SQLModel

from schema.enumerations import Counts, Direction, OrganisationKind, PeriodKind, PopulationTrait, RollUp, Unit
from schema.papers import Baseline
from schema.tables.columns import finite, identity, not_reversed, number, one_of, term

# The metrics that a metric can name: each is a column that ends in `_id`, and a column of the seeds.
METRICS_OF_A_METRIC = ("part_of", "denominator_metric", "change_of", "difference_of", "counted_by", "derived_from")
_KINDS = ", ".join(f"'{kind}'" for kind in OrganisationKind)


class ThemeRow(SQLModel, table=True):
    """One row for each section that metrics are grouped under."""

    __tablename__ = "theme"

    id: int | None = Field(default=None, sa_column=identity())
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    metrics: list["MetricRow"] = Relationship(
        back_populates="theme", sa_relationship_kwargs={"order_by": "MetricRow.code"}
    )


class MetricRow(SQLModel, table=True):
    """One row for each thing that is measured. A new metric is a row here, never code."""

    __tablename__ = "metric"
    __table_args__ = (
        one_of("unit", Unit),
        one_of("direction", Direction),
        one_of("counts", Counts),
        one_of("roll_up", RollUp),
        *finite(["minimum", "maximum", "tolerance"]),
        CheckConstraint("tolerance >= 0", name="tolerance_is_not_negative"),
        CheckConstraint("denominator_metric_id <> id", name="not_its_own_denominator"),
        CheckConstraint("code ~ '^[a-z][a-z0-9_]{1,62}$'", name="code_is_snake_case"),
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals_are_few"),
        CheckConstraint("minimum <= maximum", name="minimum_not_above_maximum"),
        CheckConstraint("unit <> 'PERCENT' OR (minimum >= 0 AND maximum <= 100)", name="percentages_are_0_to_100"),
        CheckConstraint(f"collected_from <@ ARRAY[{_KINDS}]", name="collected_from_is_known"),
        CheckConstraint("part_of_id <> id", name="not_part_of_itself"),
        CheckConstraint("change_of_id <> id", name="not_a_change_of_itself"),
        CheckConstraint("difference_of_id <> id", name="not_a_difference_of_itself"),
        CheckConstraint("counted_by_id <> id", name="not_counted_by_itself"),
        CheckConstraint("(change_of_id IS NULL) = (change_since IS NULL)", name="a_change_has_its_baseline"),
        one_of("change_since", Baseline),
        CheckConstraint("derived_from_id <> id", name="not_derived_from_itself"),
        CheckConstraint("(derived_from_id IS NULL) = (derived_by IS NULL)", name="a_derived_metric_has_its_rule"),
        CheckConstraint("derived_by <> 'NONE'", name="derived_by_a_rule_that_gives_a_value"),
        CheckConstraint(
            "num_nonnulls(derived_from_id, change_of_id, difference_of_id) <= 1", name="derived_in_one_way"
        ),
        one_of("derived_by", RollUp),
        one_of("counts_organisations", OrganisationKind),
        one_of("population_trait", PopulationTrait),
        CheckConstraint("population_trait IS NULL OR NOT is_synthetic", name="no_trait_is_made_up"),
        # The target of figure's composite key: it carries the unit and the sandbox mark to where CHECKs can see them.
        UniqueConstraint("id", "unit", "is_synthetic"),
        Index("ix_metric_theme_id", "theme_id"),
        Index("ix_metric_part_of_id", "part_of_id"),
        Index("ix_metric_population_trait", "population_trait", unique=True),
    )

    id: int | None = Field(default=None, sa_column=identity())
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    description: str = Field(sa_column=Column(Text, nullable=False))
    theme_id: int = Field(foreign_key="theme.id", sa_type=BigInteger)
    unit: Unit = Field(sa_column=term())
    direction: Direction = Field(sa_column=term())
    counts: Counts = Field(
        default=Counts.AT_DATE, sa_column=Column(Text, nullable=False, server_default=text("'AT_DATE'"))
    )
    decimals: int
    minimum: Decimal | None = Field(default=None, sa_column=number())
    maximum: Decimal | None = Field(default=None, sa_column=number())
    collected_from: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    numerator_label: str | None = Field(default=None, sa_column=Column(Text))
    denominator_label: str | None = Field(default=None, sa_column=Column(Text))
    # The metric that counts what the denominator counts: practices, or networks.
    denominator_metric_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    # The change from one period to the next beyond which a reason is asked for: in points, or in percent of the earlier
    # value for what is not measured in points.
    tolerance: Decimal | None = Field(default=None, sa_column=number())
    roll_up: RollUp = Field(sa_column=term())
    source: str | None = Field(default=None, sa_column=Column(Text))
    part_of_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    # Whether its parts are all there are: they then add up to it.
    parts_are_whole: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # A published change: of which metric, and since when.
    change_of_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    change_since: Baseline | None = Field(default=None, sa_column=term(nullable=True))
    # A published difference to the region: in which metric.
    difference_of_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    # Its figures are calculated from members' figures of another metric, by this rule. A change and a difference are
    # calculated too, from the two figures that the columns above name.
    derived_from_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    derived_by: RollUp | None = Field(default=None, sa_column=term(nullable=True))
    # A rate: the metric that counts its events.
    counted_by_id: int | None = Field(default=None, foreign_key="metric.id", sa_type=BigInteger)
    # A number of organisations of this kind, which the register counts too.
    counts_organisations: OrganisationKind | None = Field(default=None, sa_column=term(nullable=True))
    # What it says about the people that an organisation serves, such as how many there are: one metric for each trait.
    population_trait: PopulationTrait | None = Field(default=None, sa_column=term(nullable=True))
    # Whether its figures come from a sample, and not from everybody: only a sample's figure is uncertain.
    is_sample: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    is_synthetic: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})

    theme: ThemeRow = Relationship(back_populates="metrics")
    part_of: Optional["MetricRow"] = Relationship(
        back_populates="parts",
        sa_relationship_kwargs={"remote_side": "MetricRow.id", "foreign_keys": "MetricRow.part_of_id"},
    )
    parts: list["MetricRow"] = Relationship(
        back_populates="part_of",
        sa_relationship_kwargs={"order_by": "MetricRow.code", "foreign_keys": "MetricRow.part_of_id"},
    )


class PeriodRow(SQLModel, table=True):
    """One row for each period that a figure was given for; `schema.periods` says what a code means."""

    __tablename__ = "period"
    __table_args__ = (
        one_of("kind", PeriodKind),
        not_reversed("starts", "ends"),
        # The target of figure's composite key: a figure carries its period's end for its own indexes.
        UniqueConstraint("id", "ends"),
        Index("ix_period_ends", "ends", "starts"),
    )

    id: int | None = Field(default=None, sa_column=identity())
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    label: str = Field(sa_column=Column(Text, nullable=False))
    kind: PeriodKind = Field(sa_column=term())
    starts: dt.date
    ends: dt.date
    quarter: str = Field(sa_column=Column(Text, nullable=False))
