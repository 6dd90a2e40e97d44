"""What 0040 asks of messages holds for those that were there before it, too."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE message VALIDATE CONSTRAINT ck_message_kind_is_known")
    op.execute("ALTER TABLE unsubscribed VALIDATE CONSTRAINT ck_unsubscribed_kind_is_known")


def downgrade() -> None:
    pass
