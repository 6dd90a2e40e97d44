"""The constraints of the step before hold for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_CONSTRAINTS = ("qualifier_is_known", "lower_confidence_limit_is_finite", "upper_confidence_limit_is_finite")


def upgrade() -> None:
    for name in _CONSTRAINTS:
        op.execute(f"ALTER TABLE submission_entry VALIDATE CONSTRAINT ck_submission_entry_{name}")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
