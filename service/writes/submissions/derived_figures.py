"""Calculated figures as rows: those that there are, and the revisions that are written."""

from collections.abc import Mapping, Set
from typing import Any

from sqlalchemy import func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureOrigin, FigureStatus, Qualifier
from schema.london import day_of
from schema.tables import (
    MEASURED,
    FigureRevisionRow,
    FigureRow,
    MetricRow,
    OrganisationRow,
    PeriodRow,
    key,
)
from service.writes.naming import IDS, among
from service.writes.sources import source_cited
from service.writes.submissions.derived_cells import wanted_places
from service.writes.submissions.derived_values import Made
from service.writes.submissions.places import Place
from service.writes.submissions.revisions import Publication, revision_of

SOURCE = "Calculated by the primary care tracker"


def numbers(row: FigureRow | FigureRevisionRow) -> tuple[Any, ...]:
    """What makes a figure another one when it changes: the counterpart of `Made.numbers`."""
    return row.value, row.numerator, row.denominator, row.rests_on, row.of


async def current(session: AsyncSession, places: list[Place]) -> dict[Place, FigureRow]:
    """The figures of some cells, withdrawn or not, as they are now: those that were sent have just been written."""
    wanted = wanted_places(places)
    rows = await session.exec(select(FigureRow).join(wanted, _is_at(wanted)).execution_options(populate_existing=True))
    return {Place.of(each): each for each in rows}


async def calculated(session: AsyncSession, places: list[Place]) -> dict[Place, FigureRevisionRow]:
    """The latest calculated revision of each figure that has one."""
    wanted = wanted_places(places)
    rows = await session.exec(
        select(FigureRow, FigureRevisionRow)
        .join(wanted, _is_at(wanted))
        .join(FigureRevisionRow, col(FigureRevisionRow.figure_id) == col(FigureRow.id))
        .where(FigureRevisionRow.origin == FigureOrigin.DERIVED)
        .order_by(col(FigureRevisionRow.revision))
    )
    return {Place.of(figure): revision for figure, revision in rows}


async def write(
    session: AsyncSession,
    made: Mapping[Place, Made | None],
    figures: Mapping[Place, FigureRow],
    publication: Publication,
) -> dict[Place, FigureRow]:
    """Write a revision for each cell: of its figure among `figures`, or of a new one. None withdraws it."""
    await _may_derive(session, "yes")
    new = await _new_figures(session, {at: each for at, each in made.items() if at not in figures}, publication)
    revised = {place: figures.get(place) or new[place] for place in made}
    source = await source_cited(session, SOURCE, publication.quarter.label, published_on=day_of(publication.at))
    for place, figure in revised.items():
        _revise(figure, made[place], source, publication)
        session.add(figure)
    await session.flush()
    session.add_all([_revision(figure, publication) for figure in revised.values()])
    await session.flush()
    await _may_derive(session, "no")
    return revised


async def _may_derive(session: AsyncSession, answer: str) -> None:
    """Tell row-level security whether calculated figures of groups above the scope are written now."""
    await session.exec(select(func.set_config("tracker.derives", answer, literal(True))))


async def codes(session: AsyncSession, places: list[Place]) -> dict[Place, dict[str, str]]:
    """The codes of each cell, as an audit event names it."""
    tables = {"metric": MetricRow, "organisation": OrganisationRow, "period": PeriodRow}
    named = {
        name: {key(each): each.code for each in await _rows(session, row, {getattr(place, name) for place in places})}
        for name, row in tables.items()
    }
    return {place: {name: named[name][getattr(place, name)] for name in tables} for place in places}


def _revise(figure: FigureRow, made: Made | None, source: int, publication: Publication) -> None:
    figure.revision += 1
    figure.published_at = publication.at
    figure.origin = FigureOrigin.DERIVED
    figure.source_id = source
    if made is None:
        # It cannot be calculated any more: its last value stays on record.
        figure.status = FigureStatus.WITHDRAWN
        return
    for name in MEASURED:
        setattr(figure, name, getattr(made, name, None))
    figure.qualifier = Qualifier.EXACT
    figure.rests_on, figure.of = made.rests_on, made.of
    figure.status = FigureStatus.PUBLISHED


def _revision(figure: FigureRow, publication: Publication) -> FigureRevisionRow:
    reason = publication.recalculated_because if figure.revision > 1 else None
    return revision_of(figure, publication, reason)


async def _new_figures(
    session: AsyncSession, made: Mapping[Place, Made | None], publication: Publication
) -> dict[Place, FigureRow]:
    """Figures of cells that had none, not yet revised."""
    metrics = {key(each): each for each in await _rows(session, MetricRow, {place.metric for place in made})}
    periods = {key(each): each for each in await _rows(session, PeriodRow, {place.period for place in made})}
    return {
        place: FigureRow(
            metric_id=place.metric,
            organisation_id=place.organisation,
            period_id=place.period,
            period_ends=periods[place.period].ends,
            unit=metrics[place.metric].unit,
            is_synthetic=metrics[place.metric].is_synthetic,
            value=each.value,
            source_id=0,
            published_at=publication.at,
            revision=0,
        )
        for place, each in made.items()
        if each is not None
    }


def _is_at(wanted: Any) -> Any:
    return (
        (wanted.c.metric_id == FigureRow.metric_id)
        & (wanted.c.organisation_id == FigureRow.organisation_id)
        & (wanted.c.period_id == FigureRow.period_id)
    )


async def _rows(session: AsyncSession, row: Any, ids: Set[int]) -> list[Any]:
    return list(await session.exec(select(row).where(among(row.id, ids, IDS))))
