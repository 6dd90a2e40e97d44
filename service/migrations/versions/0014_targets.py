"""A target has a start and a kind, a change of it a day from which it counts, and a metric says if it is a sample."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("target", "target_revision")
_CHECKS = {"kind_is_known": "kind IN ('HOLD', 'REACH')", "start_before_due": "start < due"}
# What accumulates is reached by the due date; all else is held.
_REACH = (
    "UPDATE target SET kind = 'REACH' FROM metric WHERE metric.id = target.metric_id "
    "AND metric.counts <> 'AT_DATE' AND metric.unit IN ('COUNT', 'RATE_PER_100000')",
    # Revisions are append-only; what they say of the past stays as it is.
    "ALTER TABLE target_revision DISABLE TRIGGER refuse_change",
    "UPDATE target_revision SET kind = target.kind FROM target WHERE target.id = target_revision.target_id",
    "ALTER TABLE target_revision ENABLE TRIGGER refuse_change",
)


def upgrade() -> None:
    op.add_column("metric", sa.Column("is_sample", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("target_revision", sa.Column("counts_from", sa.Date(), nullable=True))
    for table in _TABLES:
        op.add_column(table, sa.Column("start", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("kind", sa.Text(), server_default=sa.text("'HOLD'"), nullable=False))
        for name, check in _CHECKS.items():
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({check}) NOT VALID")
    for statement in _REACH:
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("metric", "is_sample")
    op.drop_column("target_revision", "counts_from")
    for table in _TABLES:
        op.drop_column(table, "start")
        op.drop_column(table, "kind")
