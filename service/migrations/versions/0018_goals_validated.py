"""The constraints of the step before hold for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("target", "target_revision"):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_frequency_is_known")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
