"""Every series that was there before 0043 waits to be judged. It takes as long as a look at every figure."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO unjudged_series (metric_id, organisation_id, since) "
        "SELECT metric_id, organisation_id, date '-infinity' FROM figure GROUP BY 1, 2"
    )


def downgrade() -> None:
    pass
