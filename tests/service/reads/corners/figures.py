"""Figures that were corrected, withdrawn and approximate."""

# A figure with three revisions, one of them withdrawn for a while; one withdrawn; one provisional; approximate ones
# with notes and limits; and values that a binary fraction cannot hold.
_REVISIONS = """
    ('Z90001', '2024-25-Q4', 1, 61.57, 'PUBLISHED', 'EXACT', NULL, NULL, '2025-05-01T09:00:00.5Z'),
    ('Z90001', '2024-25-Q4', 2, 62.10, 'WITHDRAWN', 'EXACT', 'Counted twice: Ørchard.', 'Withdrawn.',
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

STATEMENTS = (_FIGURES, _CORRECTIONS)
