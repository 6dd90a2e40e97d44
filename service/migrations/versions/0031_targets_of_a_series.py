"""The targets of a series are found by its organisation and its metric, and not among all of the organisation."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_NEW, _OLD = "ix_target_series", "ix_target_organisation_id"


def upgrade() -> None:
    _replace(_OLD, _NEW, ["organisation_id", "metric_id"])


def downgrade() -> None:
    _replace(_NEW, _OLD, ["organisation_id"])


def _replace(old: str, new: str, columns: list[str]) -> None:
    with op.get_context().autocommit_block():
        # What an attempt that failed has left is not valid, and has its name.
        op.drop_index(new, postgresql_concurrently=True, if_exists=True)
        op.create_index(new, "target", columns, postgresql_concurrently=True, if_not_exists=True)
        op.drop_index(old, postgresql_concurrently=True, if_exists=True)
