"""A change of the register becomes the calculated figures that it changes: of groups whose members are others now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus
from schema.periods import Period, parsed
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, table
from service.writes.submissions.derivation import Derivation, derivation
from service.writes.submissions.derived_cells import Derived
from service.writes.submissions.derived_values import Made, values
from service.writes.submissions.places import Place

_figure, _metric = table(FigureRow), table(MetricRow)
_organisation, _period = table(OrganisationRow), table(PeriodRow)


async def made_since(session: AsyncSession, since: dt.date) -> Mapping[Place, Made]:
    """What members' figures make for each group, in each period that ends on a day or later."""
    connection = await session.connection()
    rows = await connection.execute(
        select(_metric.c.id, _organisation.c.id, _figure.c.period_id)
        .distinct()
        .select_from(
            _metric.join(_figure, _figure.c.metric_id == _metric.c.derived_from_id).join(
                _organisation, _organisation.c.kind == func.any(_metric.c.collected_from)
            )
        )
        .where(_figure.c.period_ends >= since, _figure.c.status != FigureStatus.WITHDRAWN)
    )
    return await values(session, [Derived(Place(*row)) for row in rows])


async def recalculations(
    session: AsyncSession, before: Mapping[Place, Made], since: dt.date
) -> list[tuple[Period, Derivation]]:
    """What has to be calculated again, since members' figures make something else than before: quarter by quarter."""
    after = await made_since(session, since)
    changed = {place for place in {*before, *after} if before.get(place) != after.get(place)}
    quarters = await _quarters(session, {place.period for place in changed})
    by_quarter: dict[Period, list[Derived]] = defaultdict(list)
    for place in sorted(changed):
        by_quarter[quarters[place.period]].append(Derived(place))
    return [
        (quarter, await derivation(session, (), first=by_quarter[quarter]))
        for quarter in sorted(by_quarter, key=lambda each: each.ends)
    ]


async def _quarters(session: AsyncSession, periods: Iterable[int]) -> Mapping[int, Period]:
    """The quarter that each period ends in."""
    connection = await session.connection()
    rows = await connection.execute(select(_period.c.id, _period.c.quarter).where(_period.c.id.in_(list(periods))))
    return {at: parsed(quarter) for at, quarter in rows}
