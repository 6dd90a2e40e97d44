"""Actors: one person under two keys, one key under two names, one name for two people, and somebody without a key.

The viewers of `tests.service.reads.viewers` are among them.
"""

_ACTORS = """
    INSERT INTO actor (identity, name, role) VALUES
    ('aaaaaaaa', 'Ada', 'APPROVER'), ('aaaaaaaa', 'Ada', 'SUBMITTER'), ('Ada', 'Ada', 'APPROVER'),
    ('aaaa2222', ' ADA ', 'ADMINISTRATOR'), ('aaaaaaaa', 'Ada Lovelace', 'APPROVER'),
    ('bbbbbbbb', 'Bob', 'SUBMITTER'), ('bbbb2222', 'bob', 'APPROVER'), ('cccccccc', 'Root', 'ADMINISTRATOR'),
    ('https://sign-in.example|42', 'Éve Ørchard', 'APPROVER'), ('dddddddd', 'Rea', 'READER')
"""

STATEMENTS = (_ACTORS,)
