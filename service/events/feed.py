"""The audit events after a position become events, by four statements for any number of subscribers."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import asyncpg
import orjson

from schema import ids
from service.events.event import FIGURES, NOTES, SUBMISSIONS, TARGETS, Event
from service.reading_pool import ReadingPool

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | ReadingPool"

# How many audit events are read at once, so that what happened in a long absence is read in pieces.
MOST_AT_ONCE = 500

_HEAD = "SELECT position FROM audit_head"
# All steps of a command have one instant, and what it publishes has it too: with the last of them all is known.
# A list names the targets that moved; an import gives only the number that it added.
_AUDIT = """
    SELECT event.position, event.at, event.action, event.submission_id, organisation.code AS organisation,
           CASE WHEN jsonb_typeof(event.detail -> 'targets') = 'array' THEN event.detail -> 'targets' END AS targets,
           coalesce(event.detail -> 'restored', '[]') || coalesce(event.detail -> 'derived', '[]') AS restored,
           later.at IS DISTINCT FROM event.at AND EXISTS (
               SELECT FROM figure WHERE figure.published_at = event.at AND figure.status <> 'WITHDRAWN'
           ) AS ends_publication
    FROM audit_event event LEFT JOIN audit_event later ON later.position = event.position + 1
    LEFT JOIN organisation ON organisation.id = event.organisation_id
    WHERE event.position > $1 ORDER BY event.position LIMIT $2
"""
# What a submission publishes has the instant of the event. Imports have no submission.
_PUBLISHED = """
    SELECT event.position, revision.figure_id AS key
    FROM audit_event event
    JOIN figure_revision revision ON revision.submission_id = event.submission_id AND revision.published_at = event.at
    WHERE event.position = ANY($1)
"""
_FIGURES = """
    SELECT figure.id AS key, metric.code AS metric, organisation.code AS organisation, organisation.kind
    FROM figure
    JOIN metric ON metric.id = figure.metric_id
    JOIN organisation ON organisation.id = figure.organisation_id
    WHERE figure.id = ANY($1)
"""
_TARGETS = """
    SELECT target.id AS key, metric.code AS metric, organisation.code AS organisation
    FROM target
    JOIN metric ON metric.id = target.metric_id
    JOIN organisation ON organisation.id = target.organisation_id
    WHERE target.id = ANY($1)
"""


async def head(connection: Connection) -> int:
    """The position of the latest audit event."""
    return int(await connection.fetchval(_HEAD))


async def read(connection: Connection, after: int) -> tuple[int, list[Event]]:
    """The new position, and the events up to it, in order; the same position when there are none.

    The steps of one command with one submission are one event.
    """
    audit = await connection.fetch(_AUDIT, after, MOST_AT_ONCE)
    if not audit:
        return after, []
    moved = {row["position"]: list(_moved(row)) for row in audit}
    figures = await _figures(connection, audit)
    targets = await _targets(connection, sorted({key for keys in moved.values() for key in keys}))
    reported = _last_of_each_command(audit)
    events: list[Event] = []
    for row in audit:
        position = row["position"]
        if position in reported:
            events.append(Event(position, SUBMISSIONS, row["submission_id"], row["organisation"]))
        events += figures.get(position, ())
        if row["ends_publication"]:
            events.append(Event(position, NOTES, position, None))
        events += [
            Event(position, TARGETS, key, targets[key]["organisation"], targets[key]["metric"], number=number)
            for number, key in enumerate(moved[position])
            if key in targets
        ]
    return audit[-1]["position"], events


def _last_of_each_command(audit: Sequence[asyncpg.Record]) -> set[int]:
    """The position of the last step of each command with each submission: all steps of a command have one instant."""
    last = {
        (row["submission_id"], row["at"]): row["position"]
        for row in audit
        if row["submission_id"] is not None and row["action"].startswith("submission.")
    }
    return set(last.values())


def _moved(row: asyncpg.Record) -> Iterator[int]:
    """The keys of the targets whose status an audit event moved."""
    for each in orjson.loads(row["targets"] or "[]"):
        if (key := ids.key(each["target"], "Target")) is not None:
            yield key


async def _figures(connection: Connection, audit: Sequence[asyncpg.Record]) -> dict[int, list[Event]]:
    """The figures that each audit event published, withdrew or restored, by its position."""
    changed = {row["position"]: set(_restored(row)) for row in audit}
    publishing = [row["position"] for row in audit if row["action"] == "submission.publish"]
    for row in await connection.fetch(_PUBLISHED, publishing) if publishing else ():
        changed[row["position"]].add(row["key"])
    keys = sorted(set[int]().union(*changed.values()))
    figures = {row["key"]: row for row in await connection.fetch(_FIGURES, keys)} if keys else {}
    return {
        position: [_published(position, number, figures[key]) for number, key in enumerate(sorted(each))]
        for position, each in changed.items()
    }


def _published(position: int, number: int, row: asyncpg.Record) -> Event:
    return Event(position, FIGURES, row["key"], row["organisation"], row["metric"], row["kind"], number)


def _restored(row: asyncpg.Record) -> Iterator[int]:
    """The keys of the figures that an audit event names: restored ones, and those calculated from what changed."""
    for each in orjson.loads(row["restored"] or "[]"):
        if (key := ids.key(each["figure"], "Figure")) is not None:
            yield key


async def _targets(connection: Connection, keys: list[int]) -> dict[int, asyncpg.Record]:
    return {row["key"]: row for row in await connection.fetch(_TARGETS, keys)} if keys else {}
