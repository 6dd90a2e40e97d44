"""Organisations with odd names and days, and stays in groups that begin, end and change."""

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
        ('G82653', 'HCP-EAST-KENT', '2019-07-01', '2020-03-31'),
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

_PAST = """
    INSERT INTO organisation_past (organisation_id, until, name, postcode)
    SELECT organisation.id, given.until::date, given.name, given.postcode
    FROM (VALUES
        ('Z90001', '2024-06-30', 'First surgery', 'ZZ1 0ZZ'), ('Z90001', '2025-01-31', 'Second surgery', NULL),
        ('Z90007', '2024-06-30', 'Edge PCN', NULL), ('Z90008', '2025-03-31', 'Edge Trust', 'ZZ8 8ZZ')
    ) AS given (code, until, name, postcode)
    JOIN organisation USING (code)
"""

_SUCCESSIONS = """
    INSERT INTO succession (predecessor_id, successor_id, starts)
    SELECT earlier.id, later.id, given.starts::date
    FROM (VALUES
        ('Z90002', 'Z90001', '2025-04-01'), ('Z90003', 'Z90001', '2025-01-01'), ('Z90005', 'Z90001', '2020-03-01'),
        ('Z90001', 'Z90006', '2026-05-01'), ('Z90001', 'Z90004', '2026-05-01')
    ) AS given (earlier, later, starts)
    JOIN organisation AS earlier ON earlier.code = given.earlier
    JOIN organisation AS later ON later.code = given.later
"""

STATEMENTS = (_ORGANISATIONS, _MEMBERSHIPS, _RATINGS, _PAST, _SUCCESSIONS)
