"""What is calculated of each figure is kept, and triggers note which series have to be judged again."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ROLE, SCOPED = "tracker_service", "tracker_scoped_reader"
_VARIATIONS = "'IMPROVEMENT', 'CONCERN', 'NEUTRAL_HIGH', 'NEUTRAL_LOW', 'COMMON_CAUSE', 'NOT_ASSESSABLE'"
_TRENDS = "'INCREASING', 'DECREASING', 'NO_SIGNIFICANT_CHANGE', 'NOT_ASSESSABLE'"
# Constants of ours, here and below. How the series are found that the rows of a statement, `touched`, have a part in, and from which day on.
_ALL = "date '-infinity'"
_FOUND = {
    "figures_are_touched": "SELECT metric_id, organisation_id, min(period_ends) FROM touched GROUP BY 1, 2",
    "limits_are_touched": f"SELECT metric_id, organisation_id, {_ALL} FROM touched GROUP BY 1, 2",  # noqa: S608
    # A target: the series of those who inherit one too, because each starts where the one before is due.
    "goals_are_touched": f"""
        SELECT other.metric_id, other.organisation_id, {_ALL}
        FROM touched JOIN target AS rule USING (metric_id, organisation_id)
        JOIN target AS other ON other.id = rule.id OR other.inherited_from_id = rule.id GROUP BY 1, 2""",  # noqa: S608
    "revisions_are_touched": f"""
        SELECT target.metric_id, target.organisation_id, {_ALL} FROM touched JOIN target
            ON target.id = touched.target_id OR target.inherited_from_id = touched.target_id GROUP BY 1, 2""",  # noqa: S608
    "units_are_touched": f"""
        SELECT figure.metric_id, figure.organisation_id, {_ALL} FROM touched JOIN untouched AS was USING (id)
        JOIN figure ON figure.metric_id = touched.id
        WHERE (touched.unit, touched.counts, touched.direction) IS DISTINCT FROM (was.unit, was.counts, was.direction)
        GROUP BY 1, 2""",  # noqa: S608
}
# What calls each: the table, on which change.
_TRIGGERS = {
    ("figure", "INSERT"): "figures_are_touched",
    ("figure", "UPDATE"): "figures_are_touched",
    ("recalculation", "INSERT"): "limits_are_touched",
    ("target", "INSERT"): "goals_are_touched",
    ("target", "UPDATE"): "goals_are_touched",
    ("target_revision", "INSERT"): "revisions_are_touched",
    ("metric", "UPDATE"): "units_are_touched",
}
_MAKE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO unjudged_series AS noted (metric_id, organisation_id, since) {found}
    ON CONFLICT (metric_id, organisation_id, written_by) DO UPDATE SET since = least(noted.since, excluded.since);
    RETURN NULL;
END $$
"""
_GRANTS = {
    "figure_verdict": "SELECT, INSERT, UPDATE",
    "unjudged_series": "SELECT, INSERT, DELETE",
}


def upgrade() -> None:
    op.create_table(
        "figure_verdict",
        sa.Column("figure_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=True),
        sa.Column("variation", sa.Text(), nullable=False),
        sa.Column("trend", sa.Text(), nullable=False),
        sa.Column("lower", sa.Float(53), nullable=True),
        sa.Column("upper", sa.Float(53), nullable=True),
        sa.CheckConstraint(f"variation IN ({_VARIATIONS})", name=op.f("ck_figure_verdict_variation_is_known")),
        sa.CheckConstraint(f"trend IN ({_TRENDS})", name=op.f("ck_figure_verdict_trend_is_known")),
        sa.CheckConstraint(
            "(lower IS NULL) = (upper IS NULL) AND lower <= upper",
            name=op.f("ck_figure_verdict_interval_has_two_limits"),
        ),
        sa.PrimaryKeyConstraint("figure_id", name=op.f("pk_figure_verdict")),
    )
    op.create_index("ix_figure_verdict_variation", "figure_verdict", ["variation", "figure_id"])
    op.create_index("ix_figure_verdict_trend", "figure_verdict", ["trend", "figure_id"])
    op.create_table(
        "unjudged_series",
        sa.Column("metric_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "written_by", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("metric_id", "organisation_id", "written_by", name=op.f("pk_unjudged_series")),
    )
    for table, privileges in _GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO {ROLE}")
        op.execute(f"GRANT SELECT ON {table} TO {SCOPED}")
    for name, found in _FOUND.items():
        op.execute(_MAKE.format(name=name, found=found))
    for (table, change), name in _TRIGGERS.items():
        old = "OLD TABLE AS untouched " if "untouched" in _FOUND[name] else ""
        op.execute(
            f"CREATE TRIGGER judge_series_on_{change.lower()} AFTER {change} ON {table} "
            f"REFERENCING {old}NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    for table, change in _TRIGGERS:
        op.execute(f"DROP TRIGGER judge_series_on_{change.lower()} ON {table}")
    for name in _FOUND:
        op.execute(f"DROP FUNCTION {name}()")
    for table in _GRANTS:
        op.drop_table(table)
