"""The figures that are requested in some quarters: what a change of the register is compared by."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Date, cast, false, func, literal, not_, select, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.periods import parsed, quarter_of
from schema.sql.collections import requested
from schema.tables import CollectionRow, table
from service.writes.register.begin import DAY

Request = tuple[str, int, int]
_collection = table(CollectionRow)


async def requests(session: AsyncSession, since: dt.date, today: dt.date) -> set[Request]:
    """The figures that are requested in the quarters from one day to the other: quarter, metric, organisation."""
    connection = await session.connection()
    first = (await connection.execute(select(func.min(_collection.c.starts)))).scalar_one()
    quarters = [] if first is None else list(_quarters(max(first, since), max(since, today)))
    if not quarters:
        return set()
    each = []
    for ends in quarters:
        rows = requested(cast(literal(ends), Date), None, false()).subquery()
        columns = select(literal(quarter_of(ends)), rows.c.metric_id, rows.c.organisation_id)
        each.append(columns.where(not_(rows.c.is_exempt)))
    found = await connection.execute(union_all(*each))
    return {(quarter, metric, of) for quarter, metric, of in found}


def _quarters(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The last days of the quarters from that of one day to that of another."""
    while (ends := parsed(quarter_of(first)).ends) <= parsed(quarter_of(last)).ends:
        yield ends
        first = ends + DAY
