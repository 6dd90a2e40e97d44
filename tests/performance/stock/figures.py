"""Metrics, periods, figures and targets: the fields that the documents use, each relation through its loader."""

import datetime as dt

import strawberry
from strawberry import Info

from schema.enumerations import Comparator, Direction, FigureStatus, Unit
from schema.tables import FigureRow, MetricRow, PeriodRow, TargetRow
from schema.types.scalars import OdsCode
from tests.performance.stock.loaders import Loaders

Asked = Info[Loaders, None]
Key = strawberry.Private[int]


@strawberry.type
class Metric:
    code: str
    name: str
    unit: Unit
    direction: Direction
    decimals: int

    @classmethod
    def of(cls, row: MetricRow) -> "Metric":
        return cls(code=row.code, name=row.name, unit=row.unit, direction=row.direction, decimals=row.decimals)


@strawberry.type
class Period:
    label: str
    end: dt.date

    @classmethod
    def of(cls, row: PeriodRow) -> "Period":
        return cls(label=row.label, end=row.ends)


@strawberry.type
class Described:
    """The organisation that a figure is of."""

    code: OdsCode
    name: str


@strawberry.type
class Figure:
    metric_id: Key
    period_id: Key
    organisation_id: Key
    value: float
    numerator: float | None
    denominator: float | None
    status: FigureStatus

    @classmethod
    def of(cls, row: FigureRow) -> "Figure":
        return cls(
            metric_id=row.metric_id,
            period_id=row.period_id,
            organisation_id=row.organisation_id,
            value=float(row.value),
            numerator=None if row.numerator is None else float(row.numerator),
            denominator=None if row.denominator is None else float(row.denominator),
            status=row.status,
        )

    @strawberry.field
    async def metric(self, info: Asked) -> Metric:
        return Metric.of(await info.context.metric.load(self.metric_id))

    @strawberry.field
    async def period(self, info: Asked) -> Period:
        return Period.of(await info.context.period.load(self.period_id))

    @strawberry.field
    async def organisation(self, info: Asked) -> Described:
        row = await info.context.organisation.load(self.organisation_id)
        return Described(code=OdsCode(row.code), name=row.name)


@strawberry.type
class Target:
    metric_id: Key
    comparator: Comparator
    value: float
    upper_value: float | None
    due: dt.date | None

    @classmethod
    def of(cls, row: TargetRow) -> "Target":
        return cls(
            metric_id=row.metric_id,
            comparator=row.comparator,
            value=float(row.value),
            upper_value=None if row.upper_value is None else float(row.upper_value),
            due=row.due,
        )

    @strawberry.field
    async def metric(self, info: Asked) -> Metric:
        return Metric.of(await info.context.metric.load(self.metric_id))
