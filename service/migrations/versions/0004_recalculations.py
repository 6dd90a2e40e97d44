"""Where the process limits of a series are reckoned anew."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SCOPE = "is_in_scope(organisation_id, current_date)"


def upgrade() -> None:
    op.create_table(
        "recalculation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_recalculation_metric_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recalculation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["actor.id"], name=op.f("fk_recalculation_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculation")),
        sa.UniqueConstraint(
            "metric_id", "organisation_id", "starts", name=op.f("uq_recalculation_metric_id_organisation_id_starts")
        ),
    )
    op.execute("GRANT SELECT, INSERT ON recalculation TO tracker_service")
    op.execute("ALTER TABLE recalculation ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY scope_select ON recalculation FOR SELECT TO tracker_service USING (true)")
    op.execute(f"CREATE POLICY scope_insert ON recalculation FOR INSERT TO tracker_service WITH CHECK ({_SCOPE})")


def downgrade() -> None:
    op.drop_table("recalculation")
