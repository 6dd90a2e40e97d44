"""Figures that change become the cells that are calculated from them: of groups, wholes, later periods, boards."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel import select as rows_of
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind, Unit
from schema.papers import Baseline
from schema.periods import parsed
from schema.tables import AncestryRow, FigureRow, MetricRow, OrganisationRow, PeriodRow, key, table
from service.writes.naming import IDS, among
from service.writes.submissions.families import known_families
from service.writes.submissions.lookup_figures import array_rows
from service.writes.submissions.places import Place


@dataclass(frozen=True)
class Derived:
    """A place whose figure is calculated: from members' figures, from its parts, or as one figure less another.

    `less` is the organisation and the period of the figure that is subtracted.
    """

    place: Place
    less: tuple[int, int] | None = None
    is_of_parts: bool = False


async def following(session: AsyncSession, places: Iterable[Place]) -> list[Derived]:
    """What is calculated directly from the figures in some places."""
    changed = sorted(set(places))
    metrics = await _metrics_from(session, {place.metric for place in changed})
    if not metrics:
        return []
    return [
        *await _groups(session, changed, [each for each in metrics if each.derived_from_id is not None]),
        *await _changes(session, changed, [each for each in metrics if each.change_of_id is not None]),
        *(await differences(session, changed) if any(each.difference_of_id is not None for each in metrics) else ()),
        *(await _wholes(session, changed) if any(each.unit == Unit.YES_NO for each in metrics) else ()),
    ]


async def themselves(session: AsyncSession, places: Iterable[Place]) -> list[Derived]:
    """Those of some places that are calculated themselves."""
    asked = set(places)
    if not asked:
        return []
    metrics = await session.exec(rows_of(MetricRow).where(among(MetricRow.id, {each.metric for each in asked}, IDS)))
    derived = {key(each): each for each in metrics}
    sources = {
        Place(source, place.organisation, place.period)
        for place in asked
        if (source := derived[place.metric].change_of_id or derived[place.metric].difference_of_id) is not None
    }
    from_members = [Derived(place) for place in sorted(asked) if derived[place.metric].derived_from_id is not None]
    # Without parts, nothing is made of one of these.
    of_parts = [Derived(place, is_of_parts=True) for place in asked if derived[place.metric].unit == Unit.YES_NO]
    return [*from_members, *of_parts] + [each for each in await following(session, sources) if each.place in asked]


async def _metrics_from(session: AsyncSession, sources: set[int]) -> list[MetricRow]:
    """The metrics that are calculated from some others."""
    related = known_families(session)
    if sources <= related.keys():
        return list({key(each): each for source in sources for each in related[source].following}.values())
    links = (MetricRow.derived_from_id, MetricRow.change_of_id, MetricRow.difference_of_id)
    wholes = rows_of(MetricRow.part_of_id).where(among(MetricRow.id, sources, IDS))
    is_whole = (col(MetricRow.unit) == Unit.YES_NO) & col(MetricRow.id).in_(wholes)
    rows = await session.exec(rows_of(MetricRow).where(or_(*(among(link, sources, IDS) for link in links), is_whole)))
    return list(rows)


async def _groups(session: AsyncSession, changed: list[Place], metrics: list[MetricRow]) -> list[Derived]:
    """The groups that the organisations were in during the period, of the kinds that a metric is collected from."""
    if not metrics:
        return []
    wanted, metric, period, stay, group = _joined(changed)
    whole = table(PeriodRow).alias("whole")
    days = func.daterange(period.c.starts, period.c.ends, "[]")
    rows = await (await session.connection()).execute(
        select(metric.c.id, group.c.id, whole.c.id)
        .distinct()
        .select_from(
            wanted.join(metric, metric.c.derived_from_id == wanted.c.metric_id)
            .join(period, period.c.id == wanted.c.period_id)
            .join(stay, (stay.c.member_id == wanted.c.organisation_id) & stay.c.period.op("&&")(days))
            .join(group, (group.c.id == stay.c.ancestor_id) & (group.c.kind == func.any(metric.c.collected_from)))
            .join(whole, _is_whole(whole, period, metric))
        )
        .order_by(metric.c.id, group.c.id, whole.c.id)
    )
    return [Derived(Place(*row)) for row in rows]


def _is_whole(whole: Any, period: Any, metric: Any) -> Any:
    """Whether a period is another one, or one that it is a part of and that members have figures for."""
    figure = table(FigureRow).alias()
    has_figures = select(figure.c.id).where(figure.c.metric_id == metric.c.derived_from_id)
    is_part = (whole.c.starts <= period.c.starts) & (whole.c.ends >= period.c.ends)
    return (whole.c.id == period.c.id) | (
        is_part & has_figures.where(figure.c.period_id == whole.c.id).correlate(whole, metric).exists()
    )


async def _changes(session: AsyncSession, changed: list[Place], metrics: list[MetricRow]) -> list[Derived]:
    """The changes that end or start with a figure: those of its own period, and those of the periods after it."""
    if not metrics:
        return []
    kinds = await _kinds(session, {place.organisation for place in changed})
    codes = {key(row): row.code for row in await _periods(session, {place.period for place in changed}, PeriodRow.id)}
    wanted = [
        (key(metric), place.organisation, now, before)
        for metric in metrics
        for place in changed
        if place.metric == metric.change_of_id and kinds[place.organisation] in metric.collected_from
        for now, before in _stretches(Baseline(metric.change_since or ""), codes[place.period])
    ]
    named = {code for _, __, *both in wanted for code in both}
    known = {row.code: key(row) for row in await _periods(session, named, PeriodRow.code)}
    return [
        Derived(Place(metric, of, known[now]), (of, known[before]))
        for metric, of, now, before in sorted(set(wanted))
        if now in known and before in known
    ]


def _stretches(since: Baseline, code: str) -> Iterator[tuple[str, str]]:
    """The periods of the changes that a figure is one end of, each with its baseline."""
    period = parsed(code)
    if (before := since.before(period)) is not None:
        yield code, before.code
    yield from ((later.code, code) for later in since.after(period))


async def _wholes(session: AsyncSession, changed: list[Place]) -> list[Derived]:
    """The yes or no that each answer is a part of, of the same organisation and period."""
    wanted, organisation = wanted_places(changed), table(OrganisationRow).alias()
    part, whole = (table(MetricRow).alias() for _ in range(2))
    rows = await (await session.connection()).execute(
        select(whole.c.id, wanted.c.organisation_id, wanted.c.period_id)
        .distinct()
        .select_from(
            wanted.join(part, part.c.id == wanted.c.metric_id)
            .join(whole, (whole.c.id == part.c.part_of_id) & (whole.c.unit == Unit.YES_NO))
            .join(organisation, organisation.c.id == wanted.c.organisation_id)
        )
        .where(organisation.c.kind == func.any(whole.c.collected_from))
        .order_by(whole.c.id, wanted.c.organisation_id, wanted.c.period_id)
    )
    return [Derived(Place(*row), is_of_parts=True) for row in rows]


async def differences(session: AsyncSession, changed: list[Place]) -> list[Derived]:
    """The differences between a member and its region: of the member whose figure it is, or of all of a region's."""
    if not changed:
        return []
    wanted, metric, period, stay, member = _joined(changed)
    region = table(OrganisationRow).alias("region")
    rows = await (await session.connection()).execute(
        select(metric.c.id, member.c.id, wanted.c.period_id, region.c.id)
        .distinct()
        .select_from(
            wanted.join(metric, metric.c.difference_of_id == wanted.c.metric_id)
            .join(period, period.c.id == wanted.c.period_id)
            .join(
                stay,
                or_(stay.c.member_id == wanted.c.organisation_id, stay.c.ancestor_id == wanted.c.organisation_id)
                & stay.c.period.op("@>")(period.c.ends),
            )
            .join(region, (region.c.id == stay.c.ancestor_id) & (region.c.kind == OrganisationKind.REGION))
            .join(member, (member.c.id == stay.c.member_id) & (member.c.kind == func.any(metric.c.collected_from)))
        )
        .order_by(metric.c.id, member.c.id, wanted.c.period_id)
    )
    return [Derived(Place(metric, of, at), (region, at)) for metric, of, at, region in rows]


def _joined(changed: list[Place]) -> tuple[Any, ...]:
    """The places as rows of a statement, and the tables that lead on from them."""
    return wanted_places(changed), *(
        table(each).alias() for each in (MetricRow, PeriodRow, AncestryRow, OrganisationRow)
    )


def wanted_places(places: Iterable[Place]) -> Any:
    """Some places as rows of a statement: `metric_id`, `organisation_id`, `period_id`."""
    columns = list(zip(*places, strict=True))
    return array_rows([(each, IDS.item_type) for each in columns], "metric_id", "organisation_id", "period_id")


async def _kinds(session: AsyncSession, organisations: set[int]) -> Mapping[int, str]:
    rows = await session.exec(rows_of(OrganisationRow).where(among(OrganisationRow.id, organisations, IDS)))
    return {key(each): each.kind for each in rows}


async def _periods(session: AsyncSession, wanted: set[Any], by: Any) -> list[PeriodRow]:
    return list(await session.exec(rows_of(PeriodRow).where(col(by).in_(wanted))))
