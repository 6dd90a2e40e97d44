"""The data loaders of the stock peer: for each relation one, which answers many keys with one query.

A loader's batch takes a session of its own: several loaders run at once, and a session is not shared.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.dataloader import DataLoader

from schema.enumerations import FigureStatus, OrganisationKind
from schema.tables import AncestryRow, FigureRow, MetricRow, OrganisationRow, PeriodRow, TargetRow
from service.reads.reader import today

Sessions = async_sessionmaker[AsyncSession]
T = TypeVar("T")


class FiguresOf(NamedTuple):
    """Which figures of which organisation: the loader's key is the field with its arguments."""

    organisation_id: int
    metrics: tuple[str, ...] | None
    latest_only: bool


class Loaders:
    """The loaders of one request, so that nothing is remembered from one request to the next."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.metric: DataLoader[int, MetricRow] = DataLoader(self._by_id(MetricRow))
        self.period: DataLoader[int, PeriodRow] = DataLoader(self._by_id(PeriodRow))
        self.organisation: DataLoader[int, OrganisationRow] = DataLoader(self._by_id(OrganisationRow))
        self.network = DataLoader(self._group(OrganisationKind.PRIMARY_CARE_NETWORK))
        self.partnership = DataLoader(self._group(OrganisationKind.HEALTH_AND_CARE_PARTNERSHIP))
        self.practices = DataLoader(self._practices)
        self.figures = DataLoader(self._figures)
        self.targets = DataLoader(self._targets)

    async def rows(self, statement: Any) -> Sequence[Any]:
        """What a statement selects, read in a session of its own."""
        async with self.sessions() as session:
            found: Sequence[Any] = (await session.exec(statement)).all()
            return found

    def _by_id(self, table: type[SQLModel]) -> Callable[[list[int]], Any]:
        async def load(keys: list[int]) -> list[Any]:
            rows = await self.rows(select(table).where(table.id.in_(keys)))  # type: ignore[attr-defined]
            found = {row.id: row for row in rows}
            return [found[key] for key in keys]

        return load

    def _group(self, kind: OrganisationKind) -> Callable[[list[int]], Any]:
        async def load(keys: list[int]) -> list[OrganisationRow | None]:
            above = (
                select(AncestryRow.member_id, OrganisationRow)
                .join(OrganisationRow, col(OrganisationRow.id) == AncestryRow.ancestor_id)
                .where(OrganisationRow.kind == kind, col(AncestryRow.member_id).in_(keys), _holds_today())
            )
            found = dict(await self.rows(above))
            return [found.get(key) for key in keys]

        return load

    async def _practices(self, keys: list[int]) -> list[list[OrganisationRow]]:
        below = (
            select(AncestryRow.ancestor_id, OrganisationRow)
            .join(OrganisationRow, col(OrganisationRow.id) == AncestryRow.member_id)
            .where(OrganisationRow.kind == OrganisationKind.PRACTICE, col(AncestryRow.ancestor_id).in_(keys))
            .where(_holds_today(), ~col(OrganisationRow.is_synthetic))
            .order_by(func.lower(OrganisationRow.name), col(OrganisationRow.id))
        )
        return _grouped(keys, await self.rows(below))

    async def _figures(self, keys: list[FiguresOf]) -> list[list[FigureRow]]:
        """One query for each set of arguments, whatever the number of organisations."""
        found: dict[FiguresOf, list[FigureRow]] = {}
        by_arguments: defaultdict[tuple[tuple[str, ...] | None, bool], list[int]] = defaultdict(list)
        for key in keys:
            by_arguments[key.metrics, key.latest_only].append(key.organisation_id)
        for (metrics, latest_only), organisations in by_arguments.items():
            rows = await self.rows(_figures_of(organisations, metrics, latest_only=latest_only))
            pairs = sorted(((row.organisation_id, row) for row in rows), key=lambda pair: _place(pair[1]))
            for organisation_id, figures in zip(organisations, _grouped(organisations, pairs), strict=True):
                found[FiguresOf(organisation_id, metrics, latest_only)] = figures
        return [found[key] for key in keys]

    async def _targets(self, keys: list[int]) -> list[list[TargetRow]]:
        order = (col(TargetRow.metric_id), col(TargetRow.due), col(TargetRow.id))
        rows = await self.rows(select(TargetRow).where(col(TargetRow.organisation_id).in_(keys)).order_by(*order))
        return _grouped(keys, ((row.organisation_id, row) for row in rows))


def _figures_of(organisations: list[int], metrics: tuple[str, ...] | None, *, latest_only: bool) -> Any:
    wanted = select(FigureRow).where(
        col(FigureRow.organisation_id).in_(organisations), FigureRow.status != FigureStatus.WITHDRAWN
    )
    if metrics is not None:
        of_metrics = select(MetricRow.id).where(col(MetricRow.code).in_(metrics))
        wanted = wanted.where(col(FigureRow.metric_id).in_(of_metrics))
    if not latest_only:
        return wanted
    series = (col(FigureRow.organisation_id), col(FigureRow.metric_id))
    newest_first = (col(FigureRow.period_ends).desc(), col(FigureRow.id).desc())
    return wanted.ext(distinct_on(*series)).order_by(*series, *newest_first)


def _place(figure: FigureRow) -> Any:
    return figure.period_ends, figure.id


def _holds_today() -> Any:
    return col(AncestryRow.period).op("@>")(today())


def _grouped(keys: Iterable[int], pairs: Iterable[tuple[int, T]]) -> list[list[T]]:
    groups: defaultdict[int, list[T]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return [groups[key] for key in keys]
