"""Filters: one operator object for each kind of value, one input for each type that is listed.

A filter's fields are looked up among the fields of the type that it filters, so they are declared once, there. All
fields of one object must hold. Every operator answers yes or no: a null is unequal to everything and `not` is exact.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, Optional, TypeVar

import strawberry

from schema.enumerations import (
    Comparator,
    Counts,
    CqcRating,
    DataQualityState,
    Direction,
    FigureOrigin,
    FigureStatus,
    Judgement,
    OrganisationKind,
    PeriodKind,
    Qualifier,
    RequestState,
    Significance,
    SubmissionStatus,
    TargetStatus,
    TrendDirection,
    Unit,
    Variation,
)
from schema.mapping import NAMES, ROWS, SPACELESS, Arguments
from schema.sql.comparisons import comparison_row
from schema.tables import MetricRow, OrganisationRow, PeriodRow, ThemeRow
from schema.types.scalars import OdsCode

if TYPE_CHECKING:
    from schema.types.comparisons import ComparedWith

V = TypeVar("V")


def operator(
    description: str,
    name: str | None = None,
    *,
    names: type[Any] | None = None,
    spaceless: bool = False,
    rows: Callable[[Any, Arguments], Any] | None = None,
) -> Any:
    """An optional input field and its sentence.

    `names` are the rows that whole codes in it have to be of. `spaceless` compares texts without spaces and capitals.
    `rows` selects what a field with arguments leads to, for a filter that has these arguments next to its conditions.
    """
    metadata: dict[Any, Any] = {SPACELESS: True} if spaceless else {}
    metadata |= {} if rows is None else {ROWS: rows}
    metadata |= {} if names is None else {NAMES: names}
    return strawberry.field(default=strawberry.UNSET, description=description, name=name, metadata=metadata)


@strawberry.input(description="Conditions on a value from a fixed list.")
class Filter(Generic[V]):
    """Conditions on a value from a fixed list."""

    eq: V | None = operator("Equal to this.")
    ne: V | None = operator("Not equal to this. Null is not equal to anything.")
    in_: list[V] | None = operator("One of these.", name="in")
    not_in: list[V] | None = operator("None of these.")
    is_null: bool | None = operator("Whether it is null.")


@strawberry.input(description="Conditions on a value that can be ordered.")
class RangeFilter(Generic[V]):
    """Conditions on a value that can be ordered."""

    eq: V | None = operator("Equal to this.")
    ne: V | None = operator("Not equal to this. Null is not equal to anything.")
    in_: list[V] | None = operator("One of these.", name="in")
    not_in: list[V] | None = operator("None of these.")
    lt: V | None = operator("Less than this.")
    lte: V | None = operator("This or less.")
    gt: V | None = operator("More than this.")
    gte: V | None = operator("This or more.")
    is_null: bool | None = operator("Whether it is null.")


@strawberry.input(description="Conditions on a text.")
class TextFilter(Generic[V]):
    """Conditions on a text."""

    eq: V | None = operator("Equal to this.")
    ne: V | None = operator("Not equal to this. Null is not equal to anything.")
    in_: list[V] | None = operator("One of these.", name="in")
    not_in: list[V] | None = operator("None of these.")
    lt: V | None = operator("Before this, by code point.")
    lte: V | None = operator("This or before it, by code point.")
    gt: V | None = operator("After this, by code point.")
    gte: V | None = operator("This or after it, by code point.")
    is_null: bool | None = operator("Whether it is null.")
    contains: str | None = operator("Contains this text, in upper or lower case, with any apostrophe.")
    starts_with: str | None = operator("Starts with this text, in upper or lower case, with any apostrophe.")


@strawberry.input(description="Conditions on true or false.")
class BooleanFilter:
    """Conditions on true or false."""

    eq: bool | None = operator("Equal to this.")
    ne: bool | None = operator("Not equal to this.")


@strawberry.input(description="Conditions on a text.")
class StringFilter(TextFilter[str]):
    """Conditions on a text."""


@strawberry.input(description="Conditions on an organisation's code.")
class CodeFilter(TextFilter[OdsCode]):
    """Conditions on an organisation's code."""


@strawberry.input(description="Conditions on a number.")
class FloatFilter(RangeFilter[float]):
    """Conditions on a number."""


@strawberry.input(description="Conditions on a whole number.")
class IntFilter(RangeFilter[int]):
    """Conditions on a whole number."""


@strawberry.input(description="Conditions on a date.")
class DateFilter(RangeFilter[dt.date]):
    """Conditions on a date."""


@strawberry.input(description="Conditions on a date and time.")
class DateTimeFilter(RangeFilter[dt.datetime]):
    """Conditions on a date and time."""


@strawberry.input(description="Conditions on a list.")
class ListFilter(Generic[V]):
    """Conditions on a list."""

    some: V | None = operator("At least one of them is like this.")
    none: V | None = operator("None of them is like this.")
    every: V | None = operator("All of them are like this. So they are where there is none.")


_ALL = "All of these are true."
_ANY = "At least one of these is true. An empty list matches nothing."
_NOT = "This is not true."


@strawberry.input(description="Conditions on organisations of any kind.")
class OrganisationFilter:
    """Conditions on organisations of any kind."""

    and_: list["OrganisationFilter"] | None = operator(_ALL, name="and")
    or_: list["OrganisationFilter"] | None = operator(_ANY, name="or")
    not_: Optional["OrganisationFilter"] = operator(_NOT, name="not")
    code: CodeFilter | None = operator("Its code.", names=OrganisationRow)
    name: StringFilter | None = operator("Its name.")
    kind: Filter[OrganisationKind] | None = operator("The kind of organisation.")
    opened_on: DateFilter | None = operator("The date it opened.")
    closed_on: DateFilter | None = operator("Its last day.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    ancestors: Optional["OrganisationFilter"] = operator("A group it belongs to, directly or through other groups.")
    targets: Optional["TargetsFilter"] = operator("Its targets.")
    list_size: Optional["FigureFilter"] = operator("The figure of its list size. Without one, nothing is true of it.")
    figures: Optional["FiguresFilter"] = operator("Its figures.")


@strawberry.input(description="Conditions on practices.")
class PracticeFilter:
    """Conditions on practices."""

    and_: list["PracticeFilter"] | None = operator(_ALL, name="and")
    or_: list["PracticeFilter"] | None = operator(_ANY, name="or")
    not_: Optional["PracticeFilter"] = operator(_NOT, name="not")
    code: CodeFilter | None = operator("Its code.", names=OrganisationRow)
    name: StringFilter | None = operator("Its name.")
    postcode: StringFilter | None = operator(
        "Its postcode, with or without its space, in upper or lower case.", spaceless=True
    )
    opened_on: DateFilter | None = operator("The date it opened.")
    closed_on: DateFilter | None = operator("Its last day.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    cqc_rating: Filter[CqcRating] | None = operator("Its overall CQC rating.")
    cqc_rated_on: DateFilter | None = operator("The date of its CQC rating.")
    is_orphan: BooleanFilter | None = operator("Whether it is in a partnership, and in no primary care network.")
    primary_care_network: OrganisationFilter | None = operator("Its network.")
    health_and_care_partnership: OrganisationFilter | None = operator("Its partnership.")
    ancestors: OrganisationFilter | None = operator("A group it belongs to, directly or through other groups.")
    targets: Optional["TargetsFilter"] = operator("Its targets.")
    list_size: Optional["FigureFilter"] = operator("The figure of its list size. Without one, nothing is true of it.")
    figures: Optional["FiguresFilter"] = operator("Its figures.")


@strawberry.input(description="Conditions on themes.")
class ThemeFilter:
    """Conditions on themes."""

    and_: list["ThemeFilter"] | None = operator(_ALL, name="and")
    or_: list["ThemeFilter"] | None = operator(_ANY, name="or")
    not_: Optional["ThemeFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.", names=ThemeRow)
    name: StringFilter | None = operator("Its name.")


@strawberry.input(description="Conditions on metrics.")
class MetricFilter:
    """Conditions on metrics."""

    and_: list["MetricFilter"] | None = operator(_ALL, name="and")
    or_: list["MetricFilter"] | None = operator(_ANY, name="or")
    not_: Optional["MetricFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.", names=MetricRow)
    name: StringFilter | None = operator("Its name.")
    unit: Filter[Unit] | None = operator("Its unit.")
    direction: Filter[Direction] | None = operator("Whether higher or lower values are better.")
    counts: Filter[Counts] | None = operator("How its figures count.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    theme: ThemeFilter | None = operator("Its theme.")
    part_of: Optional["MetricFilter"] = operator("The metric that it is part of.")
    targets: Optional["TargetsFilter"] = operator("Its targets.")
    figures: Optional["FiguresFilter"] = operator("Its figures.")


@strawberry.input(description="Conditions on periods.")
class PeriodFilter:
    """Conditions on periods."""

    and_: list["PeriodFilter"] | None = operator(_ALL, name="and")
    or_: list["PeriodFilter"] | None = operator(_ANY, name="or")
    not_: Optional["PeriodFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.", names=PeriodRow)
    kind: Filter[PeriodKind] | None = operator("The kind of period.")
    start: DateFilter | None = operator("Its first day.")
    end: DateFilter | None = operator("Its last day.")
    quarter: StringFilter | None = operator("The code of the NHS financial quarter in which it ends.", names=PeriodRow)


@strawberry.input(
    description="Conditions on a comparison: with what, and how it comes out. They hold for no figure without one."
)
class ComparisonFilter:
    """Conditions on a comparison: with what, and how it comes out."""

    with_: Annotated["ComparedWith", strawberry.lazy("schema.types.comparisons")] = strawberry.field(
        name="with", description="The other organisation, a kind of group, the peers in one, or similar practices."
    )
    significance: Filter[Significance] | None = operator("Whether the figure is significantly higher or lower.")
    judgement: Filter[Judgement] | None = operator("Whether the difference is better or worse.")


@strawberry.input(description="Conditions on figures.")
class FigureFilter:
    """Conditions on figures."""

    and_: list["FigureFilter"] | None = operator(_ALL, name="and")
    or_: list["FigureFilter"] | None = operator(_ANY, name="or")
    not_: Optional["FigureFilter"] = operator(_NOT, name="not")
    metric: MetricFilter | None = operator("The metric.")
    organisation: OrganisationFilter | None = operator("The organisation that the figure describes.")
    period: PeriodFilter | None = operator("The period that the figure describes.")
    value: FloatFilter | None = operator("The value, in the metric's unit.")
    numerator: FloatFilter | None = operator("Its numerator.")
    denominator: FloatFilter | None = operator("Its denominator.")
    qualifier: Filter[Qualifier] | None = operator("Whether the source gave an exact number or an approximation.")
    status: Filter[FigureStatus] | None = operator("Whether the figure is final, provisional or withdrawn.")
    origin: Filter[FigureOrigin] | None = operator("Whether it was sent, or calculated from other figures.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    note: StringFilter | None = operator("The note for readers.")
    revision: IntFilter | None = operator("The number of the revision.")
    published_at: DateTimeFilter | None = operator("When the latest revision was published.")
    is_met: BooleanFilter | None = operator(
        "Whether it meets its target. `ne` also finds the figures that no target judges."
    )
    variation: Filter[Variation] | None = operator("What it says about its process.")
    trend: Filter[TrendDirection] | None = operator("The direction of the 5 points that end with it.")
    comparison: ComparisonFilter | None = operator(
        "How it compares with another organisation, as in `compared`.", rows=comparison_row
    )


@strawberry.input(description="Conditions on requests for figures.")
class RequestFilter:
    """Conditions on requests for figures."""

    and_: list["RequestFilter"] | None = operator(_ALL, name="and")
    or_: list["RequestFilter"] | None = operator(_ANY, name="or")
    not_: Optional["RequestFilter"] = operator(_NOT, name="not")
    metric: MetricFilter | None = operator("The metric.")
    organisation: OrganisationFilter | None = operator("The organisation that is asked.")
    state: Filter[RequestState] | None = operator("How far the answer has come.")
    due_on: DateFilter | None = operator("The last date on which the answer is on time.")
    is_late: BooleanFilter | None = operator("Whether it is late.")


@strawberry.input(description="Conditions on targets.")
class TargetFilter:
    """Conditions on targets."""

    and_: list["TargetFilter"] | None = operator(_ALL, name="and")
    or_: list["TargetFilter"] | None = operator(_ANY, name="or")
    not_: Optional["TargetFilter"] = operator(_NOT, name="not")
    metric: MetricFilter | None = operator("The metric.")
    organisation: OrganisationFilter | None = operator("The organisation that should meet the target.")
    comparator: Filter[Comparator] | None = operator("How figures are compared with the value.")
    value: FloatFilter | None = operator("The value to reach.")
    due: DateFilter | None = operator("The due date.")
    status: Filter[TargetStatus] | None = operator("The status on the nearest date above, or today.")
    gap: FloatFilter | None = operator("The gap on that date, in the metric's unit. 0 or less when it is met.")
    gap_percent: FloatFilter | None = operator("The gap on that date, as a percentage of the target.")
    applies_to: Filter[OrganisationKind] | None = operator("The kind of member that it is for.")
    is_inherited: BooleanFilter | None = operator("Whether it is inherited from a group's target.")


@strawberry.input(description="Conditions on a list of figures.")
class FiguresFilter(ListFilter[FigureFilter]):
    """Conditions on a list of figures."""


@strawberry.input(description="Conditions on a list of targets: on those in force on the date.")
class TargetsFilter(ListFilter[TargetFilter]):
    """Conditions on a list of targets: on those in force on the date."""


@strawberry.input(description="Conditions on submissions.")
class SubmissionFilter:
    """Conditions on submissions."""

    and_: list["SubmissionFilter"] | None = operator(_ALL, name="and")
    or_: list["SubmissionFilter"] | None = operator(_ANY, name="or")
    not_: Optional["SubmissionFilter"] = operator(_NOT, name="not")
    quarter: StringFilter | None = operator("The code of its quarter.", names=PeriodRow)
    status: Filter[SubmissionStatus] | None = operator("The status of the submission.")
    title: StringFilter | None = operator("The title.")
    organisation: OrganisationFilter | None = operator("The organisation it is for.")
    is_late: BooleanFilter | None = operator("Whether it was submitted late.")
    created_at: DateTimeFilter | None = operator("When it was created.")
    submitted_at: DateTimeFilter | None = operator("When it was last submitted.")
    published_at: DateTimeFilter | None = operator("When it was published.")


@strawberry.input(description="Conditions on data quality issues.")
class DataQualityIssueFilter:
    """Conditions on data quality issues."""

    and_: list["DataQualityIssueFilter"] | None = operator(_ALL, name="and")
    or_: list["DataQualityIssueFilter"] | None = operator(_ANY, name="or")
    not_: Optional["DataQualityIssueFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("The kind of doubt.")
    state: Filter[DataQualityState] | None = operator("What has become of it.")
    owner: StringFilter | None = operator("The name of the person who looks into it, within your scope.")
    metric: MetricFilter | None = operator("The metric of the figure in doubt.")
    organisation: OrganisationFilter | None = operator("The organisation that the figure in doubt describes.")
    found_at: DateTimeFilter | None = operator("When it was first found.")
    corrected_at: DateTimeFilter | None = operator("When it was no longer found.")


@strawberry.input(description="Conditions on audit events.")
class AuditFilter:
    """Conditions on audit events."""

    and_: list["AuditFilter"] | None = operator(_ALL, name="and")
    or_: list["AuditFilter"] | None = operator(_ANY, name="or")
    not_: Optional["AuditFilter"] = operator(_NOT, name="not")
    at: DateTimeFilter | None = operator("When the action was taken.")
    action: StringFilter | None = operator("The action.")
    subject: StringFilter | None = operator("What the action was about.")
    reason: StringFilter | None = operator("The reason.")


PracticeWhere = Annotated[PracticeFilter | None, strawberry.argument(description="Only items that match.")]
OrganisationWhere = Annotated[OrganisationFilter | None, strawberry.argument(description="Only items that match.")]
MetricWhere = Annotated[MetricFilter | None, strawberry.argument(description="Only items that match.")]
FigureWhere = Annotated[
    FigureFilter | None,
    strawberry.argument(
        description="Only items that match. Withdrawn figures are left out unless the filter names `status`."
    ),
]
TargetWhere = Annotated[TargetFilter | None, strawberry.argument(description="Only items that match.")]
SubmissionWhere = Annotated[
    SubmissionFilter | None,
    strawberry.argument(
        description="Only items that match. Discarded submissions are left out unless the filter names `status`."
    ),
]
DataQualityIssueWhere = Annotated[
    DataQualityIssueFilter | None, strawberry.argument(description="Only items that match.")
]
AuditWhere = Annotated[AuditFilter | None, strawberry.argument(description="Only items that match.")]
RequestWhere = Annotated[RequestFilter | None, strawberry.argument(description="Only items that match.")]
