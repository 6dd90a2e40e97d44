"""The constraints of the step before hold for every row: a lock that readers and writers do not notice."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_METRICS = (
    "fk_metric_derived_from_id",
    "ck_metric_not_derived_from_itself",
    "ck_metric_a_derived_metric_has_its_rule",
    "ck_metric_derived_by_a_rule_that_gives_a_value",
    "ck_metric_derived_in_one_way",
    "ck_metric_derived_by_is_known",
    "ck_metric_roll_up_is_known",
)
_OF_FIGURES = ("origin_is_known", "rests_on_some_of_its_members", "only_a_derived_figure_rests_on_members")


def upgrade() -> None:
    for name in _OF_METRICS:
        op.execute(f"ALTER TABLE metric VALIDATE CONSTRAINT {name}")
    for figures in ("figure", "figure_revision"):
        for name in _OF_FIGURES:
            op.execute(f"ALTER TABLE {figures} VALIDATE CONSTRAINT ck_{figures}_{name}")


def downgrade() -> None:
    """Nothing to undo: a validated constraint is the same constraint."""
