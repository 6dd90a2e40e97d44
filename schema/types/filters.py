"""Filters and orders: one operator object for each kind of value, one input for each type that is listed.

A filter's fields are looked up among the fields of the type that it filters, so they are declared once, there. All
fields of one object must hold. Every operator answers yes or no: a null is unequal to everything and `not` is exact.
"""

import datetime as dt
from typing import Annotated, Any, Generic, Optional, TypeVar

import strawberry

from schema.enumerations import (
    Comparator,
    CqcRating,
    Direction,
    FigureStatus,
    OrganisationKind,
    PeriodKind,
    Qualifier,
    SubmissionStatus,
    TargetStatus,
    Unit,
)
from schema.types.paging import Sort
from schema.types.scalars import OdsCode

V = TypeVar("V")


def operator(description: str, name: str | None = None) -> Any:
    """An optional input field and its sentence."""
    return strawberry.field(default=strawberry.UNSET, description=description, name=name)


@strawberry.input(description="Conditions on one of a closed list of values.")
class Filter(Generic[V]):
    """Conditions on one of a closed list of values."""

    eq: V | None = operator("Equal to this.")
    ne: V | None = operator("Not equal to this; null is not equal to it either.")
    in_: list[V] | None = operator("One of these.", name="in")
    not_in: list[V] | None = operator("None of these.")
    is_null: bool | None = operator("Whether it is null.")


@strawberry.input(description="Conditions on a value that has an order.")
class RangeFilter(Generic[V]):
    """Conditions on a value that has an order."""

    eq: V | None = operator("Equal to this.")
    ne: V | None = operator("Not equal to this; null is not equal to it either.")
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
    ne: V | None = operator("Not equal to this; null is not equal to it either.")
    in_: list[V] | None = operator("One of these.", name="in")
    not_in: list[V] | None = operator("None of these.")
    lt: V | None = operator("Before this, by code point.")
    lte: V | None = operator("This or before it, by code point.")
    gt: V | None = operator("After this, by code point.")
    gte: V | None = operator("This or after it, by code point.")
    is_null: bool | None = operator("Whether it is null.")
    contains: str | None = operator("Has this in it; capitals count as small letters.")
    starts_with: str | None = operator("Starts with this; capitals count as small letters.")


@strawberry.input(description="Conditions on a yes or no.")
class BooleanFilter:
    """Conditions on a yes or no."""

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


@strawberry.input(description="Conditions on a day.")
class DateFilter(RangeFilter[dt.date]):
    """Conditions on a day."""


@strawberry.input(description="Conditions on an instant.")
class DateTimeFilter(RangeFilter[dt.datetime]):
    """Conditions on an instant."""


_ALL = "All of these hold."
_ANY = "At least one of these holds; an empty list holds for nothing."
_NOT = "This does not hold."


@strawberry.input(description="Conditions on organisations of any kind.")
class OrganisationFilter:
    """Conditions on organisations of any kind."""

    and_: list["OrganisationFilter"] | None = operator(_ALL, name="and")
    or_: list["OrganisationFilter"] | None = operator(_ANY, name="or")
    not_: Optional["OrganisationFilter"] = operator(_NOT, name="not")
    code: CodeFilter | None = operator("Its code.")
    name: StringFilter | None = operator("Its name.")
    kind: Filter[OrganisationKind] | None = operator("What it is.")
    opened_on: DateFilter | None = operator("When it opened.")
    closed_on: DateFilter | None = operator("When it closed.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    ancestors: Optional["OrganisationFilter"] = operator("A group that it belongs to, at any distance.")


@strawberry.input(description="Conditions on practices.")
class PracticeFilter:
    """Conditions on practices."""

    and_: list["PracticeFilter"] | None = operator(_ALL, name="and")
    or_: list["PracticeFilter"] | None = operator(_ANY, name="or")
    not_: Optional["PracticeFilter"] = operator(_NOT, name="not")
    code: CodeFilter | None = operator("Its code.")
    name: StringFilter | None = operator("Its name.")
    postcode: StringFilter | None = operator("Its postcode.")
    opened_on: DateFilter | None = operator("When it opened.")
    closed_on: DateFilter | None = operator("When it closed.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    cqc_rating: Filter[CqcRating] | None = operator("Its overall rating by the CQC.")
    cqc_rated_on: DateFilter | None = operator("When it was rated.")
    is_orphan: BooleanFilter | None = operator("Whether it belongs to no network.")
    primary_care_network: OrganisationFilter | None = operator("Its network.")
    health_and_care_partnership: OrganisationFilter | None = operator("Its partnership.")
    ancestors: OrganisationFilter | None = operator("A group that it belongs to, at any distance.")


@strawberry.input(description="Conditions on themes.")
class ThemeFilter:
    """Conditions on themes."""

    and_: list["ThemeFilter"] | None = operator(_ALL, name="and")
    or_: list["ThemeFilter"] | None = operator(_ANY, name="or")
    not_: Optional["ThemeFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.")
    name: StringFilter | None = operator("Its name.")


@strawberry.input(description="Conditions on metrics.")
class MetricFilter:
    """Conditions on metrics."""

    and_: list["MetricFilter"] | None = operator(_ALL, name="and")
    or_: list["MetricFilter"] | None = operator(_ANY, name="or")
    not_: Optional["MetricFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.")
    name: StringFilter | None = operator("Its name.")
    unit: Filter[Unit] | None = operator("What it is measured in.")
    direction: Filter[Direction] | None = operator("Which way it improves.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    theme: ThemeFilter | None = operator("Its theme.")
    part_of: Optional["MetricFilter"] = operator("The metric that it is a part of.")


@strawberry.input(description="Conditions on periods.")
class PeriodFilter:
    """Conditions on periods."""

    and_: list["PeriodFilter"] | None = operator(_ALL, name="and")
    or_: list["PeriodFilter"] | None = operator(_ANY, name="or")
    not_: Optional["PeriodFilter"] = operator(_NOT, name="not")
    code: StringFilter | None = operator("Its code.")
    kind: Filter[PeriodKind] | None = operator("What kind of period it is.")
    start: DateFilter | None = operator("Its first day.")
    end: DateFilter | None = operator("Its last day.")
    quarter: StringFilter | None = operator("The code of the quarter in which it ends.")


@strawberry.input(description="Conditions on figures.")
class FigureFilter:
    """Conditions on figures."""

    and_: list["FigureFilter"] | None = operator(_ALL, name="and")
    or_: list["FigureFilter"] | None = operator(_ANY, name="or")
    not_: Optional["FigureFilter"] = operator(_NOT, name="not")
    metric: MetricFilter | None = operator("What it measures.")
    organisation: OrganisationFilter | None = operator("Whom it is about.")
    period: PeriodFilter | None = operator("When it is for.")
    value: FloatFilter | None = operator("Its value, in the metric's unit.")
    numerator: FloatFilter | None = operator("Its numerator.")
    denominator: FloatFilter | None = operator("Its denominator.")
    qualifier: Filter[Qualifier] | None = operator("How the source hedged it.")
    status: Filter[FigureStatus] | None = operator("How far it can be relied on.")
    is_synthetic: BooleanFilter | None = operator("Whether it is made up for the sandbox.")
    note: StringFilter | None = operator("What is noted about it.")
    revision: IntFilter | None = operator("Which revision it is.")
    published_at: DateTimeFilter | None = operator("When its latest revision was published.")


@strawberry.input(description="Conditions on targets.")
class TargetFilter:
    """Conditions on targets."""

    and_: list["TargetFilter"] | None = operator(_ALL, name="and")
    or_: list["TargetFilter"] | None = operator(_ANY, name="or")
    not_: Optional["TargetFilter"] = operator(_NOT, name="not")
    metric: MetricFilter | None = operator("What it asks of.")
    organisation: OrganisationFilter | None = operator("Whom it asks.")
    comparator: Filter[Comparator] | None = operator("How a figure is compared with it.")
    value: FloatFilter | None = operator("The value that it asks for.")
    due: DateFilter | None = operator("When it is due.")
    status: Filter[TargetStatus] | None = operator("How it stands today.")


def order(description: str) -> Any:
    """A field of an order, of which exactly one is named."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="Conditions on submissions.")
class SubmissionFilter:
    """Conditions on submissions."""

    and_: list["SubmissionFilter"] | None = operator(_ALL, name="and")
    or_: list["SubmissionFilter"] | None = operator(_ANY, name="or")
    not_: Optional["SubmissionFilter"] = operator(_NOT, name="not")
    quarter: StringFilter | None = operator("Its quarter's code.")
    status: Filter[SubmissionStatus] | None = operator("Where it stands.")
    title: StringFilter | None = operator("What its writers call it.")
    organisation: OrganisationFilter | None = operator("On whose behalf it is.")
    is_late: BooleanFilter | None = operator("Whether it was submitted late.")
    created_at: DateTimeFilter | None = operator("When it was begun.")
    submitted_at: DateTimeFilter | None = operator("When it was last submitted.")
    published_at: DateTimeFilter | None = operator("When it was published.")


@strawberry.input(description="Conditions on audit events.")
class AuditFilter:
    """Conditions on audit events."""

    and_: list["AuditFilter"] | None = operator(_ALL, name="and")
    or_: list["AuditFilter"] | None = operator(_ANY, name="or")
    not_: Optional["AuditFilter"] = operator(_NOT, name="not")
    at: DateTimeFilter | None = operator("When it was done.")
    action: StringFilter | None = operator("What was done.")
    subject: StringFilter | None = operator("What it was done to.")
    reason: StringFilter | None = operator("Why it was done.")


@strawberry.input(one_of=True, description="What organisations are ordered by; exactly one.")
class OrganisationOrder:
    """What organisations are ordered by; exactly one."""

    code: Sort | None = order("By code.")
    name: Sort | None = order("By name; capitals count as small letters.")
    kind: Sort | None = order("By kind.")
    opened_on: Sort | None = order("By opening date.")
    closed_on: Sort | None = order("By closing date.")


@strawberry.input(one_of=True, description="What practices are ordered by; exactly one.")
class PracticeOrder:
    """What practices are ordered by; exactly one."""

    code: Sort | None = order("By code.")
    name: Sort | None = order("By name; capitals count as small letters.")
    postcode: Sort | None = order("By postcode.")
    opened_on: Sort | None = order("By opening date.")
    closed_on: Sort | None = order("By closing date.")
    cqc_rating: Sort | None = order("By the name of the CQC's rating.")


@strawberry.input(one_of=True, description="What figures are ordered by; exactly one.")
class FigureOrder:
    """What figures are ordered by; exactly one."""

    period_end: Sort | None = order("By the last day of its period.")
    value: Sort | None = order("By value.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name; capitals count as small letters.")
    published_at: Sort | None = order("By when its latest revision was published.")


PracticeWhere = Annotated[PracticeFilter | None, strawberry.argument(description="Only those for which this holds.")]
PracticeSort = Annotated[
    list[PracticeOrder] | None, strawberry.argument(description="The order, most important first; by name if left out.")
]
OrganisationWhere = Annotated[
    OrganisationFilter | None, strawberry.argument(description="Only those for which this holds.")
]
OrganisationSort = Annotated[
    list[OrganisationOrder] | None,
    strawberry.argument(description="The order, most important first; by name if left out."),
]
MetricWhere = Annotated[MetricFilter | None, strawberry.argument(description="Only those for which this holds.")]
FigureWhere = Annotated[
    FigureFilter | None,
    strawberry.argument(
        description="Only those for which this holds. Withdrawn figures are left out unless `status` is asked for."
    ),
]
FigureSort = Annotated[
    list[FigureOrder] | None,
    strawberry.argument(description="The order, most important first; by the period's end if left out."),
]
TargetWhere = Annotated[TargetFilter | None, strawberry.argument(description="Only those for which this holds.")]
SubmissionWhere = Annotated[
    SubmissionFilter | None,
    strawberry.argument(
        description="Only those for which this holds. Discarded ones are left out unless `status` is asked for."
    ),
]
AuditWhere = Annotated[AuditFilter | None, strawberry.argument(description="Only those for which this holds.")]
