"""The status of each target is kept by days, and triggers note which targets have to be judged again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROLE = "tracker_service"
_STATUSES = (
    "'MET', 'MET_AT_RISK', 'LOST', 'ON_TRACK', 'ACCELERATE', 'LIMITED', 'DETERIORATING', 'MISSED', 'NO_DATA', "
    "'NOT_ASSESSABLE'"
)
# How the targets are found that the rows of a statement, `touched`, have a part in judging.
_FOUND = {
    # A figure, or a recalculation of limits: the targets of its series.
    "series_is_touched": "SELECT target.id FROM touched JOIN target USING (metric_id, organisation_id)",
    # A target: those of its series too, because each starts where the one before is due, and whoever inherits them.
    "target_is_touched": """
        SELECT other.id FROM touched JOIN target AS rule USING (metric_id, organisation_id)
        JOIN target AS other ON other.id = rule.id OR other.inherited_from_id = rule.id""",
    # A revision, or a milestone of one.
    "rule_is_touched": """
        SELECT target.id FROM touched JOIN target
            ON target.id = touched.target_id OR target.inherited_from_id = touched.target_id""",
    "metric_is_touched": """
        SELECT target.id FROM touched JOIN untouched AS was USING (id) JOIN target ON target.metric_id = touched.id
        WHERE (touched.unit, touched.counts, touched.is_sample) IS DISTINCT FROM (was.unit, was.counts, was.is_sample)""",
    "organisation_is_touched": """
        SELECT target.id FROM touched JOIN untouched AS was USING (id)
        JOIN target ON target.organisation_id = touched.id WHERE touched.closed_on IS DISTINCT FROM was.closed_on""",
}
# What calls each: the table, on which change.
_TRIGGERS = {
    ("figure", "INSERT"): "series_is_touched",
    ("figure", "UPDATE"): "series_is_touched",
    ("recalculation", "INSERT"): "series_is_touched",
    ("target", "INSERT"): "target_is_touched",
    ("target", "UPDATE"): "target_is_touched",
    ("target_revision", "INSERT"): "rule_is_touched",
    ("milestone", "INSERT"): "rule_is_touched",
    ("metric", "UPDATE"): "metric_is_touched",
    ("organisation", "UPDATE"): "organisation_is_touched",
}
_MAKE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO unjudged_target (target_id) {found}
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""
_GRANTS = {
    "target_status": "SELECT, INSERT, DELETE",
    "unjudged_target": "SELECT, INSERT, DELETE",
    "judging": "SELECT, UPDATE",
}


def upgrade() -> None:
    op.create_table(
        "target_status",
        sa.Column("target_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_target_status_status_is_known")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_target_status_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("target_id", "starts", name=op.f("pk_target_status")),
    )
    op.create_index("ix_target_status_status", "target_status", ["status", "target_id", "starts", "ends"])
    op.create_table(
        "unjudged_target",
        sa.Column("target_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "written_by", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False
        ),
        sa.PrimaryKeyConstraint("target_id", "written_by", name=op.f("pk_unjudged_target")),
    )
    op.create_table(
        "judging",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_judging_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging")),
    )
    op.execute("INSERT INTO judging (id, method, since) VALUES (1, '', '-infinity')")
    for table, privileges in _GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO {ROLE}")
    for name, found in _FOUND.items():
        op.execute(_MAKE.format(name=name, found=found))
    for (table, change), name in _TRIGGERS.items():
        old = "OLD TABLE AS untouched " if "untouched" in _FOUND[name] else ""
        op.execute(
            f"CREATE TRIGGER judge_again_on_{change.lower()} AFTER {change} ON {table} "
            f"REFERENCING {old}NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    op.execute("INSERT INTO unjudged_target (target_id) SELECT id FROM target")


def downgrade() -> None:
    for table, change in _TRIGGERS:
        op.execute(f"DROP TRIGGER judge_again_on_{change.lower()} ON {table}")
    for name in _FOUND:
        op.execute(f"DROP FUNCTION {name}()")
    for table in _GRANTS:
        op.drop_table(table)
