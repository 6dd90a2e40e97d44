"""Targets of every kind of comparison, and targets that were changed while figures were coming in."""

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

# Targets of the longest series, each set before the first figure, changed in its midst and on its last day, and once
# more in the last hour of a day in London that is the day before in UTC.
_CHANGED = """
    WITH series AS (
        SELECT metric_id, organisation_id, min(period_ends) AS first, max(period_ends) AS last, max(value) AS high,
               row_number() OVER (ORDER BY count(*) DESC, metric_id, organisation_id) AS nth
        FROM figure WHERE status <> 'WITHDRAWN' GROUP BY metric_id, organisation_id
        ORDER BY nth LIMIT 12
    ), set AS (
        SELECT series.*, step, (ARRAY['AT_LEAST', 'MORE_THAN', 'AT_MOST', 'EXACTLY'])[nth % 4 + 1] AS comparator,
               high + 5 - step * 2.5 AS value, CASE WHEN step <> 2 THEN first - 90 END AS baseline_on,
               last + 400 + nth::int AS due,
               (ARRAY[
                   timestamptz '2024-08-31T12:00:00Z', timestamptz '2024-12-31T23:59:59.999999Z',
                   timestamptz '2025-03-31T00:30:00+01:00', timestamptz '2025-03-31T23:30:00Z'
               ])[step] AS recorded_at, (SELECT min(id) FROM source) AS source_id
        FROM series, generate_series(1, 4) AS step
    ), added AS (
        INSERT INTO target (metric_id, organisation_id, comparator, value, baseline, baseline_on, due, source_id,
                            revision)
        SELECT metric_id, organisation_id, comparator, value, CASE WHEN baseline_on IS NOT NULL THEN 20 END,
               baseline_on, due, source_id, step
        FROM set WHERE step = 4 RETURNING id, metric_id, organisation_id
    ), changed AS (
        INSERT INTO target_revision (target_id, revision, comparator, value, baseline, baseline_on, due, source_id,
                                     reason, recorded_at, recorded_by)
        SELECT id, step, comparator, value, CASE WHEN baseline_on IS NOT NULL THEN 20 END, baseline_on, due,
               source_id, 'Set or changed.', recorded_at, 'Ada'
        FROM set JOIN added USING (metric_id, organisation_id)
    )
    INSERT INTO milestone (target_id, revision, due, value)
    SELECT id, step, set.last + step * 30, set.value - 3 FROM set JOIN added USING (metric_id, organisation_id)
    WHERE step <> 3
"""

# Targets for the members of groups, one nearer than the other, and a member with one of its own until its due date.
_FOR_MEMBERS = """
    WITH given AS (
        SELECT organisation.id AS organisation_id, metric.id AS metric_id, (SELECT min(id) FROM source) AS source_id,
               applies_to, value, start::date, due::date, needed, percent::numeric, revisions
        FROM (VALUES
            ('QKS', 'PRACTICE', 70, '2024-06-30', '2026-03-31', NULL, 60, 2),
            ('HCP-WEST-KENT', 'PRACTICE', 60, NULL, '2025-09-30', 3, NULL, 1),
            ('QKS', 'HEALTH_AND_CARE_PARTNERSHIP', 50, NULL, NULL, NULL, NULL, 1),
            ('Z90002', NULL, 55, '2025-01-31', '2025-06-30', NULL, NULL, 1)
        ) AS said (code, applies_to, value, start, due, needed, percent, revisions)
        JOIN organisation USING (code)
        JOIN metric ON metric.id = (SELECT max(id) FROM metric WHERE is_synthetic AND unit = 'PERCENT')
    ), added AS (
        INSERT INTO target (metric_id, organisation_id, comparator, value, start, due, applies_to, members_needed,
                            members_needed_percent, source_id, revision)
        SELECT metric_id, organisation_id, 'AT_LEAST', value, start, due, applies_to, needed, percent, source_id,
               revisions
        FROM given RETURNING *
    )
    INSERT INTO target_revision (target_id, revision, comparator, value, start, due, members_needed,
                                 members_needed_percent, source_id, reason, recorded_at, recorded_by)
    SELECT id, step, comparator, value + 10 * (revision - step), start, due, members_needed, members_needed_percent,
           source_id, 'Set or changed.', timestamptz '2024-05-01T00:00:00Z' + step * interval '200 days', 'Ada'
    FROM added, generate_series(1, 2) AS step WHERE step <= revision
"""

STATEMENTS = (_TARGETS, _CHANGED, _FOR_MEMBERS)
