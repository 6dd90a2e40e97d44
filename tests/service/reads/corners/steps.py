"""A submission is taken step by step to its state: the triggers let no other way through."""

import datetime as dt
from decimal import Decimal

import asyncpg

from schema.periods import parsed
from tests.service.reads.corners.submissions import Entry, Finding, Submission

Connection = asyncpg.Connection

_WAYS = {
    "DRAFT": (),
    "SUBMITTED": ("SUBMITTED",),
    "RETURNED": ("SUBMITTED", "RETURNED"),
    "APPROVED": ("SUBMITTED", "APPROVED"),
    "PUBLISHED": ("SUBMITTED", "APPROVED", "PUBLISHED"),
    "SUPERSEDED": ("SUBMITTED", "APPROVED", "PUBLISHED"),
    "WITHDRAWN": ("SUBMITTED", "APPROVED", "PUBLISHED", "WITHDRAWN"),
    "DISCARDED": ("DISCARDED",),
}
# What a step changes as well as the state: by $2 who wrote it or $3 who decided, at $4.
_SETS = {
    "SUBMITTED": "submitted_by_id = $2, submitted_at = $4, checked_at = $4",
    "RETURNED": "decided_by_id = $3, decided_at = $4, decision_reason = 'Not yet.'",
    "APPROVED": "decided_by_id = $3, decided_at = $4, decision_reason = NULL",
    "PUBLISHED": "published_by_id = $3, published_at = $4, public_note = title || ': published.'",
    "WITHDRAWN": "decided_by_id = $3, decided_at = $4, decision_reason = 'Wrong.'",
    "SUPERSEDED": "checked_at = $4",
    "DISCARDED": "edited_by_id = $2",
}
_ACTOR = "SELECT id FROM actor WHERE identity || '/' || name || '/' || role = $1"
_BEGUN = """
    INSERT INTO submission (quarter, quarter_ends, organisation_id, status, version, title, reason, created_by_id,
                            created_at, edited_by_id, is_late, amends_id, first_id)
    SELECT $1, $2, organisation.id, 'DRAFT', 1, $3, $4, $5, $6, $5, $7, $8, $9 FROM organisation WHERE code = $10
    RETURNING id
"""
_ENTRY = """
    INSERT INTO submission_entry (submission_id, row, metric_code, organisation_code, period_code, metric_id,
                                  organisation_id, period_id, value, numerator, denominator, is_nil_return, note,
                                  reason, qualifier, lower_confidence_limit, upper_confidence_limit,
                                  is_provisional, source_title, source_reference, base_revision)
    VALUES ($1, $2, $3, $4, $5, (SELECT id FROM metric WHERE code = $3), (SELECT id FROM organisation WHERE code = $4),
            (SELECT id FROM period WHERE code = $5), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            $17, 0)
"""
_FINDING = """
    INSERT INTO submission_finding (submission_id, position, code, severity, message, remedy, path, row, metric_id,
                                    organisation_id, accepted_reason)
    VALUES ($1, $2, 'validation/' || lower($3::text), $3::text, 'Something — odd.', 'Look again.', $4, $5,
            CASE WHEN $5::int IS NOT NULL THEN (SELECT max(id) FROM metric WHERE is_synthetic) END,
            (SELECT id FROM organisation WHERE code = $6), $7)
"""
_STEPPED = """
    INSERT INTO audit_event (at, action, actor, actor_key, role, subject, reason, detail, submission_id,
                             organisation_id, groups_on)
    SELECT $2, 'submission.' || $3::text, actor.name, nullif(actor.identity, actor.name), actor.role,
           organisation.code || ' ' || quarter, decision_reason, jsonb_build_object('version', version, 'note', title),
           submission.id, organisation.id, quarter_ends
    FROM submission JOIN organisation ON organisation.id = organisation_id, actor
    WHERE submission.id = $1 AND actor.id = $4
"""
_PUBLISHED = """
    WITH cell AS (
        SELECT metric.id AS metric_id, unit, organisation.id AS organisation_id, period.id AS period_id, ends
        FROM metric, organisation, period
        WHERE metric.code = 'sandbox_rising_percent' AND organisation.code = $1 AND period.code = $2
    ), stands AS (
        INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, status,
                            qualifier, source_id, revision, published_at)
        SELECT metric_id, unit, true, organisation_id, period_id, ends, $3, $4, 'EXACT',
               (SELECT min(id) FROM source), 1, $5
        FROM cell
        ON CONFLICT (metric_id, organisation_id, period_id) DO UPDATE SET
            value = excluded.value, status = excluded.status, published_at = excluded.published_at,
            revision = figure.revision + 1
        RETURNING *
    )
    INSERT INTO figure_revision (figure_id, revision, unit, value, status, qualifier, source_id, reason, published_at,
                                 published_by, submission_id)
    SELECT id, revision, unit, value, status, qualifier, source_id, 'Counted.', published_at, 'Ada', $6 FROM stands
"""
_CHAINED = "SELECT id FROM submission WHERE title = $1 AND status <> 'DISCARDED' ORDER BY id LIMIT 1"


async def taken(connection: Connection, given: Submission) -> None:
    """Begin a submission, and take it to its state; each step leaves an event."""
    by, decided_by = [await connection.fetchval(_ACTOR, who) for who in (given.by, given.decided_by)]
    at = dt.datetime.fromisoformat(given.created_at)
    made = await _create(connection, given, by, at)
    for row, entry in enumerate(given.entries):
        await connection.execute(_ENTRY, made, row, *_sent(entry))
    for position, finding in enumerate(given.findings):
        await connection.execute(_FINDING, made, position, *_found(finding))
    await connection.execute(_STEPPED, made, at, "save", by)
    for step in _WAYS[given.status]:
        at += dt.timedelta(days=1, hours=7)
        await _step(connection, made, step, by, decided_by, at)
    for cell in given.publishes:
        organisation, period, value, status = cell.split()
        await connection.execute(_PUBLISHED, organisation, period, Decimal(value), status, at, made)
    if given.status == "PUBLISHED" and given.amends:
        amended = await connection.fetchval(_CHAINED, given.amends)
        await _step(connection, amended, "SUPERSEDED", by, decided_by, at)


async def _create(connection: Connection, given: Submission, by: int, at: dt.datetime) -> int:
    amends, first = [title and await connection.fetchval(_CHAINED, title) for title in (given.amends, given.first)]
    where = (given.quarter, parsed(given.quarter).ends, given.title, given.reason, by, at, given.is_late)
    made: int = await connection.fetchval(_BEGUN, *where, amends, first, given.organisation)
    return made


async def _step(connection: Connection, made: int, step: str, by: int, decided_by: int, at: dt.datetime) -> None:
    writes = f"UPDATE submission SET status = '{step}', version = version + 1, {_SETS[step]} WHERE id = $1"
    # Every step gets its actor and time, even if it uses neither.
    used = " AND ($2::bigint, $3::bigint, $4::timestamptz) IS NOT NULL"
    await connection.execute(writes + used, made, by, decided_by, at)
    is_of_writer = step in {"SUBMITTED", "DISCARDED"}
    await connection.execute(_STEPPED, made, at, step.lower(), by if is_of_writer else decided_by)


def _sent(entry: Entry) -> tuple[object, ...]:
    numbers = [number and Decimal(number) for number in (entry.value, entry.numerator, entry.denominator)]
    limits = [limit and Decimal(limit) for limit in entry.limits]
    is_nil = entry.value is None and not entry.is_bare
    said = (entry.qualifier, *limits, entry.is_provisional, *entry.source)
    return (entry.metric, entry.organisation, entry.period, *numbers, is_nil, entry.note, entry.reason, *said)


def _found(finding: Finding) -> tuple[object, ...]:
    path = ["input"] if finding.row is None else ["input", "figures", str(finding.row), "value"]
    return (finding.severity, path, finding.row, finding.organisation, finding.accepted)
