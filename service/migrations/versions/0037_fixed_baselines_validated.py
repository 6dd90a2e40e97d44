"""What 0036 asks of recalculations holds for those that were there before it, too."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE recalculation VALIDATE CONSTRAINT ck_recalculation_fix_after")


def downgrade() -> None:
    pass
