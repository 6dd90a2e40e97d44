"""Rows that exercise the corners: added to the seeds and a small sandbox, for tests that only read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from service.config import settings
from service.database import Database, connected
from service.importers.sandbox import load_sandbox
from tests.databases import Server

_ORGANISATIONS = """
    INSERT INTO organisation (code, kind, name, postcode, opened_on, closed_on, is_synthetic) VALUES
    ('Z90001', 'PRACTICE', 'corner surgery', 'ZZ1 1ZZ', '2024-04-01', NULL, true),
    ('Z90002', 'PRACTICE', 'CORNER SURGERY', NULL, '2024-04-01', '2025-03-31', true),
    ('Z90003', 'PRACTICE', 'Éastry Ünder Ørchard — 東', 'ZZ1 1ZZ', NULL, '2024-12-31', true),
    ('Z90004', 'PRACTICE', 'éastry ünder ørchard — 東', NULL, NULL, NULL, true),
    ('Z90005', 'PRACTICE', 'In 100% _of_ "quotes" \\ and ''more''', 'zz1 1zz', '2020-02-29', '2020-02-29', true),
    ('Z90006', 'PRACTICE', 'A practice without a group', NULL, '2026-05-01', NULL, true),
    ('Z90007', 'PRIMARY_CARE_NETWORK', 'Corner PCN', NULL, '2023-04-01', NULL, true),
    ('Z90008', 'TRUST', 'Corner Trust', 'ZZ9 9ZZ', NULL, NULL, true)
"""

_MEMBERSHIPS = """
    INSERT INTO membership (member_id, group_id, starts, ends)
    SELECT member.id, above.id, given.starts::date, given.ends::date
    FROM (VALUES
        ('Z90001', 'Z90007', '2024-04-01', '2024-09-30'), ('Z90001', 'HCP-EAST-KENT', '2024-10-01', '2024-12-31'),
        ('Z90001', 'Z90007', '2025-02-01', NULL), ('Z90002', 'Z90007', NULL, '2025-03-31'),
        ('Z90003', 'Z90007', NULL, NULL), ('Z90004', 'HCP-EAST-KENT', NULL, NULL),
        ('Z90005', 'Z90007', '2020-02-29', '2020-02-29'), ('Z90008', 'QKS', '2024-01-01', NULL),
        ('Z90007', 'HCP-EAST-KENT', '2023-04-01', '2024-06-30'), ('Z90007', 'HCP-WEST-KENT', '2024-07-01', NULL)
    ) AS given (member, above, starts, ends)
    JOIN organisation AS member ON member.code = given.member
    JOIN organisation AS above ON above.code = given.above
"""

_RATINGS = """
    INSERT INTO cqc_rating (organisation_id, rating, rated_on, source_id)
    SELECT organisation.id, given.rating, given.rated_on::date, (SELECT min(id) FROM source)
    FROM (VALUES
        ('Z90001', 'GOOD', '2019-05-01'), ('Z90001', 'OUTSTANDING', '2023-05-01'),
        ('Z90002', 'INADEQUATE', '2024-05-01'), ('Z90002', 'REQUIRES_IMPROVEMENT', '2022-05-01'),
        ('Z90003', 'UNRATED', '2024-05-01')
    ) AS given (code, rating, rated_on)
    JOIN organisation USING (code)
"""

# A figure with three revisions, one of them withdrawn for a while; one withdrawn; one provisional; hedged ones with
# notes and limits; and values that a binary fraction cannot hold.
_REVISIONS = """
    ('Z90001', '2024-25-Q4', 1, 61.57, 'PUBLISHED', 'EXACT', NULL, NULL, '2025-05-01T09:00:00.5Z'),
    ('Z90001', '2024-25-Q4', 2, 62.10, 'WITHDRAWN', 'EXACT', 'Counted twice: Ørchard.', 'Taken back.',
     '2025-06-01T09:00:00Z'),
    ('Z90001', '2024-25-Q4', 3, 63.33, 'PUBLISHED', 'EXACT', 'Counted again.', 'Corrected.',
     '2025-07-01T09:00:00.123456Z'),
    ('Z90001', '2024-25-Q3', 1, 50, 'WITHDRAWN', 'EXACT', NULL, NULL, '2025-02-01T00:00:00Z'),
    ('Z90002', '2024-25-Q4', 1, 69.57, 'PROVISIONAL', 'MORE_THAN', 'orchard', NULL, '2025-05-01T09:00:00Z'),
    ('Z90002', '2024-25-Q3', 1, 0, 'PUBLISHED', 'APPROXIMATELY', '', NULL, '2025-02-01T00:00:00Z'),
    ('Z90002', '2024-25-Q2', 1, 0.1, 'PUBLISHED', 'LESS_THAN', NULL, NULL, '2024-11-01T00:00:00Z'),
    ('Z90003', '2024-25-Q4', 1, 100, 'PUBLISHED', 'EXACT', NULL, NULL, '2025-05-01T09:00:00Z')
"""

_FIGURES = f"""
    WITH given AS (
        SELECT organisation.id AS organisation_id, metric.id AS metric_id, metric.unit, period.id AS period_id,
               period.ends, (SELECT min(id) FROM source) AS source_id, said.*
        FROM (VALUES {_REVISIONS})
          AS said (code, period, revision, value, status, qualifier, note, reason, published_at)
        JOIN organisation USING (code) JOIN period ON period.code = said.period
        JOIN metric ON metric.id = (SELECT min(id) FROM metric WHERE is_synthetic AND unit = 'PERCENT')
    ), latest AS (
        INSERT INTO figure (metric_id, unit, is_synthetic, organisation_id, period_id, period_ends, value, qualifier,
                            status, note, source_id, revision, published_at, lower_confidence_limit,
                            upper_confidence_limit)
        SELECT DISTINCT ON (organisation_id, period_id) metric_id, unit, true, organisation_id, period_id, ends, value,
               qualifier, status, note, source_id, revision, published_at::timestamptz, value - 0.01, value + 0.01
        FROM given ORDER BY organisation_id, period_id, revision DESC
        RETURNING id, organisation_id, period_id
    )
    INSERT INTO figure_revision (figure_id, revision, unit, value, qualifier, status, note, source_id, reason,
                                 published_at, published_by)
    SELECT latest.id, revision, unit, value, qualifier, status, note, source_id, reason,
           published_at::timestamptz, 'Ada'
    FROM given JOIN latest USING (organisation_id, period_id)
"""

# Every fifth figure of the rest has a second revision, and every third of these is withdrawn by it.
_CORRECTIONS = """
    WITH corrected AS (
        INSERT INTO figure_revision (figure_id, revision, unit, value, numerator, denominator, qualifier, status, note,
                                     source_id, reason, published_at, published_by)
        SELECT id, revision + 1, unit, value / 2, NULL, NULL, qualifier,
               (ARRAY['WITHDRAWN', 'PUBLISHED', 'PROVISIONAL'])[id / 5 % 3 + 1], 'Corrected.', source_id, 'Corrected.',
               published_at + interval '30 days', 'Ada'
        FROM figure WHERE id % 5 = 0 AND revision = 1 AND unit <> 'YES_NO'
        RETURNING *
    )
    UPDATE figure
    SET (revision, value, numerator, denominator, status, note, published_at, lower_confidence_limit,
         upper_confidence_limit) = (
        SELECT revision, value, numerator, denominator, status, note, published_at, lower_confidence_limit,
               upper_confidence_limit
        FROM corrected WHERE corrected.figure_id = figure.id
    )
    WHERE id IN (SELECT figure_id FROM corrected)
"""

_TARGETS = """
    WITH given AS (
        SELECT organisation.id AS organisation_id, metric.id AS metric_id, (SELECT min(id) FROM source) AS source_id,
               comparator, value, upper_value, baseline, baseline_on::date, due::date
        FROM (VALUES
            ('Z90001', 'AT_LEAST', 80, NULL, 40.5, '2024-06-30', '2026-03-31'),
            ('Z90002', 'BETWEEN', 60, 69.57, NULL, NULL, NULL),
            ('Z90003', 'MORE_THAN', 100, NULL, NULL, NULL, '2025-03-31'),
            ('Z90004', 'EXACTLY', 0, NULL, NULL, NULL, '2027-03-31')
        ) AS said (code, comparator, value, upper_value, baseline, baseline_on, due)
        JOIN organisation USING (code)
        JOIN metric ON metric.id = (SELECT min(id) FROM metric WHERE is_synthetic AND unit = 'PERCENT')
    ), added AS (
        INSERT INTO target (metric_id, organisation_id, comparator, value, upper_value, baseline, baseline_on, due,
                            source_id, revision)
        SELECT metric_id, organisation_id, comparator, value, upper_value::numeric, baseline::numeric, baseline_on, due,
               source_id, 2
        FROM given RETURNING *
    ), set_and_changed AS (
        INSERT INTO target_revision (target_id, revision, comparator, value, upper_value, baseline, baseline_on, due,
                                     source_id, reason, recorded_at, recorded_by)
        SELECT id, step, comparator, value - (2 - step) * 0.5, upper_value, baseline, baseline_on, due, source_id,
               'Set or changed.', timestamptz '2024-04-01T00:00:00Z' + step * interval '1 day', 'Ada'
        FROM added, generate_series(1, 2) AS step
    )
    INSERT INTO milestone (target_id, revision, due, value)
    SELECT id, step, date '2024-12-31' + 90 * nth, 50 + 10 * nth + step
    FROM added, generate_series(1, 2) AS step, generate_series(0, 1) AS nth WHERE baseline IS NOT NULL
"""


@asynccontextmanager
async def cornered(server: Server, seeded: str) -> AsyncIterator[Database]:
    """A database with the seeds, a small sandbox and the corners."""
    async with server.copy(seeded) as url, connected(settings(database_url=url)) as database:
        async with database.command() as session:
            await load_sandbox(session, practices=None, quarters=3, metrics=2, progress=False)
        connection = await asyncpg.connect(url)
        try:
            for statement in (_ORGANISATIONS, _MEMBERSHIPS, _RATINGS, _FIGURES, _CORRECTIONS, _TARGETS):
                await connection.execute(statement)
        finally:
            await connection.close()
        yield database
