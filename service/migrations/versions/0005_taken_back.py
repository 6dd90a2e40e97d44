"""A recalculation of limits can be taken back, and made again: of the rows for one day, the latest counts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNIQUE = "uq_recalculation_metric_id_organisation_id_starts"
_DAY = ["metric_id", "organisation_id", "starts"]
# The form before knows only what holds.
_KEEP_WHAT_HOLDS = """
    DELETE FROM recalculation AS gone
    WHERE NOT holds OR EXISTS (
        SELECT 1 FROM recalculation AS later
        WHERE (later.metric_id, later.organisation_id, later.starts) = (gone.metric_id, gone.organisation_id, gone.starts)
            AND later.id > gone.id
    )
"""


def upgrade() -> None:
    op.add_column("recalculation", sa.Column("holds", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.drop_constraint(op.f(_UNIQUE), "recalculation")
    op.create_index("ix_recalculation_day", "recalculation", [*_DAY, "id"])
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON recalculation "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER refuse_change ON recalculation")
    op.execute(_KEEP_WHAT_HOLDS)
    op.drop_index("ix_recalculation_day", "recalculation")
    op.create_unique_constraint(op.f(_UNIQUE), "recalculation", _DAY)
    op.drop_column("recalculation", "holds")
