"""Orders: one input for each type that is listed, of which each object names exactly one field.

What a field means in SQL is said next to the rows that are ordered, in `schema/sql/`.
"""

from typing import Annotated, Any

import strawberry

from schema.mapping import NAMES
from schema.tables import MetricRow
from schema.types.filters import operator
from schema.types.paging import Sort


def order(description: str) -> Any:
    """A field of an order. Exactly one is named."""
    return strawberry.field(default=strawberry.UNSET, description=description)


@strawberry.input(description="An order by the value of a metric: the latest on the date, or that of a period.")
class ValueOrder:
    """An order by the value of a metric: the latest on the date, or that of a period."""

    metric: str = strawberry.field(description="The code of the metric.", metadata={NAMES: MetricRow})
    period: str | None = operator("The period. Default: the latest of each organisation, by the nearest date above.")
    direction: Sort = strawberry.field(
        default=Sort.ASC, description="The direction. An organisation without a figure has a null."
    )


@strawberry.input(one_of=True, description="How organisations are ordered. Name exactly one field.")
class OrganisationOrder:
    """How organisations are ordered. Name exactly one field."""

    code: Sort | None = order("By code.")
    name: Sort | None = order("By name, ignoring case.")
    kind: Sort | None = order("By kind.")
    opened_on: Sort | None = order("By opening date.")
    closed_on: Sort | None = order("By closing date.")
    list_size: Sort | None = order("By the list size: the latest on the date.")
    figure: ValueOrder | None = order("By the value of a metric.")


@strawberry.input(one_of=True, description="How practices are ordered. Name exactly one field.")
class PracticeOrder:
    """How practices are ordered. Name exactly one field."""

    code: Sort | None = order("By code.")
    name: Sort | None = order("By name, ignoring case.")
    postcode: Sort | None = order("By postcode.")
    opened_on: Sort | None = order("By opening date.")
    closed_on: Sort | None = order("By closing date.")
    cqc_rating: Sort | None = order("By the CQC rating, from OUTSTANDING to UNRATED.")
    list_size: Sort | None = order("By the list size: the latest on the date.")
    figure: ValueOrder | None = order("By the value of a metric.")


@strawberry.input(one_of=True, description="How figures are ordered. Name exactly one field.")
class FigureOrder:
    """How figures are ordered. Name exactly one field."""

    period_end: Sort | None = order("By the last day of its period.")
    value: Sort | None = order("By value.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")
    published_at: Sort | None = order("By when the latest revision was published.")
    change: Sort | None = order("By the value minus the previous value. Filter by a metric: others have other units.")
    change_on_year: Sort | None = order("By the value minus the value for the same period one year before.")


@strawberry.input(one_of=True, description="How targets are ordered. Name exactly one field.")
class TargetOrder:
    """How targets are ordered. Name exactly one field."""

    due: Sort | None = order("By due date.")
    value: Sort | None = order("By the value to reach.")
    status: Sort | None = order("By status, in the order of the method: MET first.")
    gap: Sort | None = order("By the gap, in the metric's unit: the furthest first if descending. Filter by a metric.")
    gap_percent: Sort | None = order(
        "By the gap as a percentage of the target, of any metrics: the furthest first if descending."
    )
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


@strawberry.input(one_of=True, description="How metrics are ordered. Name exactly one field.")
class MetricOrder:
    """How metrics are ordered. Name exactly one field."""

    code: Sort | None = order("By code.")
    name: Sort | None = order("By name, ignoring case.")
    theme: Sort | None = order("By the place of its theme.")


@strawberry.input(one_of=True, description="How submissions are ordered. Name exactly one field.")
class SubmissionOrder:
    """How submissions are ordered. Name exactly one field."""

    created_at: Sort | None = order("By when it was created.")
    submitted_at: Sort | None = order("By when it was last submitted.")
    published_at: Sort | None = order("By when it was published.")
    quarter: Sort | None = order("By the code of its quarter.")
    organisation_name: Sort | None = order("By the name of the organisation that it is for, ignoring case.")


@strawberry.input(one_of=True, description="How audit events are ordered. Name exactly one field.")
class AuditOrder:
    """How audit events are ordered. Name exactly one field."""

    position: Sort | None = order("By position: the order in which they were recorded.")


@strawberry.input(one_of=True, description="How the rows of a matrix are ordered. Name exactly one field.")
class MatrixOrder:
    """How the rows of a matrix are ordered. Name exactly one field."""

    code: Sort | None = order("By the organisation's code.")
    name: Sort | None = order("By the organisation's name, ignoring case.")
    list_size: Sort | None = order("By the list size: the latest on the date.")
    figure: ValueOrder | None = order("By the value of a metric, of the matrix or not.")


@strawberry.input(one_of=True, description="How scores are ordered. Name exactly one field.")
class ScoreOrder:
    """How scores are ordered. Name exactly one field."""

    rank: Sort | None = order("By rank: the best first if ascending.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


@strawberry.input(one_of=True, description="How periods are ordered. Name exactly one field.")
class PeriodOrder:
    """How periods are ordered. Name exactly one field."""

    end: Sort | None = order("By the last day.")
    start: Sort | None = order("By the first day.")


@strawberry.input(one_of=True, description="How moves of targets are ordered. Name exactly one field.")
class TargetMoveOrder:
    """How moves of targets are ordered. Name exactly one field."""

    direction: Sort | None = order("By direction: the worse first if ascending.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


@strawberry.input(one_of=True, description="How data quality issues are ordered. Name exactly one field.")
class DataQualityIssueOrder:
    """How data quality issues are ordered. Name exactly one field."""

    found_at: Sort | None = order("By when it was found.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


@strawberry.input(one_of=True, description="How requests for figures are ordered. Name exactly one field.")
class RequestOrder:
    """How requests for figures are ordered. Name exactly one field."""

    due_on: Sort | None = order("By the day by which an answer is due.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


@strawberry.input(one_of=True, description="How the figures of a submission are ordered. Name exactly one field.")
class SubmissionEntryOrder:
    """How the figures of a submission are ordered. Name exactly one field."""

    row: Sort | None = order("By the place in the list that was sent.")
    metric_code: Sort | None = order("By the metric's code.")
    organisation_code: Sort | None = order("By the organisation's code.")
    organisation_name: Sort | None = order("By the organisation's name, ignoring case.")


PracticeSort = Annotated[
    list[PracticeOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by name."),
]
OrganisationSort = Annotated[
    list[OrganisationOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by name."),
]
FigureSort = Annotated[
    list[FigureOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by the end of the period."),
]
TargetSort = Annotated[
    list[TargetOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: as they were set."),
]
MetricSort = Annotated[
    list[MetricOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by code."),
]
SubmissionSort = Annotated[
    list[SubmissionOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: newest first."),
]
AuditSort = Annotated[
    list[AuditOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: oldest first."),
]
MatrixSort = Annotated[
    list[MatrixOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by name."),
]
ScoreSort = Annotated[
    list[ScoreOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by rank, then by name."),
]
PeriodSort = Annotated[
    list[PeriodOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: the latest first."),
]
TargetMoveSort = Annotated[
    list[TargetMoveOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: the worse first."),
]
DataQualityIssueSort = Annotated[
    list[DataQualityIssueOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: oldest first."),
]
RequestSort = Annotated[
    list[RequestOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: by organisation and metric."),
]
SubmissionEntrySort = Annotated[
    list[SubmissionEntryOrder] | None,
    strawberry.argument(description="The order, most important field first. Default: as sent."),
]
