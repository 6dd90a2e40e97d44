"""The register is kept by commands: former names, successors, and who may change which rows of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROLE = "tracker_service"
# The membership files that the seeds come from are of January 2025: nothing is on record for a day before.
_FIRST_RECORD = "DATE '2025-01-01'"

_CLIMB = """
    LOCK TABLE ancestry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ancestry;
    INSERT INTO ancestry (member_id, ancestor_id, distance, period)
    WITH RECURSIVE climb AS (
        SELECT member_id, group_id, 1 AS distance, daterange(starts, ends, '[]') AS period FROM membership
        UNION ALL
        SELECT climb.member_id, above.group_id, climb.distance + 1,
               climb.period * daterange(above.starts, above.ends, '[]')
        FROM climb JOIN membership AS above
          ON above.member_id = climb.group_id AND daterange(above.starts, above.ends, '[]') && climb.period
        WHERE climb.distance < 8
    )
    SELECT member_id, group_id, distance, period FROM climb;
    RETURN NULL;
"""
# With the rights of its owner: whoever may change a membership cannot write to what follows from it.
_REBUILD = f"""
CREATE OR REPLACE FUNCTION rebuild_ancestry() RETURNS trigger LANGUAGE plpgsql {{}} AS $$
BEGIN {_CLIMB} END $$
"""

# Whether an organisation was below another on some of the days. After it has closed its last day counts, and before its
# first record its first day: somebody has to be able to act for it. 0 reaches everything.
_BELONGS_TO = """
CREATE FUNCTION belongs_to(organisation bigint, scope bigint, from_day date, to_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT scope = 0 OR organisation = scope OR EXISTS (
        SELECT 1 FROM ancestry AS stay JOIN organisation AS member ON member.id = stay.member_id
        WHERE stay.member_id = belongs_to.organisation AND stay.ancestor_id = scope AND (
            stay.period && daterange(least(from_day, member.closed_on), to_day, '[]')
            OR (lower(stay.period) > to_day AND NOT EXISTS (
                SELECT 1 FROM ancestry AS earlier WHERE earlier.member_id = stay.member_id
                AND (lower_inf(earlier.period) OR lower(earlier.period) < lower(stay.period))
            ))
        )
    )
$$
"""
_IN_SCOPE_DURING = """
CREATE FUNCTION is_in_scope(organisation bigint, from_day date, to_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE coalesce(current_setting('tracker.scope', true), '')
        WHEN '' THEN false
        ELSE belongs_to(organisation, current_setting('tracker.scope')::bigint, from_day, to_day)
    END
$$
"""
_IN_SCOPE = """
CREATE OR REPLACE FUNCTION is_in_scope(organisation bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT is_in_scope(organisation, on_day, on_day)
$$
"""
_IN_SCOPE_BEFORE = """
CREATE OR REPLACE FUNCTION is_in_scope(organisation bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
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
# The register may be corrected for any day: who ever was in the scope is kept by it.
_WAS_IN_SCOPE = """
CREATE FUNCTION was_in_scope(organisation bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE coalesce(current_setting('tracker.scope', true), '')
        WHEN '' THEN false
        WHEN '0' THEN true
        ELSE organisation = current_setting('tracker.scope')::bigint OR EXISTS (
            SELECT 1 FROM ancestry
            WHERE member_id = organisation AND ancestor_id = current_setting('tracker.scope')::bigint
        )
    END
$$
"""

_OF_PERIOD = "EXISTS (SELECT 1 FROM period WHERE period.id = period_id AND is_in_scope(organisation_id, period.starts, period.ends))"
_OF_FIGURE = (
    "EXISTS (SELECT 1 FROM figure JOIN period ON period.id = figure.period_id WHERE figure.id = figure_id "
    "AND is_in_scope(figure.organisation_id, period.starts, period.ends))"
)
_OF_QUARTER = "is_in_scope(organisation_id, quarter_ends(period_ends))"
_OF_FIGURE_OF_QUARTER = (
    "EXISTS (SELECT 1 FROM figure WHERE figure.id = figure_id "
    "AND is_in_scope(figure.organisation_id, quarter_ends(figure.period_ends)))"
)
# A figure is written by whoever its organisation belonged to on some day of its period.
_CHANGED = {
    ("figure", "INSERT"): (_OF_QUARTER, _OF_PERIOD),
    ("figure", "UPDATE"): (_OF_QUARTER, _OF_PERIOD),
    ("nil_return", "INSERT"): (_OF_QUARTER, _OF_PERIOD),
    ("nil_return", "UPDATE"): (_OF_QUARTER, _OF_PERIOD),
    ("replaced_nil_return", "INSERT"): (_OF_QUARTER, _OF_PERIOD),
    ("figure_revision", "INSERT"): (_OF_FIGURE_OF_QUARTER, _OF_FIGURE),
}

_ALL = "current_setting('tracker.scope', true) = '0'"
_POLICIES = {
    # A new organisation is in no group yet; its first membership, below, has to be in the scope.
    "organisation": {
        "SELECT": "true",
        "INSERT": "coalesce(current_setting('tracker.scope', true), '') <> ''",
        "UPDATE": "was_in_scope(id)",
    },
    "membership": dict.fromkeys(("INSERT", "UPDATE", "DELETE"), "was_in_scope(group_id)") | {"SELECT": "true"},
    "organisation_past": dict.fromkeys(("INSERT", "DELETE"), "was_in_scope(organisation_id)") | {"SELECT": "true"},
    "succession": dict.fromkeys(("INSERT", "DELETE"), "was_in_scope(predecessor_id)") | {"SELECT": "true"},
    "cqc_rating": dict.fromkeys(("INSERT", "UPDATE", "DELETE"), "was_in_scope(organisation_id)") | {"SELECT": "true"},
    "collection": dict.fromkeys(("INSERT", "UPDATE", "DELETE"), "was_in_scope(within_id)") | {"SELECT": "true"},
    "theme": {"SELECT": "true", "INSERT": _ALL, "UPDATE": _ALL},
}
_NEW = ("organisation_past", "succession")


def upgrade() -> None:
    _create_tables()
    op.add_column("collection", sa.Column("due_days", sa.BigInteger(), nullable=True))
    op.execute(_REBUILD.format("SECURITY DEFINER SET search_path FROM CURRENT"))
    for function in (_BELONGS_TO, _IN_SCOPE_DURING, _IN_SCOPE, _WAS_IN_SCOPE):
        op.execute(function)
    for (table, command), (_, rows) in _CHANGED.items():
        _change_policy(table, command, rows)
    for table, policies in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        for command, rows in policies.items():
            op.execute(f"GRANT {command} ON {table} TO {ROLE}")
            using = "" if command == "INSERT" else f"USING ({rows})"
            check = f"WITH CHECK ({rows})" if command in {"INSERT", "UPDATE"} else ""
            op.execute(f"CREATE POLICY scope_{command.lower()} ON {table} FOR {command} TO {ROLE} {using} {check}")
    op.execute(
        f"UPDATE membership SET starts = {_FIRST_RECORD} FROM organisation AS member "  # noqa: S608
        "WHERE member.id = member_id AND NOT member.is_synthetic AND starts IS NULL AND source_id IS NOT NULL "
        f"AND (ends IS NULL OR ends >= {_FIRST_RECORD})"
    )


def _create_tables() -> None:
    op.create_table(
        "organisation_past",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_past_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "until", name=op.f("pk_organisation_past")),
    )
    op.create_table(
        "succession",
        sa.Column("predecessor_id", sa.BigInteger(), nullable=False),
        sa.Column("successor_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_succession_not_of_itself")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["organisation.id"], name=op.f("fk_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["organisation.id"], name=op.f("fk_succession_successor_id")),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_succession")),
    )
    op.create_index("ix_succession_successor_id", "succession", ["successor_id"], unique=False)


def _change_policy(table: str, command: str, rows: str) -> None:
    using = "" if command == "INSERT" else f"USING ({rows})"
    op.execute(f"ALTER POLICY scope_{command.lower()} ON {table} {using} WITH CHECK ({rows})")


def downgrade() -> None:
    # The first days of memberships stay: an earlier version reads them too.
    for table, policies in _POLICIES.items():
        for command in policies:
            op.execute(f"DROP POLICY scope_{command.lower()} ON {table}")
            if command != "SELECT":
                op.execute(f"REVOKE {command} ON {table} FROM {ROLE}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for (table, command), (rows, _) in _CHANGED.items():
        _change_policy(table, command, rows)
    op.execute(_IN_SCOPE_BEFORE)
    op.execute("DROP FUNCTION was_in_scope(bigint)")
    op.execute("DROP FUNCTION is_in_scope(bigint, date, date)")
    op.execute("DROP FUNCTION belongs_to(bigint, bigint, date, date)")
    op.execute(_REBUILD.format("SECURITY INVOKER RESET search_path"))
    op.drop_column("collection", "due_days")
    for table in _NEW:
        op.drop_table(table)
