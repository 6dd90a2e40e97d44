"""What 0044 asks of metrics holds for those that were there before it, too."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_CHECKS = ("ck_metric_population_trait_is_known", "ck_metric_no_trait_is_made_up")


def upgrade() -> None:
    for check in _CHECKS:
        op.execute(f"ALTER TABLE metric VALIDATE CONSTRAINT {check}")


def downgrade() -> None:
    pass
