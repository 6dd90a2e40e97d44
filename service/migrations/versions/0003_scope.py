"""The role that commands and scoped readings run as, and the rows that it may see and write."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLE = "tracker_service"

# Roles belong to the whole server: another database of it may have made this one already.
_MAKE_ROLE = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') THEN
        CREATE ROLE {ROLE} NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, '{ROLE}', 'SET') THEN
        EXECUTE format('GRANT {ROLE} TO %I', current_user);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""  # noqa: S608

# 0 for all, or the id of one organisation, which reaches its members on a day; absent or empty: nothing.
_IN_SCOPE = """
CREATE FUNCTION is_in_scope(organisation bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE coalesce(current_setting('tracker.scope', true), '')
        WHEN '' THEN false
        WHEN '0' THEN true
        ELSE organisation = current_setting('tracker.scope')::bigint OR EXISTS (
            SELECT 1 FROM ancestry
            WHERE member_id = organisation AND ancestor_id = current_setting('tracker.scope')::bigint
              AND period @> on_day
        )
    END
$$
"""

# The last day of the quarter that a day is in: the day on which the groups of a quarter's figures count.
_QUARTER_ENDS = """
CREATE FUNCTION quarter_ends(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT (date_trunc('quarter', day::timestamp) + interval '3 months' - interval '1 day')::date
$$
"""

_OWN = "EXISTS (SELECT 1 FROM submission WHERE submission.id = submission_id)"
_FIGURE = "is_in_scope(organisation_id, quarter_ends(period_ends))"
_OF_FIGURE = (
    "EXISTS (SELECT 1 FROM figure WHERE figure.id = figure_id "
    "AND is_in_scope(figure.organisation_id, quarter_ends(figure.period_ends)))"
)
_OF_TARGET = (
    "EXISTS (SELECT 1 FROM target WHERE target.id = target_id AND is_in_scope(target.organisation_id, current_date))"
)
_ALL = "current_setting('tracker.scope', true) = '0'"
# The last day of the quarter that a code names: 2024-25-Q4 ends on 31 March 2025.
_LAST_DAY = (
    "quarter_ends(make_date(left(quarter, 4)::int + (right(quarter, 1) = '4')::int, "
    "(right(quarter, 1)::int * 3) % 12 + 1, 1))"
)
_EVENT = (
    f"CASE WHEN organisation_id IS NULL THEN {_ALL} "
    "ELSE is_in_scope(organisation_id, coalesce(groups_on, current_date)) END"
)

# Table → for which command → which rows. What is published is everybody's to read, and only the scope's to write.
_POLICIES = {
    "submission": {"ALL": "is_in_scope(organisation_id, quarter_ends)"},
    "submission_entry": {"ALL": _OWN},
    "submission_finding": {"ALL": _OWN},
    "nil_return": {"SELECT": "true", "INSERT": _FIGURE, "UPDATE": _FIGURE},
    "figure": {"SELECT": "true", "INSERT": _FIGURE, "UPDATE": _FIGURE},
    "figure_revision": {"SELECT": "true", "INSERT": _OF_FIGURE},
    "target": {
        "SELECT": "true",
        "INSERT": "is_in_scope(organisation_id, current_date)",
        "UPDATE": "is_in_scope(organisation_id, current_date)",
    },
    "target_revision": {"SELECT": "true", "INSERT": _OF_TARGET},
    "milestone": {"SELECT": "true", "INSERT": _OF_TARGET},
    "collection_exception": {"SELECT": "true", "INSERT": f"is_in_scope(organisation_id, {_LAST_DAY})"},
    # These are everybody's, and only who acts for everybody changes them.
    "metric": {"SELECT": "true", "INSERT": _ALL, "UPDATE": _ALL},
    "quarter": {"SELECT": "true", "INSERT": _ALL, "UPDATE": _ALL},
    "audit_event": {"SELECT": _EVENT, "INSERT": _EVENT},
}

_GRANTS = {
    "SELECT": (
        "actor, ancestry, audit_event, collection, collection_exception, cqc_rating, data_version, figure, "
        "figure_revision, idempotent_answer, membership, metric, milestone, nil_return, organisation, period, quarter, "
        "source, submission, submission_entry, submission_finding, target, target_revision, theme"
    ),
    "INSERT": (
        "actor, audit_event, collection_exception, figure, figure_revision, idempotent_answer, metric, milestone, "
        "nil_return, period, quarter, source, submission, submission_entry, submission_finding, target, target_revision"
    ),
    "UPDATE": "data_version, figure, metric, nil_return, quarter, submission, target",
    "DELETE": "submission_entry, submission_finding",
}


def upgrade() -> None:
    op.execute(_MAKE_ROLE)
    op.execute(_IN_SCOPE)
    op.execute(_QUARTER_ENDS)
    for privilege, tables in _GRANTS.items():
        op.execute(f"GRANT {privilege} ON {tables} TO {ROLE}")
    for table, policies in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, rows in policies.items():
            using = "" if command == "INSERT" else f"USING ({rows})"
            check = "" if command == "SELECT" else f"WITH CHECK ({rows})"
            op.execute(f"CREATE POLICY scope_{command.lower()} ON {table} FOR {command} TO {ROLE} {using} {check}")


def downgrade() -> None:
    for table, policies in _POLICIES.items():
        for command in policies:
            op.execute(f"DROP POLICY scope_{command.lower()} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for privilege, tables in _GRANTS.items():
        op.execute(f"REVOKE {privilege} ON {tables} FROM {ROLE}")
    op.execute("DROP FUNCTION quarter_ends(date)")
    op.execute("DROP FUNCTION is_in_scope(bigint, date)")
    # Another database of the server may use the role still.
    op.execute(f"DO $$ BEGIN DROP ROLE {ROLE}; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$")
