"""A metric can be derived from members' figures of another, and a figure says whether it was sent or calculated."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RULES = "'SUM', 'RATIO_OF_SUMS', 'PERCENT_YES', 'COUNT_YES', 'PERCENT_OF_MAXIMUM', 'NONE'"
_OLD_RULES = "'SUM', 'RATIO_OF_SUMS', 'PERCENT_YES', 'PERCENT_OF_MAXIMUM', 'NONE'"
_OF_METRICS = {
    "not_derived_from_itself": "derived_from_id <> id",
    "a_derived_metric_has_its_rule": "(derived_from_id IS NULL) = (derived_by IS NULL)",
    "derived_by_a_rule_that_gives_a_value": "derived_by <> 'NONE'",
    "derived_in_one_way": "num_nonnulls(derived_from_id, change_of_id, difference_of_id) <= 1",
    "derived_by_is_known": f"derived_by IN ({_RULES})",
}
_OF_FIGURES = {
    "origin_is_known": "origin IN ('SENT', 'DERIVED')",
    "rests_on_some_of_its_members": "(rests_on IS NULL) = (of IS NULL) AND rests_on BETWEEN 0 AND of",
    "only_a_derived_figure_rests_on_members": "origin = 'DERIVED' OR rests_on IS NULL",
}
_FIGURES = ("figure", "figure_revision")


def upgrade() -> None:
    op.add_column("metric", sa.Column("derived_from_id", sa.BigInteger(), nullable=True))
    op.add_column("metric", sa.Column("derived_by", sa.Text(), nullable=True))
    op.execute(
        "ALTER TABLE metric ADD CONSTRAINT fk_metric_derived_from_id "
        "FOREIGN KEY (derived_from_id) REFERENCES metric (id) NOT VALID"
    )
    op.execute("ALTER TABLE metric DROP CONSTRAINT ck_metric_roll_up_is_known")
    for name, check in {**_OF_METRICS, "roll_up_is_known": f"roll_up IN ({_RULES})"}.items():
        op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_{name} CHECK ({check}) NOT VALID")
    for figures in _FIGURES:
        op.add_column(figures, sa.Column("origin", sa.Text(), server_default=sa.text("'SENT'"), nullable=False))
        op.add_column(figures, sa.Column("rests_on", sa.Integer(), nullable=True))
        op.add_column(figures, sa.Column("of", sa.Integer(), nullable=True))
        for name, check in _OF_FIGURES.items():
            op.execute(f"ALTER TABLE {figures} ADD CONSTRAINT ck_{figures}_{name} CHECK ({check}) NOT VALID")


def downgrade() -> None:
    for figures in _FIGURES:
        for column in ("of", "rests_on", "origin"):
            op.drop_column(figures, column)
    for column in ("derived_by", "derived_from_id"):
        op.drop_column("metric", column)
    op.execute("ALTER TABLE metric DROP CONSTRAINT ck_metric_roll_up_is_known")
    op.execute("UPDATE metric SET roll_up = 'PERCENT_YES' WHERE roll_up = 'COUNT_YES'")
    op.execute(f"ALTER TABLE metric ADD CONSTRAINT ck_metric_roll_up_is_known CHECK (roll_up IN ({_OLD_RULES}))")
