"""A version replaces the one that it amends: what it leaves out, and what becomes of the one before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, func
from sqlmodel import col, select

from schema.enumerations import FigureStatus, SubmissionStatus
from schema.lifecycle import AMENDED, RESTORED
from schema.sql.revised import is_current
from schema.tables import FigureRevisionRow, FigureRow, SubmissionEntryRow, SubmissionRow, key, table
from service.writes.naming import IDS, among
from service.writes.submissions.desk import Desk, desks_for
from service.writes.submissions.lookup_figures import array_rows
from service.writes.trust import audit


async def lock_amended(desks: Sequence[Desk]) -> Mapping[int, SubmissionRow]:
    """The versions that some submissions amend, locked until the transaction ends, by their keys."""
    amended = {desk.submission.amends_id for desk in desks} - {None}
    if not amended:
        return {}
    rows = await desks[0].session.exec(
        select(SubmissionRow)
        .where(among(SubmissionRow.id, amended, IDS))
        .order_by(col(SubmissionRow.id))
        .with_for_update()
    )
    return {key(row): row for row in rows}


async def supersede(desks: Sequence[Desk]) -> list[audit.Event]:
    """Take the versions that some submissions amend to SUPERSEDED; their events come back."""
    return await _move_amended(desks, AMENDED, "submission.supersede", [desk.submission.reason for desk in desks])


async def restore_amended(desk: Desk, reason: str) -> list[audit.Event]:
    """Take the version that a withdrawn amendment replaced to PUBLISHED again; its event comes back."""
    return await _move_amended([desk], RESTORED, "submission.restore", [reason])


async def _move_amended(
    desks: Sequence[Desk], step: tuple[SubmissionStatus, SubmissionStatus], event: str, reasons: Sequence[str | None]
) -> list[audit.Event]:
    before, after = step
    amended = await lock_amended(desks)
    moved = [
        (desk, row, reason)
        for desk, reason in zip(desks, reasons, strict=True)
        if (row := amended.get(desk.submission.amends_id or 0)) is not None and row.status == before
    ]
    if not moved:
        return []
    versions = await desks_for(desks[0].work, [row for _, row, __ in moved], at=desks[0].at)
    events = []
    for (desk, row, reason), old in zip(moved, versions, strict=True):
        row.status = after
        events.append(old.changed(event, reason=reason, **{"from": before, "to": after, "by": desk.submission.id}))
    return events


async def left_out_figures(desks: Sequence[Desk]) -> Mapping[int, list[FigureRow]]:
    """For each submission the figures that an earlier version of it published, and that it leaves out."""
    amending = [desk.submission for desk in desks if desk.submission.amends_id is not None]
    if not amending:
        return {}
    firsts = {
        at: each.first_id or key(each) for each in amending for at in (key(each), each.amends_id) if at is not None
    }
    figures = await _figures_of(desks[0], firsts)
    return {
        key(each): [row for row in figures[each.amends_id or 0] if row not in figures[key(each)]] for each in amending
    }


async def _figures_of(desk: Desk, firsts: Mapping[int, int]) -> Mapping[int, list[FigureRow]]:
    """The current figures in the cells of some versions, where these or other versions of them published them last.

    `firsts` are the first versions, by the keys of the versions.
    """
    wanted = array_rows([(list(firsts), BigInteger()), (list(firsts.values()), BigInteger())], "version", "first")
    rows = await desk.session.exec(
        select(SubmissionEntryRow.submission_id, FigureRow)
        .join(wanted, wanted.c.version == SubmissionEntryRow.submission_id)
        .join(
            FigureRow,
            (col(SubmissionEntryRow.metric_id) == col(FigureRow.metric_id))
            & (col(SubmissionEntryRow.organisation_id) == col(FigureRow.organisation_id))
            & (col(SubmissionEntryRow.period_id) == col(FigureRow.period_id)),
        )
        .join(FigureRevisionRow, is_current(table(FigureRow), table(FigureRevisionRow)))
        .join(SubmissionRow, col(SubmissionRow.id) == col(FigureRevisionRow.submission_id))
        .where(
            func.coalesce(SubmissionRow.first_id, SubmissionRow.id) == wanted.c.first,
            FigureRow.status != FigureStatus.WITHDRAWN,
        )
        .order_by(col(FigureRow.id))
    )
    figures: Mapping[int, list[FigureRow]] = defaultdict(list)
    for version, figure in rows:
        figures[version].append(figure)
    return figures
