"""When figures of a quarter can be submitted, and when they are late: of all series, and of some."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import case, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.periods import Period
from schema.tables import CollectionExceptionRow, CollectionRow, OrganisationRow, QuarterRow, key
from service.writes.naming import IDS, among
from service.writes.submissions.validation.known import Deadline, Series

DAY = dt.timedelta(days=1)


async def of_quarter(session: AsyncSession, code: str) -> Deadline:
    """The dates of a quarter; none where no dates are set."""
    quarter = await session.get(QuarterRow, code)
    return Deadline() if quarter is None else Deadline(quarter.opens_on, quarter.soft_deadline, quarter.hard_deadline)


async def own_deadlines(
    session: AsyncSession,
    series: set[Series],
    organisations: Iterable[OrganisationRow],
    quarter: Period,
    whole: Deadline,
) -> dict[Series, Deadline]:
    """The deadline of each series that has another than the whole quarter: by its collection, or by an exception."""
    kinds = {key(organisation): organisation.kind for organisation in organisations}
    due = await session.exec(
        select(CollectionRow).where(
            among(CollectionRow.metric_id, {metric for metric, _ in series}, IDS),
            CollectionRow.starts <= quarter.ends,
            case((col(CollectionRow.ends).is_(None), True), else_=col(CollectionRow.ends) >= quarter.ends),
            or_(col(CollectionRow.due_days).is_not(None), col(CollectionRow.due).is_not(None)),
        )
    )
    own = {
        (each.metric_id, each.kind): each.due if each.due_days is None else quarter.ends + each.due_days * DAY
        for each in due
        if int(quarter.code[-1]) in each.quarters
    }
    exceptions = await session.exec(
        select(CollectionExceptionRow)
        .where(CollectionExceptionRow.quarter == quarter.code)
        .order_by(col(CollectionExceptionRow.id))
    )
    latest = {(each.metric_id, each.organisation_id): (each.id or 0, each.until) for each in exceptions}
    deadlines = {}
    for metric, of in series:
        soft = own.get((metric, kinds[of]), whole.soft)
        # The latest exception for it counts, as it does for what is collected.
        _, until = max((latest[place] for place in ((metric, of), (None, of)) if place in latest), default=(0, None))
        if soft != whole.soft or until is not None:
            deadlines[metric, of] = Deadline(whole.opens_on, _later(soft, until), _later(whole.hard, until))
    return deadlines


def _later(day: dt.date | None, until: dt.date | None) -> dt.date | None:
    """A deadline that an exception extends; no deadline stays none."""
    return day if day is None or until is None else max(day, until)
