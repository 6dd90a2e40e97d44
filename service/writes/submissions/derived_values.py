"""Cells that are calculated become values: what members' figures or parts make, or one figure less another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, func, literal, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus, Qualifier
from schema.sql.rollups import Span, roll_up
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, table
from service.writes.submissions.derived_cells import Derived, wanted_places
from service.writes.submissions.lookup_figures import array_rows
from service.writes.submissions.places import Place

_OF_PARTS = ("Calculated from its parts: all of them are no.", "Calculated from its parts: one at least is yes.")


@dataclass(frozen=True)
class Made:
    """A calculated figure, with from how many of how many members, and a sentence for readers."""

    value: Decimal
    note: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rests_on: int | None = None
    of: int | None = None

    @property
    def numbers(self) -> tuple[Any, ...]:
        """What makes it another figure when it changes."""
        return self.value, self.numerator, self.denominator, self.rests_on, self.of


async def values(session: AsyncSession, derived: Iterable[Derived]) -> dict[Place, Made]:
    """The figure of each cell that has one now: a cell is missing where nothing can be calculated."""
    listed = list(derived)
    of_parts = [each.place for each in listed if each.is_of_parts]
    from_members = [each.place for each in listed if each.less is None and not each.is_of_parts]
    return {
        **await _rolled_up(session, from_members),
        **await _answered(session, of_parts),
        **await _subtracted(session, listed),
    }


async def _rolled_up(session: AsyncSession, places: list[Place]) -> Mapping[Place, Made]:
    if not places:
        return {}
    wanted, metric, period = wanted_places(places), table(MetricRow).alias(), table(PeriodRow).alias()
    span = Span(wanted.c.period_id, period.c.starts, period.c.ends)
    made = roll_up(metric, table(FigureRow), wanted.c.organisation_id, span, wanted, period).lateral("made")
    rows = await (await session.connection()).execute(
        select(*wanted.c, made.c.value, made.c.numerator, made.c.denominator, made.c.rests_on, made.c.of)
        .select_from(
            wanted.join(metric, metric.c.id == wanted.c.metric_id)
            .join(period, period.c.id == wanted.c.period_id)
            .join(made, literal(True))
        )
        .where(made.c.value.is_not(None))
    )
    return {
        Place(*place): Made(value, f"Calculated from the figures of {rests_on} of {of} members.", *parts, rests_on, of)
        for *place, value, numerator, denominator, rests_on, of in rows
        for parts in [(numerator, denominator)]
    }


async def _answered(session: AsyncSession, places: list[Place]) -> Mapping[Place, Made]:
    """Yes where one of the parts is answered with yes; no where all of them are answered with no."""
    if not places:
        return {}
    wanted = wanted_places(places)
    part, organisation, figure = (table(each).alias() for each in (MetricRow, OrganisationRow, FigureRow))
    yes, answers = func.count().filter(figure.c.value == 1), func.count(figure.c.id)
    is_asked = (part.c.part_of_id == wanted.c.metric_id) & (organisation.c.kind == func.any(part.c.collected_from))
    rows = await (await session.connection()).execute(
        select(*wanted.c, yes)
        .select_from(
            wanted.join(organisation, organisation.c.id == wanted.c.organisation_id)
            .join(part, is_asked)
            .outerjoin(figure, _stands(figure, part.c.id, wanted.c.organisation_id, wanted.c.period_id))
        )
        .group_by(*wanted.c)
        .having((yes > 0) | (answers == func.count()))
    )
    return {Place(*place): Made(Decimal(said > 0), _OF_PARTS[said > 0]) for *place, said in rows}


async def _subtracted(session: AsyncSession, derived: list[Derived]) -> Mapping[Place, Made]:
    """One figure less another, where both are published and neither is an approximation."""
    rows = [(*each.place, *each.less) for each in derived if each.less is not None]
    if not rows:
        return {}
    names = ("metric_id", "organisation_id", "period_id", "less_organisation_id", "less_period_id")
    wanted = array_rows([(each, BigInteger()) for each in zip(*rows, strict=True)], *names)
    metric, period, before = (table(each).alias() for each in (MetricRow, PeriodRow, PeriodRow))
    figure, less = (table(FigureRow).alias() for _ in range(2))
    source = func.coalesce(metric.c.change_of_id, metric.c.difference_of_id)
    found = await (await session.connection()).execute(
        select(*list(wanted.c)[:3], figure.c.value - less.c.value, period.c.label, before.c.label).select_from(
            wanted.join(metric, metric.c.id == wanted.c.metric_id)
            .join(figure, _stands(figure, source, wanted.c.organisation_id, wanted.c.period_id))
            .join(less, _stands(less, source, wanted.c.less_organisation_id, wanted.c.less_period_id))
            .join(period, period.c.id == figure.c.period_id)
            .join(before, before.c.id == less.c.period_id)
        )
    )
    return {Place(*place): Made(value, _note(now, then)) for *place, value, now, then in found}


def _stands(figure: Any, metric: Any, organisation: Any, period: Any) -> Any:
    return (
        (figure.c.metric_id == metric)
        & (figure.c.organisation_id == organisation)
        & (figure.c.period_id == period)
        & (figure.c.status != FigureStatus.WITHDRAWN)
        & (figure.c.qualifier == Qualifier.EXACT)
    )


def _note(now: str, then: str) -> str:
    if now == then:
        return "Calculated from its own figure and its region's."
    return f"Calculated from the figures of {now} and {then}."
