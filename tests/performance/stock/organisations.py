"""Practices, networks and the root, with the loaders and the arguments that the documents use; the schema of it all."""

from typing import Any, Generic, TypeAlias, TypeVar

import strawberry
from sqlmodel import col, func, select
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from schema.enumerations import OrganisationKind
from schema.tables import OrganisationRow
from schema.types.scalars import SCALARS, OdsCode
from tests.performance.stock.figures import Asked, Figure, Key, Target
from tests.performance.stock.loaders import FiguresOf
from tests.performance.stock.page import FigureFilter, FigureOrder, FigurePage, page

N = TypeVar("N")
# It leaves nothing out, so the documents that both answer always ask for everything.
Always: TypeAlias = bool


@strawberry.type
class Connection(Generic[N]):
    nodes: list[N]


@strawberry.type
class HealthAndCarePartnership:
    code: OdsCode
    name: str


@strawberry.type
class Practice:
    id: Key
    code: OdsCode
    name: str
    postcode: str | None

    @classmethod
    def of(cls, row: OrganisationRow) -> "Practice":
        return cls(id=_key(row), code=OdsCode(row.code), name=row.name, postcode=row.postcode)

    @strawberry.field
    async def primary_care_network(self, info: Asked) -> "PrimaryCareNetwork | None":
        row = await info.context.network.load(self.id)
        return PrimaryCareNetwork.of(row) if row else None

    @strawberry.field
    async def health_and_care_partnership(self, info: Asked) -> HealthAndCarePartnership | None:
        row = await info.context.partnership.load(self.id)
        return HealthAndCarePartnership(code=OdsCode(row.code), name=row.name) if row else None

    @strawberry.field
    async def figures(
        self,
        info: Asked,
        include_synthetic: Always,
        metrics: list[str] | None = None,
        latest_only: bool = False,
        first: int = 50,
    ) -> Connection[Figure]:
        asked = FiguresOf(self.id, None if metrics is None else tuple(metrics), latest_only)
        rows = await info.context.figures.load(asked)
        return Connection(nodes=[Figure.of(row) for row in rows[:first]])

    @strawberry.field
    async def targets(self, info: Asked, include_synthetic: Always) -> list[Target]:
        return [Target.of(row) for row in await info.context.targets.load(self.id)]


@strawberry.type
class PrimaryCareNetwork:
    id: Key
    code: OdsCode
    name: str

    @classmethod
    def of(cls, row: OrganisationRow) -> "PrimaryCareNetwork":
        return cls(id=_key(row), code=OdsCode(row.code), name=row.name)

    @strawberry.field
    async def practices(self, info: Asked, first: int = 50) -> Connection[Practice]:
        rows = await info.context.practices.load(self.id)
        return Connection(nodes=[Practice.of(row) for row in rows[:first]])


@strawberry.type
class Query:
    @strawberry.field
    async def practice(self, info: Asked, code: OdsCode) -> Practice | None:
        wanted = select(OrganisationRow).where(
            OrganisationRow.code == code, OrganisationRow.kind == OrganisationKind.PRACTICE
        )
        rows = await info.context.rows(wanted)
        return Practice.of(rows[0]) if rows else None

    @strawberry.field
    async def practices(self, info: Asked, include_closed: Always, first: int = 50) -> Connection[Practice]:
        rows = await info.context.rows(_by_name(OrganisationKind.PRACTICE, first))
        return Connection(nodes=[Practice.of(row) for row in rows])

    @strawberry.field
    async def primary_care_networks(
        self, info: Asked, include_closed: Always, first: int = 50
    ) -> Connection[PrimaryCareNetwork]:
        rows = await info.context.rows(_by_name(OrganisationKind.PRIMARY_CARE_NETWORK, first))
        return Connection(nodes=[PrimaryCareNetwork.of(row) for row in rows])

    @strawberry.field
    async def figures(
        self,
        filter: FigureFilter,  # noqa: A002 (its name in GraphQL)
        order_by: list[FigureOrder],
        include_synthetic: Always,
        first: int = 50,
    ) -> FigurePage:
        return page(filter, first)


def _by_name(kind: OrganisationKind, first: int) -> Any:
    order = (func.lower(OrganisationRow.name), col(OrganisationRow.id))
    return (
        select(OrganisationRow)
        .where(OrganisationRow.kind == kind, ~col(OrganisationRow.is_synthetic))
        .order_by(*order)
        .limit(first)
    )


def _key(row: OrganisationRow) -> int:
    if row.id is None:
        raise TypeError("a row that was read has its key")
    return row.id


schema = strawberry.Schema(
    query=Query,
    extensions=[ParserCache, ValidationCache],
    config=StrawberryConfig(scalar_map=SCALARS),
)
