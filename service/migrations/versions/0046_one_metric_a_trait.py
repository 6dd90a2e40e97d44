"""One metric at most measures each trait of the people."""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_INDEX = "ix_metric_population_trait"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # What an attempt that failed has left is not valid, and has its name.
        op.drop_index(_INDEX, postgresql_concurrently=True, if_exists=True)
        op.create_index(
            _INDEX, "metric", ["population_trait"], unique=True, postgresql_concurrently=True, if_not_exists=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(_INDEX, postgresql_concurrently=True, if_exists=True)
