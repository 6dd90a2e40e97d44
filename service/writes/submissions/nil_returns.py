"""Nil returns are recorded with a publication, replaced by values and new versions, and stand again after them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus
from schema.tables import (
    FigureRow,
    NilReturnRow,
    ReplacedNilReturnRow,
    SubmissionEntryRow,
    SubmissionRow,
    key,
)
from service.writes.naming import IDS
from service.writes.submissions.places import Place
from service.writes.submissions.restorations import standing_revisions, withdrawn
from service.writes.submissions.validation.entries import Entry

_KEYS = ("metric_id", "organisation_id", "period_id")
_FOR_GOOD = dt.datetime.max.replace(tzinfo=dt.UTC)
_SAID = (*_KEYS, "period_ends", "submission_id", "published_at")


@dataclass(frozen=True)
class Answers:
    """What a submission that is published says about its cells; about the skipped ones it says nothing."""

    submission: SubmissionRow
    entries: Mapping[Place, Entry]
    skipped: Set[Place]


async def write_nil_returns(session: AsyncSession, answers: Sequence[Answers], *, at: dt.datetime) -> None:
    """Record the nil returns of some submissions, and replace those that they contradict; one that stands stays."""
    standing = await _replace_contradicted(session, answers)
    rows = [
        {
            **dict(zip(_KEYS, place, strict=True)),
            "period_ends": entry.period.ends,
            "submission_id": each.submission.id,
            "published_at": at,
        }
        for each in answers
        for place, entry in each.entries.items()
        if entry.is_nil_return and place not in standing
    ]
    await _write(session, rows)


async def end_nil_return(session: AsyncSession, figure: FigureRow) -> None:
    """End the nil return of a figure's cell: somebody has restored the figure."""
    rows = await session.exec(
        select(NilReturnRow).where(
            NilReturnRow.metric_id == figure.metric_id,
            NilReturnRow.organisation_id == figure.organisation_id,
            NilReturnRow.period_id == figure.period_id,
            ~col(NilReturnRow.is_withdrawn),
        )
    )
    for row in rows:
        row.is_withdrawn = True
        session.add(row)
    await session.flush()


async def withdraw_nil_returns(session: AsyncSession, submission: SubmissionRow) -> None:
    """Withdraw the nil returns of a submission, and let those stand again that only it replaced."""
    own = await session.exec(select(NilReturnRow).where(NilReturnRow.submission_id == submission.id))
    for row in own:
        row.is_withdrawn = True
        session.add(row)
    await session.flush()
    await _write(session, await _standing_again(session, submission))


async def _standing_again(session: AsyncSession, submission: SubmissionRow) -> list[dict[str, Any]]:
    """The nil returns that stand once a submission is withdrawn: replaced by what is withdrawn, in an empty cell."""
    replaced = await session.exec(
        select(ReplacedNilReturnRow)
        .where(_in(ReplacedNilReturnRow, _cells_of(submission)))
        .order_by(col(ReplacedNilReturnRow.id))
    )
    # How each nil return was replaced last.
    last = {(*Place.of(row), row.submission_id): row for row in replaced}
    if not last:
        return []
    involved = {each for row in last.values() for each in (row.submission_id, row.replaced_by_id)}
    gone = {key(submission)} | await withdrawn(session, involved)
    taken = await _taken_since(session, {Place.of(row) for row in last.values()}, submission)
    again = {
        Place.of(row): row
        for row in last.values()
        if row.replaced_by_id in gone
        and row.submission_id not in gone
        and taken.get(Place.of(row), row.published_at) <= row.published_at
    }
    return [{name: getattr(row, name) for name in _SAID} for row in again.values()]


def _cells_of(submission: SubmissionRow) -> Any:
    """The cells of a submission and of the version that it amends: what it can have replaced."""
    versions = [each for each in (submission.id, submission.amends_id) if each is not None]
    return select(*(getattr(SubmissionEntryRow, name) for name in _KEYS)).where(
        col(SubmissionEntryRow.submission_id).in_(versions)
    )


async def _taken_since(
    session: AsyncSession, places: set[Place], submission: SubmissionRow
) -> dict[Place, dt.datetime]:
    """Since when something else stands in some cells: another nil return, a figure, or its withdrawal."""
    nil_returns = await session.exec(
        select(NilReturnRow).where(_in(NilReturnRow, places), ~col(NilReturnRow.is_withdrawn))
    )
    taken = {Place.of(row): _FOR_GOOD for row in nil_returns}
    figures = (await session.exec(select(FigureRow).where(_in(FigureRow, places)))).all()
    standing = await standing_revisions(session, figures, without=key(submission))
    for figure in figures:
        revision = standing.get(key(figure))
        if figure.status != FigureStatus.WITHDRAWN:
            taken[Place.of(figure)] = _FOR_GOOD
        elif revision is not None:
            taken.setdefault(Place.of(figure), revision.published_at)
    return taken


def _in(row: Any, places: Any) -> Any:
    return tuple_(*(col(getattr(row, name)) for name in _KEYS)).in_(places)


async def _replace_contradicted(session: AsyncSession, answers: Sequence[Answers]) -> set[Place]:
    """Replace nil returns where a value is published, and those that a new version of their submission leaves out.

    The cells of the others, which still stand, come back.
    """
    amending = {each.submission.first_id: each for each in answers if each.submission.first_id is not None}
    saying = {place: each for each in answers for place in each.entries}
    given = {"chains": sorted(amending), "periods": sorted({place.period for place in saying})}
    rows = await session.exec(_concerned(), params=given)
    replaced, standing = [], set()
    for row, first in rows:
        place = Place.of(row)
        by = saying.get(place) or amending.get(first)
        if by is None or place in by.skipped or ((entry := by.entries.get(place)) and entry.is_nil_return):
            standing.add(place)
        else:
            replaced.append((row, key(by.submission)))
    await _replace(session, replaced)
    return standing


@cache
def _concerned() -> Any:
    """The nil returns that stand in some periods, or are of earlier versions, each with the first version."""
    chain = func.coalesce(SubmissionRow.first_id, SubmissionRow.id)
    is_of_chain = chain == func.any(bindparam("chains", type_=IDS))
    is_in_period = col(NilReturnRow.period_id) == func.any(bindparam("periods", type_=IDS))
    return (
        select(NilReturnRow, chain)
        .outerjoin(SubmissionRow, col(SubmissionRow.id) == col(NilReturnRow.submission_id))
        .where(~col(NilReturnRow.is_withdrawn), or_(is_of_chain, is_in_period))
    )


async def _replace(session: AsyncSession, rows: Iterable[tuple[NilReturnRow, int]]) -> None:
    """Replace each nil return by a submission."""
    for row, by in rows:
        row.is_withdrawn = True
        session.add(row)
        said = {name: getattr(row, name) for name in _SAID}
        session.add(ReplacedNilReturnRow(**said, replaced_by_id=by))
    await session.flush()


async def _write(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write nil returns that stand, in the places of withdrawn ones."""
    if not rows:
        return
    statement = insert(NilReturnRow).values([{**row, "is_withdrawn": False} for row in rows])
    again = {name: statement.excluded[name] for name in ("submission_id", "published_at", "is_withdrawn")}
    await session.exec(statement.on_conflict_do_update(index_elements=list(_KEYS), set_=again))
