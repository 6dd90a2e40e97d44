"""Figures are found in the order of their values and of their publication, and real ones without those of the sandbox."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# The condition of each order is what every list of figures asks, so that an index alone can count them.
_LISTED = "status <> 'WITHDRAWN'"
_INDEXES = {
    "ix_figure_metric_value": (["metric_id", "value", "id"], ["organisation_id", "is_synthetic"], _LISTED),
    "ix_figure_value": (["value", "id"], [], _LISTED),
    "ix_figure_published_at": (["published_at", "id"], [], _LISTED),
    "ix_figure_real": (["period_ends", "id"], [], "NOT is_synthetic"),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, (columns, included, where) in _INDEXES.items():
            # What an attempt that failed has left is not valid, and has its name.
            op.drop_index(name, postgresql_concurrently=True, if_exists=True)
            op.create_index(
                name,
                "figure",
                columns,
                postgresql_include=included,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in _INDEXES:
            op.drop_index(name, postgresql_concurrently=True, if_exists=True)
