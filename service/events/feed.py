"""The audit events after a position become events, by three statements for any number of subscribers."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import asyncpg
import orjson

from schema import ids
from service.events.event import FIGURES, SUBMISSIONS, TARGETS, Event

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# How many audit events are read at once, so that what happened in a long absence is read in pieces.
MOST_AT_ONCE = 500

_HEAD = "SELECT position FROM audit_head"
# A list names the targets that moved; an import gives only the number that it added.
_AUDIT = """
    SELECT event.position, event.at, event.action, event.submission_id, organisation.code AS organisation,
           CASE WHEN jsonb_typeof(event.detail -> 'targets') = 'array' THEN event.detail -> 'targets' END AS targets
    FROM audit_event event LEFT JOIN organisation ON organisation.id = event.organisation_id
    WHERE event.position > $1 ORDER BY event.position LIMIT $2
"""
# What a submission publishes or withdraws has the instant of the event. Imports have no submission.
_FIGURES = """
    SELECT event.position, figure.id AS key, metric.code AS metric, organisation.code AS organisation, organisation.kind
    FROM audit_event event
    JOIN figure_revision revision ON revision.submission_id = event.submission_id AND revision.published_at = event.at
    JOIN figure ON figure.id = revision.figure_id
    JOIN metric ON metric.id = figure.metric_id
    JOIN organisation ON organisation.id = figure.organisation_id
    WHERE event.position = ANY($1) ORDER BY event.position, figure.id
"""
_TARGETS = """
    SELECT target.id AS key, metric.code AS metric, organisation.code AS organisation
    FROM target
    JOIN metric ON metric.id = target.metric_id
    JOIN organisation ON organisation.id = target.organisation_id
    WHERE target.id = ANY($1)
"""
_PUBLISHING = frozenset({"submission.publish", "submission.withdraw"})


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
    figures = await _figures(connection, [row["position"] for row in audit if row["action"] in _PUBLISHING])
    targets = await _targets(connection, sorted({key for keys in moved.values() for key in keys}))
    reported = _last_of_each_command(audit)
    events: list[Event] = []
    for row in audit:
        position = row["position"]
        if position in reported:
            events.append(Event(position, SUBMISSIONS, row["submission_id"], row["organisation"]))
        events += figures.get(position, ())
        events += [
            Event(position, TARGETS, key, targets[key]["organisation"], targets[key]["metric"])
            for key in moved[position]
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


async def _figures(connection: Connection, positions: list[int]) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = {}
    for row in await connection.fetch(_FIGURES, positions) if positions else ():
        event = Event(row["position"], FIGURES, row["key"], row["organisation"], row["metric"], row["kind"])
        events.setdefault(event.position, []).append(event)
    return events


async def _targets(connection: Connection, keys: list[int]) -> dict[int, asyncpg.Record]:
    return {row["key"]: row for row in await connection.fetch(_TARGETS, keys)} if keys else {}
