"""What increases and differences are calculated from: the cells of two figures, one of which is subtracted."""

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Date, Text, cast, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import OrganisationKind
from schema.papers import Baseline
from schema.periods import parsed
from schema.tables import AncestryRow, MetricRow, OrganisationRow, table
from service.writes.submissions.lookup_figures import array_rows
from service.writes.submissions.validation.known import Cell


async def subtractions(
    session: AsyncSession, cells: set[Cell], metrics: Mapping[int, MetricRow]
) -> dict[Cell, tuple[Cell, Cell]]:
    """For each cell of an increase or a difference the cell of a figure, and that of the figure that is subtracted.

    It goes by codes of periods, because a draft's periods may be new.
    """
    return {**_changes(cells, metrics), **await _differences(session, cells, metrics)}


def _changes(cells: set[Cell], metrics: Mapping[int, MetricRow]) -> dict[Cell, tuple[Cell, Cell]]:
    """Each increase: from the same series, in its own period and in that of its baseline."""
    found = {}
    for metric, of, code in cells:
        source, since = metrics[metric].change_of_id, metrics[metric].change_since
        before = Baseline(since).before(parsed(code)) if since is not None else None
        if source is not None and before is not None:
            found[metric, of, code] = ((source, of, code), (source, of, before.code))
    return found


async def _differences(
    session: AsyncSession, cells: set[Cell], metrics: Mapping[int, MetricRow]
) -> dict[Cell, tuple[Cell, Cell]]:
    """Each difference: from the organisation's figure, and from its region's."""
    asked = sorted(cell for cell in cells if metrics[cell[0]].difference_of_id is not None)
    regions = await _regions(session, asked) if asked else {}
    found = {}
    for cell, region in regions.items():
        metric, of, code = cell
        source = metrics[metric].difference_of_id or 0
        found[cell] = ((source, of, code), (source, region, code))
    return found


async def _regions(session: AsyncSession, cells: Sequence[Cell]) -> dict[Cell, int]:
    """The region of each cell's organisation when its period ended."""
    columns = [(range(len(cells)), BigInteger()), ([of for _, of, __ in cells], BigInteger())]
    ends = [str(parsed(code).ends) for *_, code in cells]
    wanted = array_rows([*columns, (ends, Text())], "place", "organisation_id", "ends")
    stay, region = table(AncestryRow), table(OrganisationRow)
    on = cast(wanted.c.ends, Date)
    rows = await (await session.connection()).execute(
        select(wanted.c.place, region.c.id)
        .select_from(
            wanted.join(stay, (stay.c.member_id == wanted.c.organisation_id) & stay.c.period.op("@>")(on)).join(
                region, region.c.id == stay.c.ancestor_id
            )
        )
        .where(region.c.kind == OrganisationKind.REGION)
    )
    return {cells[place]: region_id for place, region_id in rows}
