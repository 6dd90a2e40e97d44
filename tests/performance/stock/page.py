"""A page of all figures: the filters, the order and the count that the documents use."""

from typing import Any

import strawberry
from sqlmodel import col, func, select

from schema.enumerations import FigureStatus, OrganisationKind
from schema.tables import FigureRow, MetricRow, OrganisationRow
from schema.types.paging import Sort
from tests.performance.stock.figures import Asked, Figure


@strawberry.input
class CodeFilter:
    eq: str


@strawberry.input
class KindFilter:
    eq: OrganisationKind


@strawberry.input
class FloatFilter:
    gt: float


@strawberry.input
class MetricFilter:
    code: CodeFilter


@strawberry.input
class OrganisationFilter:
    kind: KindFilter


@strawberry.input
class FigureFilter:
    metric: MetricFilter
    organisation: OrganisationFilter
    value: FloatFilter


@strawberry.input
class FigureOrder:
    value: Sort


@strawberry.type
class FigurePage:
    matching: strawberry.Private[Any]
    most: strawberry.Private[int]

    @strawberry.field
    async def total_count(self, info: Asked) -> int:
        rows = await info.context.rows(select(func.count()).select_from(self.matching.subquery()))
        return int(rows[0])

    @strawberry.field
    async def nodes(self, info: Asked) -> list[Figure]:
        newest_first = (col(FigureRow.value).desc(), col(FigureRow.id).desc())
        return [
            Figure.of(row) for row in await info.context.rows(self.matching.order_by(*newest_first).limit(self.most))
        ]


def page(wanted: FigureFilter, first: int) -> FigurePage:
    """The page of the figures that a filter lets through."""
    of_kind = select(OrganisationRow.id).where(OrganisationRow.kind == wanted.organisation.kind.eq)
    of_metric = select(MetricRow.id).where(MetricRow.code == wanted.metric.code.eq)
    matching = select(FigureRow).where(
        FigureRow.status != FigureStatus.WITHDRAWN,
        col(FigureRow.metric_id).in_(of_metric),
        col(FigureRow.organisation_id).in_(of_kind),
        FigureRow.value > wanted.value.gt,
    )
    return FigurePage(matching=matching, most=first)
