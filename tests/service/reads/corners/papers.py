"""Papers of two ICBs: frozen and not, with narratives that later papers carry on, and actions that were closed."""

_PAPERS = """
    INSERT INTO paper (board_id, quarter, quarter_ends, addressed_to, version, frozen_at, frozen_by, content,
                       figure_ids)
    SELECT organisation.id, given.quarter, ends::date, 'The committee', 2, frozen_at::timestamptz,
           CASE WHEN frozen_at IS NULL THEN NULL ELSE 'Root' END, CASE WHEN frozen_at IS NULL THEN NULL ELSE '{}' END,
           CASE WHEN frozen_at IS NULL THEN '{}' ELSE (SELECT array_agg(figure.id) FROM figure) END
    FROM (VALUES
        ('QKS', '2024-25-Q2', '2024-09-30', '2020-01-01T00:00:00Z'),
        ('QKS', '2024-25-Q3', '2024-12-31', '2099-01-01T00:00:00Z'),
        ('QKS', '2024-25-Q4', '2025-03-31', NULL), ('QKS', '2025-26-Q1', '2025-06-30', NULL),
        ('QNX', '2024-25-Q4', '2025-03-31', NULL)
    ) AS given (board, quarter, ends, frozen_at) JOIN organisation ON organisation.code = given.board
"""
_NARRATIVES = """
    INSERT INTO narrative (paper_id, section, words, owner, version, written_at, written_by)
    SELECT paper.id, section, words, 'Ann', 1, '2025-05-01T09:00:00Z', 'Bob'
    FROM (VALUES
        ('QKS', '2024-25-Q2', 'Workforce', 'First.'), ('QKS', '2024-25-Q4', 'Workforce', 'Second.'),
        ('QKS', '2024-25-Q2', 'Summary', 'Old.'), ('QKS', '2025-26-Q1', 'Summary', ''),
        ('QNX', '2024-25-Q4', 'Summary', 'Sussex.')
    ) AS given (board, quarter, section, words)
    JOIN organisation ON organisation.code = given.board
    JOIN paper ON paper.board_id = organisation.id AND paper.quarter = given.quarter
"""
_ACTIONS = """
    INSERT INTO paper_action (paper_id, number, metric_id, figure_id, what, owner, due, outcome, closed_in, version,
                              written_at, written_by)
    SELECT paper.id, number, metric.id, (SELECT min(figure.id) FROM figure WHERE figure.metric_id = metric.id),
           'Ring back', 'Ann', '2025-09-30', outcome, closed_in::date, 1, '2025-05-01T09:00:00Z', 'Bob'
    FROM (VALUES
        ('2024-25-Q2', 1, 'call_back_percent', 'Done.', '2024-12-31'), ('2024-25-Q2', 2, 'gp_fte', NULL, NULL),
        ('2024-25-Q4', 3, NULL, 'Half done.', NULL), ('2025-26-Q1', 4, 'sandbox_rising_percent', NULL, NULL)
    ) AS given (quarter, number, metric, outcome, closed_in)
    JOIN organisation ON organisation.code = 'QKS'
    JOIN paper ON paper.board_id = organisation.id AND paper.quarter = given.quarter
    LEFT JOIN metric ON metric.code = given.metric
"""

STATEMENTS = (_PAPERS, _NARRATIVES, _ACTIONS)
