"""What a board's paper says, and what figures of a metric are compared with, become data."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KINDS = "'PRACTICE', 'PRIMARY_CARE_NETWORK', 'HEALTH_AND_CARE_PARTNERSHIP', 'INTEGRATED_CARE_BOARD', 'REGION', 'TRUST'"
_LINES = "'TITLE', 'SENTENCE', 'FIGURES', 'GOALS', 'PARTNERSHIPS', 'MEMBERS', 'BOARDS', 'TARGETS', 'ROW'"
_CHECKS = {
    "not_a_change_of_itself": "change_of_id <> id",
    "not_a_difference_of_itself": "difference_of_id <> id",
    "not_counted_by_itself": "counted_by_id <> id",
    "a_change_has_its_baseline": "(change_of_id IS NULL) = (change_since IS NULL)",
    "change_since_is_known": "change_since IN ('YEAR_BEFORE', 'TWO_YEARS_BEFORE', 'JANUARY')",
    "counts_organisations_is_known": f"counts_organisations IN ({_KINDS})",
}
_REFERENCES = ("change_of_id", "difference_of_id", "counted_by_id")


def upgrade() -> None:
    op.create_table(
        "outline",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("metric_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"kind IN ({_LINES})", name=op.f("ck_outline_kind_is_known")),
        sa.CheckConstraint("(kind = 'ROW') = (metric_id IS NOT NULL)", name=op.f("ck_outline_a_row_has_its_metric")),
        sa.CheckConstraint(
            "(kind = 'TITLE') = (section IS NULL)", name=op.f("ck_outline_all_but_the_title_are_in_a_section")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["organisation.id"], name=op.f("fk_outline_board_id")),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_outline_metric_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outline")),
        sa.UniqueConstraint("board_id", "position", name=op.f("uq_outline_board_id_position")),
    )
    op.execute("GRANT SELECT ON outline TO tracker_service")
    op.add_column("metric", sa.Column("parts_are_whole", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for column in _REFERENCES:
        op.add_column("metric", sa.Column(column, sa.BigInteger(), nullable=True))
        op.execute(
            f"ALTER TABLE metric ADD CONSTRAINT fk_metric_{column} FOREIGN KEY ({column}) REFERENCES metric (id) NOT VALID"
        )
    op.add_column("metric", sa.Column("change_since", sa.Text(), nullable=True))
    op.add_column("metric", sa.Column("counts_organisations", sa.Text(), nullable=True))
    for name, check in _CHECKS.items():
        op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_{name} CHECK ({check}) NOT VALID")


def downgrade() -> None:
    op.drop_table("outline")
    for column in (*_REFERENCES, "change_since", "counts_organisations", "parts_are_whole"):
        op.drop_column("metric", column)
