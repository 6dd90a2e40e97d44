"""Events that are no steps of submissions: about an organisation on a date, one today, none, and mixed."""

_EVENTS = """
    INSERT INTO audit_event (at, action, actor, actor_key, role, subject, reason, detail, submission_id,
                             organisation_id, groups_on)
    SELECT given.at::timestamptz, action, actor, actor_key, role, subject, given.reason, detail::jsonb, submission.id,
           organisation.id, given.groups_on::date
    FROM (VALUES
        ('2025-04-01T00:00:00Z', 'target.set', 'Ada', 'aaaaaaaa', 'APPROVER', 'Z90001', 'Agreed.',
         '{"b": 1.50, "a": [null, "é"]}', NULL, 'Z90001', '2024-06-30'),
        ('2025-04-01T00:00:00Z', 'target.set', 'Ada', NULL, 'APPROVER', 'Z90001', '', NULL, NULL, 'Z90001',
         '2024-12-31'),
        ('2025-04-01T00:00:00.000001Z', 'target.change', 'Bob', 'bbbbbbbb', 'SUBMITTER', 'Z90001', NULL, '"text"',
         NULL, 'Z90001', NULL),
        ('2025-04-02T00:00:00Z', 'target.change', 'Root', 'cccccccc', 'ADMINISTRATOR', 'Z90002', NULL, '[]', NULL,
         'Z90002', NULL),
        ('2025-04-02T00:00:00Z', 'exception.record', 'bob', 'bbbb2222', 'APPROVER', 'HCP-EAST-KENT', 'Flooded.', '{}',
         NULL, 'HCP-EAST-KENT', '2025-03-31'),
        ('2025-04-03T00:00:00Z', 'exception.record', 'Root', 'cccccccc', 'ADMINISTRATOR', 'QKS', 'Flooded.', NULL,
         NULL, 'QKS', NULL),
        ('2025-04-04T00:00:00Z', 'key.make', 'Root', 'cccccccc', 'ADMINISTRATOR', 'dddddddd', NULL, '{"x": 1e3}', NULL,
         NULL, NULL),
        ('2025-04-05T00:00:00Z', 'key.revoke', 'Root', 'cccccccc', 'ADMINISTRATOR', 'dddddddd', 'Lost.', NULL, NULL,
         NULL, '2025-03-31'),
        ('2025-06-20T00:00:00Z', 'submission.look', 'Éve Ørchard', 'https://sign-in.example|42', 'APPROVER',
         'Z90007 2024-25-Q4', NULL, NULL, 'Second', NULL, NULL),
        ('2025-06-21T00:00:00Z', 'submission.look', 'Ada Lovelace', 'aaaaaaaa', 'APPROVER', 'Z90007 2024-25-Q4', NULL,
         NULL, 'Second', 'Z90001', '2024-12-31')
    ) AS given (at, action, actor, actor_key, role, subject, reason, detail, submission, organisation, groups_on)
    LEFT JOIN submission ON submission.title = given.submission
    LEFT JOIN organisation ON organisation.code = given.organisation
    ORDER BY given.at, given.subject, given.reason
"""

STATEMENTS = (_EVENTS,)
