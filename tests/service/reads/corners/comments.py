"""Comments of people who returned submissions: on answers and on a theme, changed since and not, and on none."""

_COMMENTS = """
    INSERT INTO return_comment (submission_id, metric_id, organisation_id, theme_id, words, written_by_id, written_at,
                                answered_at)
    SELECT submission.id, metric.id, CASE WHEN metric.id IS NULL THEN NULL ELSE submission.organisation_id END,
           CASE WHEN metric.id IS NULL THEN (SELECT min(theme.id) FROM theme) END, words,
           submission.created_by_id, '2025-05-02T09:00:00Z', answered_at::timestamptz
    FROM (VALUES
        ('In West Kent', 'gp_fte', 'Count the trainees.', NULL), ('In West Kent', NULL, 'All of these: é.', NULL),
        ('In West Kent', 'sandbox_rising_percent', 'Again?', '2025-05-03T09:00:00.5Z'),
        ('Second', 'gp_fte', 'Once.', '2025-05-03T09:00:00Z'), ('Of what is closed', NULL, 'Is this open?', NULL)
    ) AS given (title, metric, words, answered_at)
    JOIN submission ON submission.title = given.title LEFT JOIN metric ON metric.code = given.metric
"""

STATEMENTS = (_COMMENTS,)
