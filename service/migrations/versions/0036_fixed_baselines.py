"""The limits of a series can be fixed after so many figures."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recalculation", sa.Column("fix_after", sa.BigInteger(), nullable=True))
    op.execute("ALTER TABLE recalculation ADD CONSTRAINT ck_recalculation_fix_after CHECK (fix_after >= 12) NOT VALID")


def downgrade() -> None:
    op.drop_column("recalculation", "fix_after")
