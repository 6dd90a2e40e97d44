"""What is measured, the themes it is grouped under, and the periods that figures are for."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry
from strawberry import UNSET

from schema.enumerations import Direction, OrganisationKind, PeriodKind, RollUp, Unit
from schema.mapping import Derived, Expression, Order, Pages, entity, field, field_with_arguments, reach
from schema.sql.distributions import distribution
from schema.sql.listings import figures_of
from schema.sql.rollups import rolled_up
from schema.sql.series import SERIES_OF_METRIC
from schema.tables import MetricRow, PeriodRow, ThemeRow
from schema.types.distributions import Distribution
from schema.types.filters import FigureSort
from schema.types.paging import Connection, Node
from schema.types.rollups import RolledUp
from schema.types.scalars import After, AsKnownAt, First, From, LatestOnly, OdsCode, To

if TYPE_CHECKING:
    from schema.types.figures import Figure
    from schema.types.series import Series
    from schema.types.targets import Target

FigureConnection = Connection[Annotated["Figure", strawberry.lazy("schema.types.figures")]]
SeriesOfOne = Annotated["Series", strawberry.lazy("schema.types.series")] | None
TargetList = list[Annotated["Target", strawberry.lazy("schema.types.targets")]]


@entity(ThemeRow)
@strawberry.type(
    description="A section of the access recovery plan, or another subject that metrics are grouped under."
)
class Theme(Node):
    """A section of the access recovery plan, or another subject that metrics are grouped under."""

    code: str = field("Its code: empowering_patients.")
    name: str = field("Its name.")
    metrics: list["Metric"] = field(
        "Its metrics, by code.", reach(lambda row, other: other.c.theme_id == row.c.id, "code")
    )


@entity(MetricRow, orders={"code": Order(lambda row: row.c.code)})
@strawberry.type(description="A thing that is measured.")
class Metric(Node):
    """A thing that is measured."""

    code: str = field("Its code: call_back_percent.")
    name: str = field("Its name.")
    description: str = field("What it counts, and what it leaves out.")
    theme: Theme = field("The theme that it is grouped under.", reach(lambda row, other: other.c.id == row.c.theme_id))
    unit: Unit = field("What its values are measured in.")
    direction: Direction = field("Which way it improves.")
    decimals: int = field("The most decimals that a value has.")
    minimum: float | None = field("The least that a value can be.")
    maximum: float | None = field("The most that a value can be: 100 for a percentage.")
    collected_from: list[OrganisationKind] = field("The kinds of organisation that it is collected from.")
    numerator_label: str | None = field("What the numerator counts.")
    denominator_label: str | None = field("What the denominator counts.")
    denominator_metric: Optional["Metric"] = field(
        "The metric that counts what the denominator counts: practices, or networks.",
        reach(lambda row, other: other.c.id == row.c.denominator_metric_id),
    )
    tolerance: float | None = field(
        "The change between two periods beyond which a reason is asked for: in points of a percentage or a score, else "
        "in percent of the earlier value."
    )
    roll_up: RollUp = field("How members' figures make their group's.")
    source: str | None = field("Where its figures come from.")
    is_synthetic: bool = field("Made up for the sandbox. It has no real figures; real metrics have no made-up ones.")
    part_of: Optional["Metric"] = field(
        "The metric that it is a part of: GP FTE is part of total FTE.",
        reach(lambda row, other: other.c.id == row.c.part_of_id),
    )
    parts: list["Metric"] = field(
        "Its parts, by code.", reach(lambda row, other: other.c.part_of_id == row.c.id, "code")
    )

    @field_with_arguments(Pages(figures_of("metric_id"), ("period_end",)))
    def figures(
        self,
        organisations: Annotated[
            list[OdsCode] | None, strawberry.argument(description="Only these organisations, by code.")
        ] = UNSET,
        kind: Annotated[
            OrganisationKind | None, strawberry.argument(description="Only organisations of this kind.")
        ] = UNSET,
        from_: From = UNSET,
        to: To = UNSET,
        latest_only: LatestOnly = False,
        as_known_at: AsKnownAt = UNSET,
        order_by: FigureSort = UNSET,
        first: First = UNSET,
        after: After = UNSET,
    ) -> FigureConnection:
        """Its figures, or only the latest of each organisation."""

    @field_with_arguments(SERIES_OF_METRIC)
    def series(
        self,
        organisation: Annotated[OdsCode, strawberry.argument(description="The organisation's code.")],
        from_: From = UNSET,
        to: To = UNSET,
        as_known_at: AsKnownAt = UNSET,
    ) -> SeriesOfOne:
        """It over time, for one organisation; null for an unknown code."""

    @field_with_arguments(Derived(distribution, size=1))
    def distribution(
        self,
        kind: Annotated[OrganisationKind, strawberry.argument(description="The kind of organisation.")],
        period: Annotated[
            str | None, strawberry.argument(description="The period's code; the latest with figures if left out.")
        ] = UNSET,
    ) -> Distribution | None:
        """The spread over organisations of one kind in one period; null with fewer than five figures."""

    @field_with_arguments(Derived(rolled_up, size=1))
    def rolled_up(
        self,
        organisation: Annotated[OdsCode, strawberry.argument(description="The group's code.")],
        period: Annotated[str, strawberry.argument(description="The period's code: 2024-25-Q4.")],
    ) -> RolledUp:
        """What the figures of a group's members in a period make of the group's."""

    targets: TargetList = field(
        "The targets that ask for it.",
        reach(lambda row, other: other.c.metric_id == row.c.id, "organisation_id", "due", "id"),
    )


@entity(PeriodRow)
@strawberry.type(description="A stretch of days that figures are for.")
class Period(Node):
    """A stretch of days that figures are for."""

    code: str = field("2024-25-Q3 · 2024-11 · 2024-25 · 2023-12-01/2024-11-30 · 2025-01-31")
    label: str = field("Q3 2024/25 · November 2024 · 2024/25 · 1 December 2023 to 30 November 2024 · 31 January 2025")
    kind: PeriodKind = field("What kind of period it is.")
    start: dt.date = field("Its first day.", Expression(lambda row, _: row.c.starts))
    end: dt.date = field("Its last day, which is part of it.", Expression(lambda row, _: row.c.ends))
    quarter: str = field("The NHS financial quarter in which it ends: 2024-25-Q3.")
