"""Entries without problems become published figures: a first revision, or the next one of a figure that changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, func, literal
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.enumerations import FigureStatus, Qualifier
from schema.periods import Period, columns
from schema.tables import FigureRevisionRow, FigureRow, MetricRow, OrganisationRow, PeriodRow, SourceRow
from service.viewer import Viewer
from service.writes.validation import Entry

TEXTS = ARRAY(Text())
SOURCE = "Quarterly return to the primary care tracker"


@dataclass(frozen=True)
class Change:
    """An entry beside the figure that is published for its cell, if there is one.

    `before` is the value that was published when they were compared: publishing changes the figure itself.
    """

    entry: Entry
    figure: FigureRow | None
    before: Decimal | None
    is_change: bool

    def told(self) -> dict[str, Any]:
        """The change as an audit event tells it; numbers as text, so that none loses a digit."""
        return {
            "metric": self.entry.metric.code,
            "organisation": self.entry.organisation.code,
            "period": self.entry.period.code,
            "before": None if self.before is None else f"{self.before:f}",
            "after": f"{self.entry.value:f}",
        }


async def compared(session: AsyncSession, entries: Sequence[Entry]) -> list[Change]:
    """Each entry beside the figure that is published for it now."""
    if not entries:
        return []
    codes = literal(sorted({entry.period.code for entry in entries}), type_=TEXTS)
    found = await session.exec(
        select(FigureRow, PeriodRow.code)
        .join(PeriodRow, col(PeriodRow.id) == col(FigureRow.period_id))
        .where(
            col(FigureRow.metric_id).in_({entry.metric.id for entry in entries}),
            col(FigureRow.organisation_id).in_({entry.organisation.id for entry in entries}),
            col(PeriodRow.code) == func.any(codes),
        )
    )
    published = {(figure.metric_id, figure.organisation_id, code): figure for figure, code in found}
    return [
        _beside(entry, published.get((key(entry.metric), key(entry.organisation), entry.period.code)))
        for entry in entries
    ]


def _beside(entry: Entry, figure: FigureRow | None) -> Change:
    """A figure that was withdrawn is published again by the same value; a note that is left out stays."""
    if figure is None:
        return Change(entry, None, None, is_change=True)
    said = (figure.value, figure.numerator, figure.denominator, figure.qualifier, figure.status)
    says = (entry.value, entry.numerator, entry.denominator, Qualifier.EXACT, FigureStatus.PUBLISHED)
    is_change = said != says or (entry.note is not None and entry.note != figure.note)
    return Change(entry, figure, figure.value, is_change)


async def publish(
    session: AsyncSession,
    changes: Sequence[Change],
    quarter: Period,
    *,
    reason: str | None,
    by: Viewer,
    at: dt.datetime,
) -> list[int]:
    """Write the revisions that are due. The ids of all the figures come back, in the order of the changes."""
    periods = await _periods(session, {change.entry.period for change in changes})
    source = await _source(session, quarter, at)
    figures = []
    for change in changes:
        figure = change.figure
        if change.is_change:
            figure = _revised(change, periods[change.entry.period.code], source, at)
            session.add(figure)
        figures.append(figure)
    await session.flush()
    for change, figure in zip(changes, figures, strict=True):
        if change.is_change and figure is not None:
            session.add(_revision(figure, change.entry.reason or reason, by, at))
    await session.flush()
    return [key(figure) for figure in figures if figure is not None]


def _revised(change: Change, period: PeriodRow, source: int, at: dt.datetime) -> FigureRow:
    entry, figure = change.entry, change.figure
    if figure is None:
        figure = FigureRow(
            metric_id=key(entry.metric),
            unit=entry.metric.unit,
            is_synthetic=entry.metric.is_synthetic,
            organisation_id=key(entry.organisation),
            period_id=key(period),
            period_ends=period.ends,
            value=entry.value,
            source_id=source,
            published_at=at,
            revision=0,
        )
    figure.value = entry.value
    figure.numerator = entry.numerator
    figure.denominator = entry.denominator
    # Limits that a source printed belong to the value that it printed.
    figure.lower_confidence_limit = figure.upper_confidence_limit = None
    figure.qualifier = Qualifier.EXACT
    figure.status = FigureStatus.PUBLISHED
    figure.note = entry.note if entry.note is not None else figure.note
    figure.source_id = source
    figure.revision += 1
    figure.published_at = at
    return figure


def _revision(figure: FigureRow, reason: str | None, by: Viewer, at: dt.datetime) -> FigureRevisionRow:
    same = FigureRevisionRow.model_fields.keys() & FigureRow.model_fields.keys()
    said = {name: getattr(figure, name) for name in same}
    return FigureRevisionRow(
        **said, figure_id=key(figure), reason=reason if figure.revision > 1 else None, published_by=by.name
    )


def key(row: MetricRow | OrganisationRow | PeriodRow | FigureRow) -> int:
    """The key of a row that the database has given one."""
    if row.id is None:
        raise ValueError("the row is not in the database yet")
    return row.id


async def _periods(session: AsyncSession, periods: set[Period]) -> dict[str, PeriodRow]:
    rows = [columns(period) for period in sorted(periods, key=lambda each: each.code)]
    await session.exec(insert(PeriodRow).values(rows).on_conflict_do_nothing())
    found = await session.exec(select(PeriodRow).where(col(PeriodRow.code).in_([row["code"] for row in rows])))
    return {period.code: period for period in found}


async def _source(session: AsyncSession, quarter: Period, at: dt.datetime) -> int:
    cited = {"title": SOURCE, "reference": quarter.label}
    await session.exec(insert(SourceRow).values(**cited, published_on=at.date()).on_conflict_do_nothing())
    found = await session.exec(
        select(SourceRow.id).where(SourceRow.title == SOURCE, SourceRow.reference == quarter.label)
    )
    return int(found.one() or 0)
