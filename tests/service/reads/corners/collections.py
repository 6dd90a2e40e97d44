"""Which figures are due in which quarters, overlapping, open-ended or in one; exemptions; and nil returns."""

_PERIODS = """
    INSERT INTO period (code, label, kind, starts, ends, quarter) VALUES
    ('2023-24-Q1', 'Q1 2023/24', 'QUARTER', '2023-04-01', '2023-06-30', '2023-24-Q1'),
    ('2025-26-Q1', 'Q1 2025/26', 'QUARTER', '2025-04-01', '2025-06-30', '2025-26-Q1'),
    ('2025-02-14', '14 February 2025', 'SNAPSHOT', '2025-02-14', '2025-02-14', '2024-25-Q4')
"""

_COLLECTIONS = """
    INSERT INTO collection (metric_id, kind, within_id, starts, ends, quarters, due)
    SELECT metric.id, given.kind, organisation.id, starts::date, ends::date, quarters::int[], due::date
    FROM (VALUES
        ('sandbox_complete_percent', 'PRACTICE', 'Z90007', '2024-04-01', NULL, '{1, 2, 3, 4}', NULL),
        ('sandbox_complete_percent', 'PRACTICE', 'HCP-EAST-KENT', '2024-12-31', '2025-03-31', '{3}', '2025-01-31'),
        ('sandbox_complete_percent', 'PRACTICE', 'Z90004', '2020-01-01', NULL, '{4, 1}', NULL),
        ('sandbox_complete_percent', 'TRUST', 'QKS', '0001-03-31', '9999-12-31', '{3, 4}', NULL),
        ('sandbox_rising_percent', 'PRACTICE', 'HCP-WEST-KENT', '2024-10-01', NULL, '{4}', '2025-06-30'),
        ('sandbox_rising_percent', 'PRACTICE', 'QKS', '2024-09-30', '2024-09-30', '{2}', NULL),
        ('sandbox_rising_percent', 'PRIMARY_CARE_NETWORK', 'Z90007', '2024-04-01', NULL, '{1, 2, 3, 4}', NULL),
        ('sandbox_rising_percent', 'PRIMARY_CARE_NETWORK', 'HCP-WEST-KENT', '2025-03-31', '2025-03-31', '{4}', NULL)
    ) AS given (metric, kind, within, starts, ends, quarters, due)
    JOIN metric ON metric.code = given.metric JOIN organisation ON organisation.code = given.within
"""

# 29 figures of one ICB, of which 4 are reported: 13.79… %, which has another last digit when calculated in steps.
_OF_A_BOARD = """
    INSERT INTO collection (metric_id, kind, within_id, starts, ends, quarters)
    SELECT metric.id, organisation.kind, organisation.id, '2023-06-30', '2023-06-30', '{1}'
    FROM organisation, metric WHERE organisation.code = 'QNX' AND NOT metric.is_synthetic
    ORDER BY metric.code LIMIT 29
"""

_EXCEPTIONS = """
    INSERT INTO collection_exception (quarter, organisation_id, metric_id, until, reason, recorded_by_id, recorded_at)
    SELECT given.quarter, organisation.id, metric.id, until::date, 'Flooded.', actor.id, '2025-04-01T00:00:00Z'
    FROM (VALUES
        ('2024-25-Q4', 'Z90001', 'sandbox_complete_percent', NULL), ('2024-25-Q3', 'Z90003', NULL, NULL),
        ('2024-25-Q4', 'Z90003', 'sandbox_rising_percent', '2025-06-30'), ('2024-25-Q2', 'Z90001', NULL, '2025-01-31'),
        ('2025-26-Q1', 'Z90004', NULL, '2025-09-30'), ('2025-26-Q1', 'Z90004', 'sandbox_rising_percent', NULL),
        ('2024-25-Q4', 'RWF', NULL, NULL)
    ) AS given (quarter, organisation, metric, until)
    JOIN organisation ON organisation.code = given.organisation LEFT JOIN metric ON metric.code = given.metric
    JOIN actor ON actor.name = 'Root'
"""

_DATES = """
    INSERT INTO quarter (code, opens_on, soft_deadline, hard_deadline) VALUES
    ('2024-25-Q4', '2025-03-01', '2025-04-30', '2025-05-31'), ('2024-25-Q3', NULL, '2025-01-31', NULL),
    ('2025-26-Q1', NULL, NULL, NULL)
"""

# Z90003 has a figure for one of the cells as well; that of Z90004 was withdrawn.
_NIL_RETURNS = """
    INSERT INTO nil_return (metric_id, organisation_id, period_id, period_ends, submission_id, published_at,
                            is_withdrawn)
    SELECT metric.id, organisation.id, period.id, ends, submission.id, '2025-05-11T09:00:00Z', given.is_withdrawn
    FROM (VALUES
        ('sandbox_rising_percent', 'Z90007', '2024-25-Q4', 'Second', false),
        ('sandbox_rising_percent', 'Z90003', '2024-25-Q4', 'Second', false),
        ('sandbox_complete_percent', 'Z90003', '2024-25-Q4', 'Second', false),
        ('sandbox_complete_percent', 'Z90001', '2024-25-Q2', 'Second', false),
        ('sandbox_complete_percent', 'Z90004', '2024-25-Q4', 'Withdrawn', true),
        ('sandbox_complete_percent', 'Z90004', '2025-26-Q1', 'Second', false),
        ('sandbox_rising_percent', 'U10200', '2025-02-14', 'Second', false)
    ) AS given (metric, organisation, period, submission, is_withdrawn)
    JOIN metric ON metric.code = given.metric JOIN organisation ON organisation.code = given.organisation
    JOIN period ON period.code = given.period JOIN submission ON submission.title = given.submission
"""

_NIL_RETURNS_OF_A_BOARD = """
    INSERT INTO nil_return (metric_id, organisation_id, period_id, period_ends, submission_id, published_at)
    SELECT metric_id, within_id, period.id, period.ends, submission.id, '2025-05-11T09:00:00Z'
    FROM collection JOIN organisation ON organisation.id = within_id AND organisation.code = 'QNX'
    JOIN period ON period.code = '2023-24-Q1' JOIN submission ON submission.title = 'Second'
    ORDER BY metric_id LIMIT 4
"""

STATEMENTS = (_PERIODS, _COLLECTIONS, _OF_A_BOARD, _EXCEPTIONS, _DATES)
NIL_RETURNS = (_NIL_RETURNS, _NIL_RETURNS_OF_A_BOARD)
