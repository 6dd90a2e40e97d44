"""Metrics, the themes they are grouped under, and the periods that figures describe."""

import datetime as dt
from typing import Annotated, Optional

import strawberry
from strawberry import UNSET

from schema.enumerations import Counts, Direction, OrganisationKind, PeriodKind, PopulationTrait, RollUp, Unit
from schema.mapping import (
    Derived,
    Expression,
    Pages,
    Reach,
    entity,
    field,
    field_with_arguments,
    naming,
    reach,
    referred,
)
from schema.sql.distributions import distribution
from schema.sql.funnels import FUNNEL
from schema.sql.listings import figures_of_metric
from schema.sql.orders import METRIC_ORDERS, PERIOD_ORDERS
from schema.sql.reasons import REASONS_OF_SPREAD
from schema.sql.rollups import rolled_up
from schema.sql.sandbox import is_made_up, is_theme_made_up
from schema.sql.series import SERIES_OF_METRIC
from schema.sql.targets import targets_of_metric
from schema.tables import MetricRow, OrganisationRow, PeriodRow, ThemeRow
from schema.types.distributions import Distribution
from schema.types.filters import TargetWhere
from schema.types.funnels import Funnel
from schema.types.later import FigureConnection, SeriesOfOne, TargetConnection, TargetList
from schema.types.not_calculated import NotCalculated
from schema.types.orders import FigureSort, TargetSort
from schema.types.paging import Node
from schema.types.rollups import RolledUp
from schema.types.scalars import (
    After,
    AsKnownAt,
    Before,
    First,
    From,
    IncludeClosedInLatest,
    IncludeSynthetic,
    Last,
    LatestOnly,
    Length,
    OdsCode,
    Statuses,
    To,
)

OrganisationCodes = Annotated[list[OdsCode] | None, naming(OrganisationRow, "Only organisations with these codes.")]
Kind = Annotated[OrganisationKind | None, strawberry.argument(description="Only organisations of this kind.")]


@entity(ThemeRow, made_up=is_theme_made_up)
@strawberry.type(description="A subject that metrics are grouped under, such as a section of the access recovery plan.")
class Theme(Node):
    """A subject that metrics are grouped under, such as a section of the access recovery plan."""

    code: str = field("Its code, such as empowering_patients.")
    name: str = field("Its name.")

    @field_with_arguments(reach(lambda row, other: other.c.theme_id == row.c.id, "code"))
    def metrics(self, include_synthetic: IncludeSynthetic = False) -> list["Metric"]:
        """Its metrics, by code."""


@entity(MetricRow, made_up=is_made_up, orders=METRIC_ORDERS, is_few=True)
@strawberry.type(description="A metric: something that is measured.")
class Metric(Node):
    """A metric: something that is measured."""

    code: str = field("Its code, such as call_back_percent.")
    name: str = field("Its name.")
    description: str = field("What it includes and excludes.")
    theme: Theme = field("Its theme.", referred("theme_id"))
    unit: Unit = field("The unit of its values.")
    direction: Direction = field("Whether higher or lower values are better.")
    counts: Counts = field("How its figures count: on a day, over a period, from 1 April, or since a launch day.")
    decimals: int = field("The maximum number of decimals in a value.")
    minimum: float | None = field("The lowest possible value.")
    maximum: float | None = field("The highest possible value. 100 for a percentage.")
    collected_from: list[OrganisationKind] = field("The kinds of organisation that report it.")
    numerator_label: str | None = field("What the numerator counts.")
    denominator_label: str | None = field("What the denominator counts.")
    denominator_metric: Optional["Metric"] = field(
        "The metric that counts the denominator, such as the number of practices.",
        referred("denominator_metric_id"),
    )
    tolerance: float | None = field(
        "A larger change between two periods needs a reason: in points for a percentage or a score, otherwise in "
        "percent of the earlier value."
    )
    roll_up: RollUp = field("How a group's figure is calculated from its members' figures.")
    derived_from: Optional["Metric"] = field(
        "The metric whose figures of members its own are calculated from. Null if it is not calculated from members.",
        referred("derived_from_id"),
    )
    derived_by: RollUp | None = field("How it is calculated from them. Null if it is not calculated from members.")
    derived: list["Metric"] = field(
        "The metrics that are calculated from its figures of members, by code.",
        reach(lambda row, other: other.c.derived_from_id == row.c.id, "code"),
    )
    source: str | None = field("The source of its figures.")
    population_trait: PopulationTrait | None = field(
        "What it says about the people that an organisation serves. LIST_SIZE: it is the `listSize` of organisations. "
        "Null for most metrics."
    )
    is_sample: bool = field("Whether its figures come from a sample, such as a survey. A count of everybody is not.")
    is_synthetic: bool = field("Whether it is made up for the sandbox. Such a metric has no real figures.")
    part_of: Optional["Metric"] = field(
        "The metric that it is part of. GP FTE is part of total FTE.",
        referred("part_of_id"),
    )
    parts: list["Metric"] = field(
        "Its parts, by code. A yes or no is calculated from its parts: yes where one of them is, no where all are no.",
        reach(lambda row, other: other.c.part_of_id == row.c.id, "code"),
    )

    @field_with_arguments(Pages(figures_of_metric, ("period_end",)))
    def figures(
        self,
        organisations: OrganisationCodes = UNSET,
        kind: Kind = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        latest_only: LatestOnly = False,
        include_closed: IncludeClosedInLatest = False,
        include_synthetic: IncludeSynthetic = False,
        as_known_at: AsKnownAt = UNSET,
        order_by: FigureSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> FigureConnection:
        """Its figures, or only the latest of each organisation that is open."""

    @field_with_arguments(SERIES_OF_METRIC)
    def series(
        self,
        organisation: Annotated[OdsCode, naming(OrganisationRow, "The code of the organisation.")],
        frequency: Length = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> SeriesOfOne:
        """One organisation over time."""

    @field_with_arguments(Derived(distribution, size=1))
    def distribution(
        self,
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        period: Annotated[
            str | None,
            strawberry.argument(
                description="The code of the period. Default: the latest with figures, by the nearest date above."
            ),
        ] = UNSET,
        include_closed: IncludeClosedInLatest = False,
    ) -> Distribution | None:
        """The spread over organisations of one kind in one period. Null with fewer than 5 figures.
        For a period that you give, it has every organisation with a figure."""

    @field_with_arguments(FUNNEL)
    def funnel(
        self,
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        period: Annotated[
            str | None,
            strawberry.argument(
                description="The code of the period. Default: the latest with figures, by the nearest date above."
            ),
        ] = UNSET,
        include_closed: IncludeClosedInLatest = False,
    ) -> Funnel | None:
        """Which organisations of one kind stand out in one period, and the limits of a funnel plot. Null with fewer
        than 5 figures."""

    @field_with_arguments(REASONS_OF_SPREAD)
    def not_calculated(
        self,
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        period: Annotated[
            str | None,
            strawberry.argument(
                description="The code of the period. Default: the latest with figures, by the nearest date above."
            ),
        ] = UNSET,
        include_closed: IncludeClosedInLatest = False,
    ) -> list[NotCalculated]:
        """Why `distribution` or `funnel` with these arguments is null."""

    @field_with_arguments(Derived(rolled_up, size=1, planning=4_000))
    def rolled_up(
        self,
        organisation: Annotated[OdsCode, naming(OrganisationRow, "The code of the group.")],
        period: Annotated[str, strawberry.argument(description="The code of the period, such as 2024-25-Q4.")],
    ) -> RolledUp:
        """A group's value for a period, calculated from its members' figures."""

    @field_with_arguments(
        Reach(targets_of_metric), deprecated="Since 27 November 2026. It has no pages. Use `targetPage`."
    )
    def targets(
        self,
        organisations: OrganisationCodes = UNSET,
        kind: Kind = UNSET,
        status: Statuses = UNSET,
        include_synthetic: IncludeSynthetic = False,
    ) -> TargetList:
        """The targets for this metric on the nearest date above, or today."""

    @field_with_arguments(Pages(targets_of_metric, ("organisation_code", "due")))
    def target_page(
        self,
        organisations: OrganisationCodes = UNSET,
        kind: Kind = UNSET,
        status: Statuses = UNSET,
        include_synthetic: IncludeSynthetic = False,
        filter: TargetWhere = UNSET,  # noqa: A002
        order_by: TargetSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> TargetConnection:
        """The targets for this metric on the nearest date above, or today, in pages."""


@entity(PeriodRow, orders=PERIOD_ORDERS, is_few=True)
@strawberry.type(description="A period that figures describe.")
class Period(Node):
    """A period that figures describe."""

    code: str = field("2024-25-Q3 · 2024-11 · 2024-25 · 2023-12-01/2024-11-30 · 2025-01-31")
    label: str = field("Q3 2024/25 · November 2024 · 2024/25 · 1 December 2023 to 30 November 2024 · 31 January 2025")
    kind: PeriodKind = field("The kind of period.")
    start: dt.date = field("Its first day.", Expression(lambda row, _: row.c.starts))
    end: dt.date = field("Its last day (inclusive).", Expression(lambda row, _: row.c.ends))
    quarter: str = field("The NHS financial quarter in which it ends, such as 2024-25-Q3.")
