"""A target judges figures of one length of period."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("target", "target_revision")
_FREQUENCIES = "'DAY', 'MONTH', 'QUARTER', 'YEAR', 'ROLLING_YEAR', 'SPAN'"


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("frequency", sa.Text(), nullable=True))
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_frequency_is_known "
            f"CHECK (frequency IN ({_FREQUENCIES})) NOT VALID"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "frequency")
