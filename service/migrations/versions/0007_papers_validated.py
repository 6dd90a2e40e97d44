"""The constraints of the step before hold for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CONSTRAINTS = (
    "fk_metric_change_of_id",
    "fk_metric_difference_of_id",
    "fk_metric_counted_by_id",
    "ck_metric_not_a_change_of_itself",
    "ck_metric_not_a_difference_of_itself",
    "ck_metric_not_counted_by_itself",
    "ck_metric_a_change_has_its_baseline",
    "ck_metric_change_since_is_known",
    "ck_metric_counts_organisations_is_known",
)


def upgrade() -> None:
    for name in _CONSTRAINTS:
        op.execute(f"ALTER TABLE metric VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
