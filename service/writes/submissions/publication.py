"""Entries become published figures: a first revision, the next one of a figure that changes, or its withdrawal."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus, Qualifier
from schema.periods import Period, columns
from schema.tables import FigureRevisionRow, FigureRow, NilReturnRow, PeriodRow, SourceRow, SubmissionRow
from service.viewer import Viewer
from service.writes.submissions.validation.entries import Entry, key
from service.writes.submissions.validation.history import is_change
from service.writes.submissions.validation.known import Known, Published

SOURCE = "Quarterly return to the primary care tracker"


@dataclass(frozen=True)
class Change:
    """An entry beside the figure that is published for its cell, if there is one."""

    entry: Entry
    published: Published | None

    @property
    def is_change(self) -> bool:
        """Whether it makes a revision."""
        return is_change(self.entry, self.published)

    def told(self) -> dict[str, Any]:
        """The change as an audit event tells it; numbers as text, so that none loses a digit."""
        return {
            "metric": self.entry.metric.code,
            "organisation": self.entry.organisation.code,
            "period": self.entry.period.code,
            "before": f"{self.published.value:f}" if self.published and self.published.stands else None,
            "after": None if self.entry.value is None else f"{self.entry.value:f}",
        }


@dataclass(frozen=True)
class Publication:
    """What is published together: in the name of a submission, by whom and when, for which reason."""

    submission: SubmissionRow
    quarter: Period
    by: Viewer
    at: dt.datetime
    # What readers are told at every figure without a note of its own.
    public_note: str | None = None


def compared(entries: Sequence[Entry], known: Known) -> list[Change]:
    """Each entry beside the figure that is published for it now."""
    return [Change(entry, known.published.get(entry.cell)) for entry in entries]


async def publish(session: AsyncSession, changes: Sequence[Change], publication: Publication) -> list[int]:
    """Write the revisions that are due. The ids of all figures come back, in the order of the changes."""
    periods = await recorded_periods(session, {change.entry.period for change in changes})
    source = await _source(session, publication)
    ids = {change.published.figure_id for change in changes if change.published}
    figures = {
        key(figure): figure for figure in await session.exec(select(FigureRow).where(col(FigureRow.id).in_(ids)))
    }
    given: list[FigureRow | None] = []
    for change in changes:
        figure = figures.get(change.published.figure_id) if change.published else None
        if change.is_change:
            figure = _revised(change.entry, figure, periods[change.entry.period.code], source, publication)
            session.add(figure)
        given.append(figure)
    await session.flush()
    for change, figure in zip(changes, given, strict=True):
        if change.is_change and figure is not None:
            session.add(_revision(figure, change.entry.reason, publication))
    await _nil_returns(session, [change.entry for change in changes], periods, publication)
    await session.flush()
    return [key(figure) for figure in given if figure is not None]


async def withdraw(
    session: AsyncSession, figures: Sequence[FigureRow], publication: Publication, *, reason: str
) -> None:
    """Take figures back: a further revision that says so, of the same value."""
    for figure in figures:
        figure.status = FigureStatus.WITHDRAWN
        figure.revision += 1
        figure.published_at = publication.at
        session.add(figure)
    await session.flush()
    for figure in figures:
        session.add(_revision(figure, reason, publication))
    await session.flush()


def _revised(
    entry: Entry, figure: FigureRow | None, period: PeriodRow, source: int, publication: Publication
) -> FigureRow:
    if figure is None:
        figure = FigureRow(
            metric_id=entry.series[0],
            unit=entry.metric.unit,
            is_synthetic=entry.metric.is_synthetic,
            organisation_id=entry.series[1],
            period_id=key(period),
            period_ends=period.ends,
            value=entry.value or Decimal(0),
            source_id=source,
            published_at=publication.at,
            revision=0,
        )
    figure.revision += 1
    figure.published_at = publication.at
    if entry.value is None:
        # A nil return over a figure takes it back: its last value stays on record.
        figure.status = FigureStatus.WITHDRAWN
        return figure
    figure.value, figure.numerator, figure.denominator = entry.value, entry.numerator, entry.denominator
    # Limits that a source printed belong to the value that it printed.
    figure.lower_confidence_limit = figure.upper_confidence_limit = None
    figure.qualifier, figure.status = Qualifier.EXACT, FigureStatus.PUBLISHED
    # A note belongs to the value that it was written for.
    figure.note = entry.note or publication.public_note
    figure.source_id = source
    return figure


def _revision(figure: FigureRow, reason: str | None, publication: Publication) -> FigureRevisionRow:
    same = FigureRevisionRow.model_fields.keys() & FigureRow.model_fields.keys()
    said = {name: getattr(figure, name) for name in same}
    why = reason or publication.submission.reason
    return FigureRevisionRow(
        **said,
        figure_id=key(figure),
        reason=why if figure.revision > 1 else None,
        published_by=publication.by.name,
        submission_id=publication.submission.id,
    )


async def _nil_returns(
    session: AsyncSession, entries: Sequence[Entry], periods: dict[str, PeriodRow], publication: Publication
) -> None:
    """Put the nil returns on record; a value where there was one takes it back."""
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
    await _taken_back(session, entries, periods, publication)
    if rows:
        statement = insert(NilReturnRow).values(rows)
        again = {name: statement.excluded[name] for name in ("submission_id", "published_at", "is_withdrawn")}
        keys = ["metric_id", "organisation_id", "period_id"]
        await session.exec(statement.on_conflict_do_update(index_elements=keys, set_=again))


async def _taken_back(
    session: AsyncSession, entries: Sequence[Entry], periods: dict[str, PeriodRow], publication: Publication
) -> None:
    """Nil returns end where a value is published, and where a new version of their submission has none any more."""
    cells = {(*entry.series, key(periods[entry.period.code])): entry for entry in entries}
    first = publication.submission.first_id
    is_of_chain = func.coalesce(SubmissionRow.first_id, SubmissionRow.id) == first
    found = await session.exec(
        select(NilReturnRow, is_of_chain)
        .outerjoin(SubmissionRow, col(SubmissionRow.id) == col(NilReturnRow.submission_id))
        .where(
            ~col(NilReturnRow.is_withdrawn),
            or_(is_of_chain, col(NilReturnRow.period_id).in_({period for _, __, period in cells})),
        )
    )
    for row, is_earlier in found:
        entry = cells.get((row.metric_id, row.organisation_id, row.period_id))
        if is_earlier if entry is None else not entry.is_nil_return:
            row.is_withdrawn = True
            session.add(row)


async def recorded_periods(session: AsyncSession, periods: set[Period]) -> dict[str, PeriodRow]:
    """The rows of periods by their codes, made where there was none."""
    if not periods:
        return {}
    rows = [columns(period) for period in sorted(periods, key=lambda each: each.code)]
    await session.exec(insert(PeriodRow).values(rows).on_conflict_do_nothing())
    found = await session.exec(select(PeriodRow).where(col(PeriodRow.code).in_([row["code"] for row in rows])))
    return {period.code: period for period in found}


async def _source(session: AsyncSession, publication: Publication) -> int:
    cited = {"title": SOURCE, "reference": publication.quarter.label}
    await session.exec(insert(SourceRow).values(**cited, published_on=publication.at.date()).on_conflict_do_nothing())
    found = await session.exec(select(SourceRow.id).filter_by(**cited))
    return int(found.one() or 0)
