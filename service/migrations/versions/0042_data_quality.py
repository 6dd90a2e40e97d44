"""Data quality issues: what does not add up in published figures, who looks into it, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

SERVICE, READER, SCOPED = "tracker_service", "tracker_reader", "tracker_scoped_reader"
# Issues are everybody's to read. The service adds it; who acts for the organisation says what became of it.
_ALL = "current_setting('tracker.scope', true) = '0'"
_SCOPE = "is_in_scope(organisation_id, current_date)"
_POLICIES = {
    "SELECT": "USING (true)",
    "INSERT": f"WITH CHECK ({_ALL})",
    "UPDATE": f"USING ({_SCOPE}) WITH CHECK ({_SCOPE})",
}


def upgrade() -> None:
    op.create_table(
        "data_quality_issue",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN', 'INVESTIGATING', 'EXPLAINED', 'CORRECTED', 'WILL_NOT_BE_FIXED')",
            name=op.f("ck_data_quality_issue_state_is_known"),
        ),
        sa.CheckConstraint(
            "(state = 'CORRECTED') = (corrected_at IS NOT NULL)",
            name=op.f("ck_data_quality_issue_corrected_has_its_instant"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('EXPLAINED', 'WILL_NOT_BE_FIXED') OR comment IS NOT NULL",
            name=op.f("ck_data_quality_issue_settled_has_a_comment"),
        ),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_data_quality_issue_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_data_quality_issue_organisation_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_data_quality_issue_period_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_data_quality_issue_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_quality_issue")),
        sa.UniqueConstraint(
            "code", "metric_id", "organisation_id", name=op.f("uq_data_quality_issue_code_metric_id_organisation_id")
        ),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON data_quality_issue TO {SERVICE}")
    op.execute(f"GRANT SELECT ON data_quality_issue TO {READER}, {SCOPED}")
    op.execute("ALTER TABLE data_quality_issue ENABLE ROW LEVEL SECURITY")
    for command, rows in _POLICIES.items():
        whom = f"{SERVICE}, {SCOPED}" if command == "SELECT" else SERVICE
        op.execute(f"CREATE POLICY scope_{command.lower()} ON data_quality_issue FOR {command} TO {whom} {rows}")
    op.execute(f"CREATE POLICY reader ON data_quality_issue FOR SELECT TO {READER} USING (true)")


def downgrade() -> None:
    op.drop_table("data_quality_issue")
