"""A change of the register becomes the calculated figures that it changes: of groups with other members, and of boards
in another region.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus
from schema.periods import Period, parsed
from schema.tables import FigureRow, MetricRow, OrganisationRow, PeriodRow, table
from service.writes.naming import IDS, among
from service.writes.submissions.derivation import Derivation, derivation
from service.writes.submissions.derived_cells import Derived, differences
from service.writes.submissions.derived_values import Made, values
from service.writes.submissions.places import Place

_figure, _metric = table(FigureRow), table(MetricRow)
_organisation, _period = table(OrganisationRow), table(PeriodRow)
# What is subtracted where an organisation is in no region any more: no organisation and no period has this key.
NO_CELL = (0, 0)


@dataclass(frozen=True)
class Calculated:
    """What is calculated for some organisations: the cells, and the figures of those that have one."""

    cells: Mapping[Place, Derived]
    made: Mapping[Place, Made]

    def also(self, other: "Calculated") -> "Calculated":
        """The same, with what is calculated for others."""
        return Calculated({**other.cells, **self.cells}, {**other.made, **self.made})


NOTHING = Calculated({}, {})


async def calculated_since(session: AsyncSession, since: dt.date, of: Set[int]) -> Calculated:
    """What is calculated for some organisations in each period that ends on a day or later.

    That is what members' figures make for a group, and the difference of a board to its region.
    """
    if not of:
        return NOTHING
    listed = [*await _of_groups(session, since, of), *await _of_differences(session, since, of)]
    cells = {each.place: each for each in listed}
    return Calculated(cells, await values(session, cells.values()))


async def _of_groups(session: AsyncSession, since: dt.date, of: Set[int]) -> list[Derived]:
    rows = await (await session.connection()).execute(
        select(_metric.c.id, _organisation.c.id, _figure.c.period_id)
        .distinct()
        .select_from(
            _metric.join(_figure, _figure.c.metric_id == _metric.c.derived_from_id).join(
                _organisation, _organisation.c.kind == func.any(_metric.c.collected_from)
            )
        )
        .where(*_stand_since(since), among(_organisation.c.id, of, IDS))
    )
    return [Derived(Place(*row)) for row in rows]


async def _of_differences(session: AsyncSession, since: dt.date, of: Set[int]) -> list[Derived]:
    rows = await (await session.connection()).execute(
        select(_figure.c.metric_id, _figure.c.organisation_id, _figure.c.period_id)
        .distinct()
        .join_from(_figure, _metric, _metric.c.difference_of_id == _figure.c.metric_id)
        .where(*_stand_since(since), among(_figure.c.organisation_id, of, IDS))
    )
    found = await differences(session, [Place(*row) for row in rows])
    return [each for each in found if each.place.organisation in of]


def _stand_since(since: dt.date) -> tuple[ColumnElement[bool], ...]:
    return _figure.c.period_ends >= since, _figure.c.status != FigureStatus.WITHDRAWN


async def recalculations(
    session: AsyncSession, before: Calculated, since: dt.date, of: Set[int]
) -> list[tuple[Period, Derivation]]:
    """What has to be calculated again, since it is something else than before: quarter by quarter.

    Differences come after what members' figures make, on which they may rest.
    """
    after = await calculated_since(session, since, of)
    changed = {each for each in {*before.made, *after.made} if before.made.get(each) != after.made.get(each)}
    quarters = await _quarters(session, {place.period for place in changed})
    steps: dict[tuple[bool, Period], list[Derived]] = defaultdict(list)
    for place in sorted(changed):
        cell = after.cells.get(place) or Derived(place, NO_CELL)
        steps[cell.less is not None, quarters[place.period]].append(cell)
    return [
        (quarter, await derivation(session, (), first=steps[is_difference, quarter]))
        for is_difference, quarter in sorted(steps, key=lambda step: (step[0], step[1].ends))
    ]


async def _quarters(session: AsyncSession, periods: Iterable[int]) -> Mapping[int, Period]:
    """The quarter that each period ends in."""
    connection = await session.connection()
    rows = await connection.execute(select(_period.c.id, _period.c.quarter).where(_period.c.id.in_(list(periods))))
    return {at: parsed(quarter) for at, quarter in rows}
