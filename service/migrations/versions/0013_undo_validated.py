"""The constraint of the step before holds for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE figure_revision VALIDATE CONSTRAINT ck_figure_revision_restores_an_earlier_one")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
