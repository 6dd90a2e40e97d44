"""Nil returns are recorded with a publication, and withdrawn where a value or a new version replaces them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.tables import NilReturnRow, PeriodRow, SubmissionRow, key
from service.writes.submissions.revisions import Publication
from service.writes.submissions.validation.entries import Entry


async def write_nil_returns(
    session: AsyncSession, entries: Sequence[Entry], periods: Mapping[str, PeriodRow], publication: Publication
) -> None:
    """Record the nil returns of a publication, and withdraw those that it replaces."""
    await _withdraw_replaced(session, entries, periods, publication)
    rows = [
        {
            "metric_id": entry.series[0],
            "organisation_id": entry.series[1],
            "period_id": key(periods[entry.period.code]),
            "period_ends": entry.period.ends,
            "submission_id": publication.submission.id,
            "published_at": publication.at,
            "is_withdrawn": False,
        }
        for entry in entries
        if entry.is_nil_return
    ]
    if rows:
        statement = insert(NilReturnRow).values(rows)
        again = {name: statement.excluded[name] for name in ("submission_id", "published_at", "is_withdrawn")}
        keys = ["metric_id", "organisation_id", "period_id"]
        await session.exec(statement.on_conflict_do_update(index_elements=keys, set_=again))


async def withdraw_nil_returns(session: AsyncSession, submission: SubmissionRow) -> None:
    """Withdraw the nil returns of a submission."""
    await session.exec(
        update(NilReturnRow).where(col(NilReturnRow.submission_id) == submission.id).values(is_withdrawn=True)
    )


async def _withdraw_replaced(
    session: AsyncSession, entries: Sequence[Entry], periods: Mapping[str, PeriodRow], publication: Publication
) -> None:
    """Withdraw nil returns where a value is published, and those that a new version of their submission leaves out."""
    cells = {(*entry.series, key(periods[entry.period.code])): entry for entry in entries}
    first = publication.submission.first_id
    is_of_chain = func.coalesce(SubmissionRow.first_id, SubmissionRow.id) == first
    rows = await session.exec(
        select(NilReturnRow, is_of_chain)
        .outerjoin(SubmissionRow, col(SubmissionRow.id) == col(NilReturnRow.submission_id))
        .where(
            ~col(NilReturnRow.is_withdrawn),
            or_(is_of_chain, col(NilReturnRow.period_id).in_({period for _, __, period in cells})),
        )
    )
    for row, is_earlier in rows:
        entry = cells.get((row.metric_id, row.organisation_id, row.period_id))
        if is_earlier if entry is None else not entry.is_nil_return:
            row.is_withdrawn = True
            session.add(row)
    await session.flush()
