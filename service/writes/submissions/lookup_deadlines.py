"""When figures of a quarter can be submitted, and when they are late: of all series, and of some."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Text, bindparam, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.computed_inputs.record import Record, reader
from schema.periods import Period
from schema.tables import CollectionExceptionRow, CollectionRow, OrganisationRow, QuarterRow, key, table
from service.writes.submissions.validation.known import Deadline, Series

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Collected:
    """What a metric is collected from with a day of its own: for some quarters of a year."""

    metric_id: int
    kind: str
    quarters: Sequence[int]
    due: dt.date | None
    due_days: int | None


@dataclass(frozen=True)
class _Extended:
    """A later day for an organisation, or for one of its metrics; None: it need not answer."""

    id: int
    metric_id: int | None
    organisation_id: int
    until: dt.date | None


_COLLECTED, _EXTENDED = Record(_Collected, CollectionRow), Record(_Extended, CollectionExceptionRow)
_read_collected, _read_extended = reader(tuple[_Collected, ...]), reader(tuple[_Extended, ...])


async def deadlines(
    session: AsyncSession, series: set[Series], organisations: Iterable[OrganisationRow], quarter: Period
) -> tuple[Deadline, dict[Series, Deadline]]:
    """The dates of a quarter, none where none are set; and of each series with others than these.

    A series has its own by its collection, or by an exception.
    """
    given = {"quarter": quarter.code, "ends": quarter.ends, "metrics": sorted({metric for metric, _ in series})}
    [(*dates, collected, extended)] = await (await session.connection()).execute(_dates(), given)
    whole = Deadline(*dates)
    kinds = {key(organisation): organisation.kind for organisation in organisations}
    own = {
        (each.metric_id, each.kind): each.due if each.due_days is None else quarter.ends + each.due_days * DAY
        for each in _read_collected(collected)
        if int(quarter.code[-1]) in each.quarters
    }
    latest = {(each.metric_id, each.organisation_id): (each.id, each.until) for each in _read_extended(extended)}
    found = {}
    for metric, of in series:
        soft = own.get((metric, kinds[of]), whole.soft)
        # The latest exception for it counts, as it does for what is collected.
        _, until = max((latest[place] for place in ((metric, of), (None, of)) if place in latest), default=(0, None))
        if soft != whole.soft or until is not None:
            found[metric, of] = Deadline(whole.opens_on, _later(soft, until), _later(whole.hard, until))
    return whole, found


@cache
def _dates() -> Any:
    """The statement of that: one row, with the dates of the quarter, the collections and the exceptions."""
    code, ends = bindparam("quarter", type_=Text()), bindparam("ends", type_=Date())
    metrics = bindparam("metrics", type_=ARRAY(BigInteger()))
    quarter, collection, exception = (table(each) for each in (QuarterRow, CollectionRow, CollectionExceptionRow))
    collected = _COLLECTED.list(
        collection,
        source=collection,
        where=[
            collection.c.metric_id == func.any(metrics),
            collection.c.starts <= ends,
            case((collection.c.ends.is_(None), True), else_=collection.c.ends >= ends),
            or_(collection.c.due_days.is_not(None), collection.c.due.is_not(None)),
        ],
        order=[collection.c.id],
        around=[],
    )
    extended = _EXTENDED.list(
        exception, source=exception, where=[exception.c.quarter == code], order=[exception.c.id], around=[]
    )
    one = select(literal(1).label("row")).subquery("one")
    dates = (quarter.c.opens_on, quarter.c.soft_deadline, quarter.c.hard_deadline)
    return select(*dates, collected, extended).select_from(one.outerjoin(quarter, quarter.c.code == code))


def _later(day: dt.date | None, until: dt.date | None) -> dt.date | None:
    """A deadline that an exception extends; no deadline stays none."""
    return day if day is None or until is None else max(day, until)
