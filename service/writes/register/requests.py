"""The figures that are requested in some quarters: what a change of the register is compared by."""

import datetime as dt
from collections.abc import Iterator, Set
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, cast, false, func, not_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.periods import parsed, quarter_of
from schema.sql.collections import requested
from schema.tables import CollectionRow, table
from service.writes.naming import IDS
from service.writes.register.begin import DAY

Request = tuple[str, int, int]
_collection = table(CollectionRow)
_FIRST = select(func.min(_collection.c.starts))


async def requests(session: AsyncSession, since: dt.date, today: dt.date, of: Set[int] | None = None) -> set[Request]:
    """The figures that are requested in the quarters from one day to the other: quarter, metric, organisation.

    `of` are the keys of the organisations that matter; None for all.
    """
    connection = await session.connection()
    first = (await connection.execute(_FIRST)).scalar_one()
    ends = [] if first is None else list(_quarters(max(first, since), max(since, today)))
    if not ends or (of is not None and not of):
        return set()
    given = {"ends": ends} if of is None else {"ends": ends, "of": sorted(of)}
    found = await connection.execute(_requested(is_of_some=of is not None), given)
    return {(quarter_of(day), metric, organisation) for day, metric, organisation in found}


@cache
def _requested(*, is_of_some: bool) -> Select[Any]:
    """The statement, built once: a file of changes runs it hundreds of times."""
    quarter = func.unnest(bindparam("ends", type_=ARRAY(Date))).table_valued("ends", name="quarter").render_derived()
    on = cast(quarter.c.ends, Date)
    rows = requested(on, None, false(), quarter).lateral("requested")
    columns = select(on, rows.c.metric_id, rows.c.organisation_id).select_from(quarter.join(rows, true()))
    all_of_them = columns.where(not_(rows.c.is_exempt))
    return (
        all_of_them.where(rows.c.organisation_id == func.any(bindparam("of", type_=IDS))) if is_of_some else all_of_them
    )


def _quarters(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The last days of the quarters from that of one day to that of another."""
    while (ends := parsed(quarter_of(first)).ends) <= parsed(quarter_of(last)).ends:
        yield ends
        first = ends + DAY
