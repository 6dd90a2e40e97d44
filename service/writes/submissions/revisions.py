"""Entries become revisions of figures: the first one, the next one of a figure that changes, or its withdrawal."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
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
    PeriodRow,
    SubmissionRow,
    key,
)
from service.viewer import Viewer
from service.writes.naming import TEXTS
from service.writes.remembered import remembered
from service.writes.sources import source_cited
from service.writes.submissions import figure_rows
from service.writes.submissions.places import Place
from service.writes.submissions.validation.entries import Entry, with_printed_limits
from service.writes.submissions.validation.history import is_change
from service.writes.submissions.validation.known import Known, Published

SOURCE = "Quarterly return to the primary care tracker"


@dataclass(frozen=True)
class Change:
    """An entry, with the figure that is published for its cell, if there is one."""

    entry: Entry
    published: Published | None

    @cached_property
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
    due = [(change, publication) for change, publication in published if change.is_change]
    sources = await _sources(session, [change.entry for change, _ in due], published[0][1])
    columns = {change.entry.cell: _columns(change, sources, publication) for change, publication in due}
    keys = {change.entry.cell: change.published.figure_id for change, _ in published if change.published}
    new = {
        Place(*change.entry.series, key(periods[change.entry.period.code])): change.entry
        for change, _ in due
        if change.published is None
    }
    await figure_rows.revise(session, {keys[cell]: each for cell, each in columns.items() if cell in keys})
    made = await figure_rows.add(
        session, [_of_place(place, entry) | columns[entry.cell] for place, entry in new.items()]
    )
    keys |= {new[place].cell: at for place, at in made.items()}
    await figure_rows.keep(
        session, [_said(keys[change.entry.cell], change, publication) for change, publication in due]
    )
    return [keys.get(change.entry.cell) for change, _ in published]


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
    session: AsyncSession, entries: Sequence[Entry], publication: Publication
) -> dict[Citation | None, int]:
    """The keys of the sources that figures were printed in; None: the return itself."""
    own = await source_cited(session, SOURCE, publication.quarter.label, published_on=day_of(publication.at))
    cited = {entry.source for entry in entries}
    return {None: own} | {each: await source_cited(session, each.title, each.reference) for each in cited if each}


def _columns(change: Change, sources: Mapping[Citation | None, int], publication: Publication) -> figure_rows.Columns:
    """What a figure says once it has changed: this revision is a person's, and not calculated."""
    entry, was = change.entry, change.published
    said: dict[str, Any] = {
        "revision": 1 if was is None else was.revision + 1,
        "published_at": publication.at,
        "origin": FigureOrigin.SENT,
        "rests_on": None,
        "of": None,
        "status": entry.status,
    }
    if was is not None and entry.is_nil_return:
        # A nil return withdraws a figure: its last value stays on record, from its source.
        return {**was.measurement.columns, **said, "source_id": None}
    # The whole measurement: limits that a source printed and a note go with the value that they were written for.
    measurement = entry.measurement if was is None else with_printed_limits(entry.measurement, was.measurement)
    measurement = replace(measurement, note=measurement.note or publication.public_note)
    return {**measurement.columns, **said, "source_id": sources[entry.source]}


def _of_place(place: Place, entry: Entry) -> figure_rows.Columns:
    """What a new figure is of."""
    metric = entry.metric
    kinds = {"unit": metric.unit, "is_synthetic": metric.is_synthetic, "period_ends": entry.period.ends}
    return {"metric_id": place.metric, "organisation_id": place.organisation, "period_id": place.period, **kinds}


def _said(figure: int, change: Change, publication: Publication) -> figure_rows.Columns:
    """What the revision of a change says. The first of a figure needs no reason."""
    return {
        "figure_id": figure,
        "reason": None if change.published is None else change.entry.reason or publication.reason,
        "published_by": publication.by.name,
        "submission_id": publication.submission_id,
    }


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
    found = await _periods_with(session, wanted.keys())
    if missing := sorted(wanted.keys() - found.keys()):
        rows = [columns(wanted[code]) for code in missing]
        # Another command may add them at the same time.
        await session.exec(insert(PeriodRow).values(rows).on_conflict_do_nothing())
        found |= await _periods_with(session, set(missing))
    return found


async def _periods_with(session: AsyncSession, codes: Set[str]) -> dict[str, PeriodRow]:
    return await remembered(session, "periods", codes, partial(_read_periods, session))


async def _read_periods(session: AsyncSession, codes: Set[str]) -> dict[str, PeriodRow]:
    rows = await session.exec(_periods(), params={"codes": sorted(codes)})
    return {period.code: period for period in rows}


@cache
def _periods() -> Any:
    return select(PeriodRow).where(col(PeriodRow.code) == func.any(bindparam("codes", type_=TEXTS)))
