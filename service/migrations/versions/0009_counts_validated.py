"""The constraint of the step before holds for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE metric VALIDATE CONSTRAINT ck_metric_counts_is_known")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
