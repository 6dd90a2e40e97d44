"""Some series are judged again: what each says about its figures takes the place of what was kept."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import BigInteger, Boolean, Double, Text, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from schema.computed_inputs.record import reader
from schema.computed_inputs.verdicts import SeriesToJudge
from schema.sql.verdicts import METRICS, ORGANISATIONS, series_to_judge
from schema.tables import FigureVerdictRow, MetricRow, UnjudgedSeriesRow, table
from service.computed.verdicts import KeptVerdict, verdicts
from service.judging.judge import as_table, end_notes, in_thread

_metric = table(MetricRow)
_unjudged = table(UnjudgedSeriesRow)
_verdict = table(FigureVerdictRow)
_read = reader(SeriesToJudge)
# It is written once, because that takes longer than the statement.
_INPUTS = series_to_judge()
_TYPES = {
    "figure_id": BigInteger,
    "is_met": Boolean,
    "variation": Text,
    "trend": Text,
    "lower": Double,
    "upper": Double,
}
# So many series are judged within a fifth of a second.
SLICE = 50


class Note(NamedTuple):
    """A series that waits, the day from which on its figures do, and the transactions that touched it."""

    metric: int
    organisation: int
    since: dt.date
    written_by: Sequence[int]


async def waiting(connection: AsyncConnection, *, only_real: bool) -> list[Note]:
    """Some of the series that wait: at most a slice; only those of figures that are not made up, if that is asked."""
    transactions = func.array_agg(aggregate_order_by(_unjudged.c.written_by, _unjudged.c.written_by))
    found = select(_unjudged.c.metric_id, _unjudged.c.organisation_id, func.min(_unjudged.c.since), transactions)
    if only_real:
        found = found.join(_metric, _metric.c.id == _unjudged.c.metric_id).where(_metric.c.is_synthetic.is_(False))
    keys = (_unjudged.c.metric_id, _unjudged.c.organisation_id)
    rows = await connection.execute(found.group_by(*keys).order_by(*keys).limit(SLICE))
    return [Note(*row) for row in rows]


async def judge_series(connection: AsyncConnection, notes: Sequence[Note]) -> None:
    """Judge the figures of some series again, and end the notes that say that they wait."""
    if not notes:
        return
    given = {METRICS: [note.metric for note in notes], ORGANISATIONS: [note.organisation for note in notes]}
    rows = await connection.execute(_INPUTS, given)
    since = {(note.metric, note.organisation): note.since for note in notes}
    texts = [(text, since[metric, organisation]) for metric, organisation, text in rows]
    await _write(connection, await in_thread(_judged, texts))
    # Only what was there to see: whoever touches one of them meanwhile leaves a note of its own.
    ended = [(note.metric, note.organisation, each) for note in notes for each in note.written_by]
    await end_notes(connection, _unjudged, ("metric_id", "organisation_id", "written_by"), ended)


async def judge_touched_series(session: AsyncSession) -> None:
    """Judge every series that waits, as this transaction sees it."""
    await session.flush()
    connection = await session.connection()
    while notes := await waiting(connection, only_real=False):
        await judge_series(connection, notes)


def _judged(texts: Sequence[tuple[str, dt.date]]) -> list[KeptVerdict]:
    return [each for text, since in texts for each in verdicts(_read(orjson.loads(text)), since)]


async def _write(connection: AsyncConnection, found: Sequence[KeptVerdict]) -> None:
    """Write verdicts, but for rows that say the same already."""
    # In one order, so that two who write the same rows do not wait for each other.
    ordered = sorted(found, key=lambda each: each.figure_id)
    given = as_table(_TYPES, [[getattr(each, name) for name in _TYPES] for each in ordered])
    made = insert(_verdict).from_select(list(_TYPES), select(*given.c))
    values = {name: made.excluded[name] for name in _TYPES if name != "figure_id"}
    differs = or_(*(_verdict.c[name].is_distinct_from(value) for name, value in values.items()))
    await connection.execute(
        made.on_conflict_do_update(index_elements=[_verdict.c.figure_id], set_=values, where=differs)
    )
