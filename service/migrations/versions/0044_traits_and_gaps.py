"""A metric says which trait of the people it measures, and the gap of each target is kept with its status."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_CHECKS = {
    "population_trait_is_known": "population_trait IN ('LIST_SIZE', 'DEPRIVATION')",
    "no_trait_is_made_up": "population_trait IS NULL OR NOT is_synthetic",
}
_GAPS = ("gap", "gap_percent")


def upgrade() -> None:
    op.add_column("metric", sa.Column("population_trait", sa.Text(), nullable=True))
    for name, check in _CHECKS.items():
        op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_{name} CHECK ({check}) NOT VALID")
    for column in _GAPS:
        op.add_column("target_status", sa.Column(column, sa.Numeric(), nullable=True))
    # The gaps come with the statuses: every target is judged again.
    op.execute("INSERT INTO unjudged_target (target_id) SELECT id FROM target ON CONFLICT DO NOTHING")


def downgrade() -> None:
    for column in _GAPS:
        op.drop_column("target_status", column)
    op.drop_column("metric", "population_trait")
