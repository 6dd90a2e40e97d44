"""The constraints of the step before hold for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_CONSTRAINTS = ("kind_is_known", "start_before_due")


def upgrade() -> None:
    for table in ("target", "target_revision"):
        for name in _CONSTRAINTS:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
