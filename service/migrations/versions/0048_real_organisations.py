"""An index of the organisations that are not made up, so that their lists do not grow with a sandbox."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_INDEX = "ix_organisation_real"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        # What an upgrade that was cut off left behind is not complete.
        op.drop_index(_INDEX, postgresql_concurrently=True, if_exists=True)
        op.create_index(
            _INDEX,
            "organisation",
            ["kind", sa.literal_column("lower(name)"), "id"],
            postgresql_where=sa.text("NOT is_synthetic"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(_INDEX, postgresql_concurrently=True, if_exists=True)
