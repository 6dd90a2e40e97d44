"""Entries become revisions of figures: the first one, the next one of a figure that changes, or its withdrawal."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.utils.str_converters import to_camel_case

from schema.enumerations import FigureOrigin, FigureStatus, RowOutcome
from schema.london import day_of
from schema.periods import Period, columns
from schema.tables import (
    REVISED_FIGURE,
    Citation,
    FigureRevisionRow,
    FigureRow,
    Measurement,
    PeriodRow,
    SubmissionRow,
    key,
)
from service.viewer import Viewer
from service.writes.naming import IDS, among
from service.writes.sources import source_cited
from service.writes.submissions.validation.entries import Entry, with_printed_limits
from service.writes.submissions.validation.history import is_change
from service.writes.submissions.validation.known import Known, Published

SOURCE = "Quarterly return to the primary care tracker"


@dataclass(frozen=True)
class Change:
    """An entry, with the figure that is published for its cell, if there is one."""

    entry: Entry
    published: Published | None

    @property
    def is_change(self) -> bool:
        """Whether it makes a revision."""
        return is_change(self.entry, self.published)

    @property
    def outcome(self) -> RowOutcome:
        """What becomes of its row when it is published."""
        if self.entry.is_nil_return:
            return RowOutcome.NIL
        if not self.is_change:
            return RowOutcome.UNCHANGED
        return RowOutcome.CREATED if self.published is None else RowOutcome.CHANGED

    @property
    def detail(self) -> dict[str, Any]:
        """The change as an audit event records it; numbers as text, so that none loses a digit."""
        before = self.published.measurement.value if self.published and self.published.stands else None
        also = dict(self._also())
        return {
            "metric": self.entry.metric.code,
            "organisation": self.entry.organisation.code,
            "period": self.entry.period.code,
            "before": None if before is None else f"{before:f}",
            "after": None if self.entry.value is None else f"{self.entry.value:f}",
            **({"also": also} if also else {}),
        }

    def _also(self) -> Iterator[tuple[str, Any]]:
        """What else of a published figure changes, before and after: its qualifier, limits, status and source."""
        if self.published is None or not self.published.stands or self.entry.is_nil_return:
            return
        was, sent = self.published.measurement, with_printed_limits(self.entry.measurement, self.published.measurement)
        for name in ("qualifier", "lower_confidence_limit", "upper_confidence_limit"):
            before, after = getattr(was, name), getattr(sent, name)
            if before != after:
                yield to_camel_case(name), [None if each is None else str(each) for each in (before, after)]
        if self.published.status != self.entry.status:
            yield "status", [self.published.status, self.entry.status]
        if self.entry.source not in (None, self.published.source):
            sources = (self.published.source, self.entry.source)
            yield "source", [None if each is None else each.title for each in sources]


@dataclass(frozen=True)
class Publication:
    """What is published together: its submission, who publishes it, when, and the note for readers.

    A single figure that is restored has no submission.
    """

    submission: SubmissionRow | None
    quarter: Period
    by: Viewer
    at: dt.datetime
    # Readers see it with each figure without its own note.
    public_note: str | None = None
    # Why figures are calculated again, for their revisions.
    recalculated_because: str = "The figures that it is calculated from changed."

    @property
    def submission_id(self) -> int | None:
        """The key of its submission."""
        return None if self.submission is None else self.submission.id

    @property
    def reason(self) -> str | None:
        """The reason of its submission, for every figure without its own."""
        return None if self.submission is None else self.submission.reason


def changes_of(entries: Sequence[Entry], known: Known) -> list[Change]:
    """Each entry with the figure that is published for it now."""
    return [Change(entry, known.published.get(entry.cell)) for entry in entries]


async def write_revisions(
    session: AsyncSession, published: Sequence[tuple[Change, Publication]], periods: Mapping[str, PeriodRow]
) -> list[int | None]:
    """Write the revisions that are due, of one quarter. The ids of all figures come back, in the order of the changes.

    A nil return where nothing is published has none.
    """
    if not published:
        return []
    changes = [change for change, _ in published]
    sources = await _sources(session, changes, published[0][1])
    current = await _current_figures(session, changes)
    figures: list[FigureRow | None] = []
    for change, publication in published:
        figure = current.get(change.published.figure_id) if change.published else None
        if change.is_change:
            source = sources[change.entry.source]
            figure = figure or _new_figure(change.entry, periods[change.entry.period.code], source, publication)
            _revise(figure, change.entry, source, publication)
            session.add(figure)
        figures.append(figure)
    await session.flush()
    for (change, publication), figure in zip(published, figures, strict=True):
        if change.is_change and figure is not None:
            session.add(_revision(figure, change.entry.reason, publication))
    await session.flush()
    return [None if figure is None else key(figure) for figure in figures]


async def write_withdrawals(session: AsyncSession, gone: Sequence[tuple[FigureRow, Publication, str]]) -> None:
    """Withdraw figures, each for a reason: a further revision that says so, with the same value."""
    for figure, publication, _ in gone:
        figure.status = FigureStatus.WITHDRAWN
        figure.revision += 1
        figure.published_at = publication.at
        say_sent(figure)
        session.add(figure)
    await session.flush()
    for figure, publication, reason in gone:
        session.add(_revision(figure, reason, publication))
    await session.flush()


async def _sources(
    session: AsyncSession, changes: Sequence[Change], publication: Publication
) -> dict[Citation | None, int]:
    """The keys of the sources that figures were printed in; None: the return itself."""
    own = await source_cited(session, SOURCE, publication.quarter.label, published_on=day_of(publication.at))
    cited = {change.entry.source for change in changes if change.is_change}
    return {None: own} | {each: await source_cited(session, each.title, each.reference) for each in cited if each}


async def _current_figures(session: AsyncSession, changes: Sequence[Change]) -> dict[int, FigureRow]:
    ids = {change.published.figure_id for change in changes if change.published}
    rows = await session.exec(select(FigureRow).where(among(FigureRow.id, ids, IDS)))
    return {key(figure): figure for figure in rows}


def _new_figure(entry: Entry, period: PeriodRow, source: int, publication: Publication) -> FigureRow:
    return FigureRow(
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


def _revise(figure: FigureRow, entry: Entry, source: int, publication: Publication) -> None:
    figure.revision += 1
    figure.published_at = publication.at
    say_sent(figure)
    if entry.is_nil_return:
        # A nil return withdraws a figure: its last value stays on record.
        figure.status = FigureStatus.WITHDRAWN
        return
    # The whole measurement: limits that a source printed and a note go with the value that they were written for.
    measurement = with_printed_limits(entry.measurement, Measurement.of(figure))
    measurement = replace(measurement, note=measurement.note or publication.public_note)
    for name, value in measurement.columns.items():
        setattr(figure, name, value)
    figure.status = entry.status
    figure.source_id = source


def say_sent(figure: FigureRow) -> None:
    """Say that this revision is a person's: it was not calculated from members' figures."""
    figure.origin, figure.rests_on, figure.of = FigureOrigin.SENT, None, None


def revision_of(
    figure: FigureRow, publication: Publication, reason: str | None, **more: int | None
) -> FigureRevisionRow:
    """A figure as it is now, as its revision by a publication; `more` are columns that this one has otherwise."""
    columns = {name: getattr(figure, name) for name in REVISED_FIGURE} | {
        "figure_id": key(figure),
        "reason": reason,
        "published_by": publication.by.name,
        "submission_id": publication.submission_id,
    }
    return FigureRevisionRow(**(columns | more))


def _revision(figure: FigureRow, reason: str | None, publication: Publication) -> FigureRevisionRow:
    return revision_of(figure, publication, (reason or publication.reason) if figure.revision > 1 else None)


async def recorded_periods(session: AsyncSession, periods: set[Period]) -> dict[str, PeriodRow]:
    """The rows of periods by their codes, made where there was none."""
    wanted = {period.code: period for period in periods}
    found = await _periods_with(session, wanted)
    if missing := sorted(wanted.keys() - found.keys()):
        rows = [columns(wanted[code]) for code in missing]
        # Another command may add them at the same time.
        await session.exec(insert(PeriodRow).values(rows).on_conflict_do_nothing())
        found |= await _periods_with(session, missing)
    return found


async def _periods_with(session: AsyncSession, codes: Collection[str]) -> dict[str, PeriodRow]:
    if not codes:
        return {}
    rows = await session.exec(select(PeriodRow).where(among(PeriodRow.code, set(codes))))
    return {period.code: period for period in rows}
