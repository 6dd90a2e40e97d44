"""Data quality issues in every state, found at one instant and at others, with owners and without."""

_ISSUES = """
    INSERT INTO data_quality_issue (code, metric_id, organisation_id, period_id, message, facts, state, owner, comment,
                                    found_at, changed_at, corrected_at, version, written_at)
    SELECT given.code, metric.id, organisation.id, (SELECT min(id) FROM period), 'It does not add up: é.', 'facts',
           state, owner, comment, found_at::timestamptz, '2025-05-04T09:00:00Z', corrected_at::timestamptz, 3,
           '2025-05-03T09:00:00Z'
    FROM (VALUES
        ('doubt/unattainable-percentage', 'call_back_percent', 'QKS', 'EXPLAINED', 'Ann', 'As printed.',
         '2025-05-01T09:00:00Z', NULL),
        ('doubt/record-differs', 'gp_practices', 'QKS', 'OPEN', NULL, NULL, '2025-05-01T09:00:00Z', NULL),
        ('doubt/record-differs', 'gp_fte', 'HCP-EAST-KENT', 'INVESTIGATING', 'Bob', NULL, '2025-04-01T09:00:00Z', NULL),
        ('doubt/members-differ', 'sandbox_rising_percent', 'Z90001', 'CORRECTED', 'Ann', NULL, '2025-05-02T09:00:00Z',
         '2025-06-02T09:00:00.25Z'),
        ('doubt/stated-change', 'gp_fte', 'QNX', 'WILL_NOT_BE_FIXED', 'Éve', 'Never.', '2025-05-03T09:00:00Z', NULL)
    ) AS given (code, metric, organisation, state, owner, comment, found_at, corrected_at)
    JOIN metric ON metric.code = given.metric JOIN organisation ON organisation.code = given.organisation
"""

STATEMENTS = (_ISSUES,)
